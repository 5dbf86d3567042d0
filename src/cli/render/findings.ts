import type { Finding } from "../../runtime/doctor/findings.ts";
import type { Colors, View } from "../output.ts";
import { escapeText } from "./escape-text.ts";
import { countOf } from "./format-time.ts";

const MARKS = { ok: "✔", warning: "!", problem: "✖" } as const satisfies Record<Finding["verdict"], string>;

/** What an examination found, a line each, with what to do under what is not well. */
export function renderFindings(findings: readonly Finding[], { colors }: Pick<View, "colors">): string[] {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, verdict, message, remedy }) => {
    const line = `${paint(verdict, colors, MARKS[verdict])} ${check.padEnd(width)}  ${escapeText(message)}`;
    const indent = " ".repeat(width + 4);
    return remedy === undefined ? [line] : [line, `${indent}${colors.dim("→")} ${escapeText(remedy)}`];
  });
  return [...lines, "", summarise(findings, colors)];
}

function summarise(findings: readonly Finding[], colors: Colors): string {
  const count = (wanted: Finding["verdict"]): number => findings.filter(({ verdict }) => verdict === wanted).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  if (problems === 0 && warnings === 0) return colors.green("everything is well");
  const parts = [
    ...(problems === 0 ? [] : [colors.red(countOf(problems, "problem"))]),
    ...(warnings === 0 ? [] : [colors.yellow(countOf(warnings, "warning"))]),
  ];
  return parts.join(", ");
}

function paint(verdict: Finding["verdict"], colors: Colors, text: string): string {
  switch (verdict) {
    case "ok":
      return colors.green(text);
    case "warning":
      return colors.yellow(text);
    case "problem":
      return colors.red(text);
  }
}
