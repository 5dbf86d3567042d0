import type { AnyNodeDefinition } from "../../core/node/define-node.ts";
import type { View } from "../output.ts";
import { readDataFields, type DataField } from "./data-fields.ts";
import { displayWidth, pad } from "./display-width.ts";
import { escapeText } from "./escape-text.ts";
import { toJsonSchema } from "./json-schema.ts";
import { showId } from "./show-id.ts";
import { typeWords } from "./type-words.ts";
import { wrapText } from "./wrap-text.ts";

const INDENT = "  ";
const MAX_PATH = 30;
/** Longer lines are hard to read, however wide the terminal is. */
const MAX_WIDTH = 100;
const MIN_TEXT = 20;

/** One node type: what it does, the fields of its data, and what else its definition tells. */
export function renderNodeType(definition: AnyNodeDefinition, view: View): string[] {
  const { colors } = view;
  const width = Math.min(view.width(), MAX_WIDTH);
  const { type, description } = definition;
  return [
    colors.bold(showId(type)),
    ...(description === undefined ? [] : wrapText(escapeText(description), width)),
    "",
    ...renderFields(readDataFields(definition), view, width),
    "",
    ...renderFacts(definition, view),
  ];
}

function renderFields(fields: readonly DataField[] | undefined, { colors }: View, width: number): string[] {
  if (fields === undefined) return ["The schema of its data names no fields; see --json."];
  if (fields.length === 0) return ["Its data has no fields."];
  const paths = fields.map(({ path }) => showId(path, MAX_PATH));
  const pathWidth = paths.reduce((widest, path) => Math.max(widest, displayWidth(path)), 0);
  const margin = " ".repeat(INDENT.length + pathWidth + 2);
  const room = Math.max(MIN_TEXT, width - margin.length);
  return fields.flatMap((field, index) => {
    const [first = "", ...others] = wrapText(factsOf(field), room);
    const meaning = field.description === undefined ? [] : wrapText(escapeText(field.description), room);
    return [
      INDENT + colors.bold(pad(paths[index] ?? "", pathWidth)) + INDENT + colors.dim(first),
      ...others.map((line) => margin + colors.dim(line)),
      ...meaning.map((line) => margin + line),
    ];
  });
}

function factsOf({ type, choices, isRequired, default: preset, placeholders }: DataField): string {
  const values = choices.length === 0 ? type : `one of ${choices.map((value) => JSON.stringify(value)).join(", ")}`;
  const need = isRequired ? "required" : preset === undefined ? "optional" : `default ${JSON.stringify(preset)}`;
  const expanded = placeholders === "none" ? [] : [`placeholders: ${placeholders}`];
  return escapeText([values, need, ...expanded].join("; "));
}

function renderFacts({ inputs, output, stateful, pure }: AnyNodeDefinition, { colors }: View): string[] {
  const facts = [
    ["inputs", inputs && typeWords(toJsonSchema(inputs) ?? {})],
    ["result", output && typeWords(toJsonSchema(output) ?? {})],
    ["shared state", stateful === true ? "yes" : "no"],
    ["pure", pure === true ? "yes" : "no"],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [`${colors.dim(`${name}:`)} ${escapeText(value)}`]));
}
