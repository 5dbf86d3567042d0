import type { WorkflowEdge } from "../../core/workflow/workflow.ts";
import { escapeText } from "./escape-text.ts";

export interface LevelsGraph {
  readonly levels: readonly (readonly string[])[];
  readonly edges: readonly WorkflowEdge[];
}

/** What a Mermaid label may hold as it is. Everything else is written as a character code: `"`, `#`, `%%{…}%%`, tags, backticks. */
const NOT_PLAIN = /[^\p{L}\p{N}\p{M} _.:/-]/gu;

/** The levels as a Mermaid flowchart, one box a level. Nodes have generated names; their ids are labels. */
export function renderMermaid({ levels, edges }: LevelsGraph): string[] {
  const names = nameNodes(levels);
  const boxes = levels.flatMap((ids, level) => [
    `  subgraph level${level}["level ${level}"]`,
    ...ids.map((id) => `    ${names.get(id) ?? ""}["${mermaidText(id)}"]`),
    "  end",
  ]);
  return [
    "flowchart TD",
    ...boxes,
    ...edges.map(({ source, target }) => `  ${names.get(source) ?? ""} --> ${names.get(target) ?? ""}`),
  ];
}

/** The levels as a DOT digraph, one rank a level. Nodes have generated names; their ids are labels. */
export function renderDot({ levels, edges }: LevelsGraph): string[] {
  const names = nameNodes(levels);
  const nodes = levels.flatMap((ids) => ids.map((id) => `  ${names.get(id) ?? ""} [label="${dotText(id)}"];`));
  const ranks = levels.map((ids) => `  { rank=same; ${ids.map((id) => `${names.get(id) ?? ""};`).join(" ")} }`);
  const arrows = edges.map(({ source, target }) => `  ${names.get(source) ?? ""} -> ${names.get(target) ?? ""};`);
  return ["digraph workflow {", "  rankdir=TB;", "  node [shape=box];", ...nodes, ...ranks, ...arrows, "}"];
}

function nameNodes(levels: LevelsGraph["levels"]): ReadonlyMap<string, string> {
  return new Map(levels.flat().map((id, index) => [id, `n${index}`]));
}

function mermaidText(id: string): string {
  return escapeText(id).replace(NOT_PLAIN, (character) => `#${character.codePointAt(0) ?? 0};`);
}

/** In a quoted label `\` begins an escape sequence and `&` an entity. */
function dotText(id: string): string {
  return escapeText(id).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;");
}
