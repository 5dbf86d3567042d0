import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { codeBlocksOf, PAGES, ROOT } from "./docs-tables.ts";

/** A compiler takes its time on a busy machine. */
const TIMEOUT_MS = 120_000;

describe("TypeScript in the docs", () => {
  test("compiles under the project's own settings", { timeout: TIMEOUT_MS }, () => {
    const blocks = PAGES.flatMap((page) => codeBlocksOf(page)).filter(({ language }) => language === "ts");
    expect(blocks.length).toBeGreaterThan(3);
    const files = new Map(blocks.map(({ page, code }, i) => [join(ROOT, `${page.replace(/\W/g, "-")}-${String(i)}.ts`), code]));
    expect(compile(files)).toEqual([]);
  });
});

/** Compiles texts as if they were files at the root, where `levelflow` is the source. Answers what the compiler says. */
function compile(files: ReadonlyMap<string, string>): string[] {
  const config = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => readFileSync(path, "utf8")) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, ROOT);
  const host = ts.createCompilerHost({ ...options, configFilePath: join(ROOT, "tsconfig.json") });
  const underlying = { ...host };
  host.fileExists = (path) => files.has(path) || underlying.fileExists(path);
  host.readFile = (path) => files.get(path) ?? underlying.readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = files.get(path);
    if (text === undefined) return underlying.getSourceFile(path, languageVersion, ...rest);
    return ts.createSourceFile(path, text, languageVersion);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText, start = 0 }) => {
      const line = (files.get(path) ?? "").slice(0, start).split("\n").length;
      return `${path}:${String(line)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  });
}
