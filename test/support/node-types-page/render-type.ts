import { readDataFields, type DataField } from "../../../src/cli/render/data-fields.ts";
import { wrapText } from "../../../src/cli/render/wrap-text.ts";
import type { AnyNodeDefinition } from "../../../src/core/node/define-node.ts";
import type { Demonstration, TypeEntry } from "./page-entry.ts";
import { runDemonstration, type StepOutcome } from "./run-demonstration.ts";
import { spacedJson } from "./spaced-json.ts";

/** Wider lines of an example would scroll. */
const MAX_CODE_WIDTH = 126;

export interface TypeParams {
  readonly entry: TypeEntry;
  readonly definition: AnyNodeDefinition;
  readonly serverOrigin: string;
}

/** One type's part of the page. Its examples and failures are run here. */
export async function renderType({ entry, definition, serverOrigin }: TypeParams): Promise<string> {
  const run = (one: Demonstration): Promise<StepOutcome[]> => runDemonstration(one, { type: entry.type, serverOrigin });
  const examples: string[] = [];
  const failures: string[] = [];
  // One after another: side by side they would compete for modules that jiti is still loading.
  for (const example of entry.examples) examples.push(renderExample(example, await run(example), entry.type));
  for (const failure of entry.failures) failures.push(renderFailure(failure, await run(failure), entry.type));
  return [
    `### \`${entry.type}\``,
    definition.description ?? "",
    fieldTable(readDataFields(definition) ?? []),
    facts(entry, definition),
    ...(entry.notes ?? []),
    `\`\`\`jsonc\n${examples.join("\n\n")}\n\`\`\``,
    `| It fails if | Message |\n| --- | --- |\n${failures.join("\n")}`,
  ].join("\n\n");
}

function fieldTable(fields: readonly DataField[]): string {
  const rows = fields.map((field) => row([`\`${field.path}\``, field.type, needOf(field), meaningOf(field), expansionOf(field)]));
  return [row(["Field", "Type", "Default", "Meaning", "Placeholders"]), row(["---", "---", "---", "---", "---"]), ...rows].join(
    "\n",
  );
}

function needOf({ isRequired, default: preset }: DataField): string {
  if (isRequired) return "**required**";
  return preset === undefined ? "none" : code(spacedJson(preset));
}

function meaningOf({ description = "", choices }: DataField): string {
  if (choices.length === 0) return description;
  return `${description} One of ${choices.map((value) => code(typeof value === "string" ? value : spacedJson(value))).join(", ")}.`;
}

function expansionOf({ placeholders }: DataField): string {
  return { none: "", values: "yes", "values and secrets": "yes, and secrets" }[placeholders];
}

function facts({ inputs, result }: TypeEntry, { stateful, pure }: AnyNodeDefinition): string {
  const [shared, isPure] = [stateful, pure].map((declared) => (declared === true ? "yes" : "no"));
  return [
    `- Inputs: ${inputs}.`,
    `- Result: ${result}.`,
    `- Shared state: ${shared}.`,
    `- [Pure](writing-nodes.md#pure-types): ${isPure}.`,
  ].join("\n");
}

function renderExample({ title, steps }: Demonstration, outcomes: readonly StepOutcome[], exampleType: string): string {
  const lines = steps.flatMap(({ type = exampleType, data, inputs }, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined || "failure" in outcome) {
      throw new Error(`step ${index} of the example "${title}" of ${exampleType} fails: ${outcome?.failure ?? ""}`);
    }
    const shownInputs = inputs.length === 0 ? [] : [`inputs: ${inputs.map(spacedJson).join(", ")}`];
    const comment = [index === 0 ? title : "then", ...shownInputs].join("; ");
    return [...commentLines(comment), spacedJson({ type, data }), ...commentLines(`→ ${spacedJson(outcome.result)}`)];
  });
  const tooWide = lines.find((line) => line.length > MAX_CODE_WIDTH);
  if (tooWide !== undefined) throw new Error(`a line of the example "${title}" of ${exampleType} is too long: ${tooWide}`);
  return lines.join("\n");
}

function commentLines(text: string): string[] {
  return wrapText(text, MAX_CODE_WIDTH - "//   ".length).map((line, index) => (index === 0 ? `// ${line}` : `//   ${line}`));
}

function renderFailure({ title, steps }: Demonstration, outcomes: readonly StepOutcome[], exampleType: string): string {
  const last = outcomes.at(-1);
  if (last === undefined || outcomes.length < steps.length || !("failure" in last)) {
    throw new Error(`the last step of "${title}" of ${exampleType} should have failed: ${JSON.stringify(outcomes)}`);
  }
  return row([title, code(last.failure)]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
