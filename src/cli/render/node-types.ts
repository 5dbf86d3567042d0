import type { AnyNodeDefinition } from "../../core/node/define-node.ts";
import type { View } from "../output.ts";
import { displayWidth, pad } from "./display-width.ts";
import { escapeText } from "./escape-text.ts";
import { showId } from "./show-id.ts";
import { wrapText } from "./wrap-text.ts";

const MAX_TYPE = 40;
const GAP = 2;
/** What the column says of types that use the run's shared state. */
const SHARED = "shared";
/** Below this, wrapping would make columns of single words; the terminal then breaks the lines itself. */
const MIN_DESCRIPTION = 20;

/** Node types with what they do and whether they use shared state; descriptions are wrapped on a terminal. */
export function renderNodeTypes(definitions: readonly AnyNodeDefinition[], { colors, isTerminal, width }: View): string[] {
  const names = definitions.map(({ type }) => showId(type, MAX_TYPE));
  const nameWidth = names.reduce((widest, name) => Math.max(widest, displayWidth(name)), "type".length);
  const indent = nameWidth + SHARED.length + 2 * GAP;
  const room = isTerminal && width() - indent >= MIN_DESCRIPTION ? width() - indent : Infinity;
  const rows = definitions.flatMap(({ description = "", stateful }, index) => {
    const [first = "", ...others] = wrapText(escapeText(description), room);
    const name = pad(names[index] ?? "", nameWidth + GAP);
    const state = pad(stateful === true ? SHARED : "", SHARED.length + GAP);
    return [colors.bold(name) + colors.yellow(state) + first, ...others.map((line) => " ".repeat(indent) + line)];
  });
  const titles = pad("type", nameWidth + GAP) + pad("state", SHARED.length + GAP) + "description";
  return [colors.dim(titles), ...rows].map((line) => line.trimEnd());
}
