import { displayWidth } from "./display-width.ts";
import { countOf } from "./format-time.ts";
import { showId } from "./show-id.ts";

const MAX_ID = 60;

/** A line for each level with its ids: all of them, or those that fit into `width` columns. */
export function renderLevelsText(levels: readonly (readonly string[])[], width: number | undefined): string[] {
  if (levels.length === 0) return ["no levels: the workflow has no nodes"];
  return levels.map((ids, level) => {
    const head = `level ${level} (${countOf(ids.length, "node")}): `;
    return head + (width === undefined ? ids.map((id) => showId(id)).join(", ") : fit(ids, width - head.length));
  });
}

function fit(ids: readonly string[], width: number): string {
  let shown = "";
  for (const [index, id] of ids.entries()) {
    const longer = (index === 0 ? "" : `${shown}, `) + showId(id, MAX_ID);
    const rest = ids.length - index - 1;
    if (index > 0 && displayWidth(longer) + (rest > 0 ? ` +${rest}`.length : 0) > width) return `${shown} +${ids.length - index}`;
    shown = longer;
  }
  return shown;
}
