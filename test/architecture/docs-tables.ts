import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");

/** README, changelog and every page of `docs/`, by path from the root. */
export const PAGES: readonly string[] = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

export function readPage(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The text under a heading, up to the next one of the same or a higher level. Throws if there is no such heading. */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split("\n");
  const start = lines.indexOf(heading);
  if (start === -1) throw new Error(`no heading ${JSON.stringify(heading)}`);
  const level = heading.indexOf(" ");
  const end = lines.findIndex((line, i) => i > start && isHeading(line) && line.indexOf(" ") <= level);
  return lines.slice(start + 1, end === -1 ? undefined : end).join("\n");
}

/** The rows of the first table of a text, without its head; cells are trimmed. */
export function tableOf(text: string): string[][] {
  const lines = text.split("\n");
  const rule = lines.findIndex((line) => /^\|[\s:|-]+\|$/.test(line));
  if (rule === -1) throw new Error("no table");
  const rows = lines.slice(rule + 1);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end === -1 ? undefined : end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** What stands between backticks. */
export function codesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

export interface CodeBlock {
  readonly page: string;
  readonly language: string;
  readonly code: string;
}

/** The fenced code blocks of a page. */
export function codeBlocksOf(page: string): CodeBlock[] {
  return [...readPage(page).matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", code = ""]) => ({
    page,
    language,
    code,
  }));
}

/** The anchors that GitHub gives the headings of a page. */
export function anchorsOf(page: string): Set<string> {
  const headings = withoutCodeBlocks(page).split("\n").filter(isHeading);
  return new Set(headings.map((heading) => anchorOf(heading.replace(/^#+ /, ""))));
}

export function withoutCodeBlocks(page: string): string {
  return page.replace(/^```.*?^```$/gms, "");
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function isHeading(line: string): boolean {
  return /^#{1,6} /.test(line);
}
