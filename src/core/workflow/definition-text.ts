import { Attached } from "../memory/attached.ts";
import { ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import type { Workflow } from "./workflow.ts";

const PIECES = new Attached<Workflow, readonly string[]>("text");

/**
 * The JSON text of a definition in pieces: as `JSON.stringify` writes it, but that a list of many nodes or edges is broken into lines of
 * some hundred each. A line end is white space to JSON and occurs in none of its texts, so the lines can be read one by one. Worked out
 * once for as long as the definition is held.
 */
export function* definitionPieces(workflow: Workflow): Steps<readonly string[]> {
  const known = PIECES.get(workflow);
  if (known !== undefined) return known;
  const isSmall = workflow.nodes.length + workflow.edges.length <= ITEMS_A_STEP;
  const pieces = isSmall ? [JSON.stringify(workflow)] : yield* piecesOf(workflow);
  PIECES.set(workflow, pieces);
  return pieces;
}

function* piecesOf(workflow: Workflow): Steps<readonly string[]> {
  const pieces: string[] = [];
  for (const [key, value] of Object.entries(workflow) as [string, unknown][]) {
    pieces.push(`${pieces.length === 0 ? "{" : ","}${JSON.stringify(key)}:`);
    if (!Array.isArray(value)) pieces.push(JSON.stringify(value));
    else yield* listPieces(value, pieces);
  }
  pieces.push("}");
  return pieces;
}

function* listPieces(items: readonly unknown[], pieces: string[]): Steps<void> {
  pieces.push("[");
  for (let start = 0; start < items.length; start += ITEMS_A_STEP) {
    const text = JSON.stringify(items.slice(start, start + ITEMS_A_STEP)).slice(1, -1);
    pieces.push(start + ITEMS_A_STEP < items.length ? `\n${text},` : `\n${text}\n`);
    yield;
  }
  pieces.push("]");
}

/** A line that opens a list whose items follow, line by line. */
const OPENING = /"(nodes|edges)":\[$/;

/** Reads what {@link definitionPieces} wrote, or any JSON text, a line at a time. */
export function* readDefinition(text: string): Steps<unknown> {
  const lines = text.split("\n");
  if (lines.length === 1) return JSON.parse(text) as unknown;
  const lists: Record<string, unknown[]> = {};
  let open: unknown[] | undefined;
  let frame = "";
  for (const line of lines) {
    if (open !== undefined && !line.startsWith("]")) {
      for (const item of JSON.parse(`[${line.replace(/,$/, "")}]`) as unknown[]) open.push(item);
      yield;
      continue;
    }
    frame += line;
    const key = OPENING.exec(line)?.[1];
    open = key === undefined ? undefined : (lists[key] = []);
  }
  return { ...(JSON.parse(frame) as object), ...lists };
}
