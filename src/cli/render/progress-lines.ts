import type { Colors } from "../output.ts";
import { renderBar } from "./bar.ts";
import { displayWidth, pad, truncate } from "./display-width.ts";
import { countOf, formatMs } from "./format-time.ts";
import type { LevelProgress, ProgressModel } from "./progress-model.ts";
import { showId } from "./show-id.ts";

export interface ProgressView {
  /** Local time, in ms. */
  readonly now: number;
  readonly width: number;
  readonly height: number;
  readonly colors: Colors;
  /** What the run is called, escaped. */
  readonly title: string;
}

/** Widths of the parts of a line; what is 0 is left out. */
interface Layout {
  readonly bar: number;
  readonly name: number;
  readonly count: number;
  readonly time: number;
  readonly ids: number;
}

const SPINNER = ["◐", "◓", "◑", "◒"] as const;
const SPINNER_MS = 160;
const MAX_BAR = 28;
const MIN_BAR = 6;
/** Rows that are kept free for the title, what stands above and the cursor. */
const FREE_ROWS = 4;
const MAX_ID = 24;

/** Draws a run that goes on: its title, then a line for each level, as many as the terminal has room for. No line is wider than it. */
export function renderProgress(model: ProgressModel, view: ProgressView): string[] {
  const layout = planLayout(model, view.width - 1);
  const lines = [renderTitle(model, view)];
  for (const row of chooseRows(model.levels, Math.max(3, view.height - FREE_ROWS))) {
    lines.push(row.kind === "level" ? renderLevel(row.level, model, view, layout) : renderFold(row, view));
  }
  return lines;
}

function renderTitle(model: ProgressModel, { now, width, colors, title }: ProgressView): string {
  const elapsed = model.startedAt === undefined ? "" : formatMs(localNow(model, now) - model.startedAt);
  const retries = model.retryCount === 0 ? "" : countOf(model.retryCount, "retry").replace("retrys", "retries");
  const right = [model.status, elapsed, retries].filter((part) => part !== "").join(" · ");
  const name = truncate(title, Math.max(0, width - 1 - displayWidth(right) - 3));
  return `${colors.bold(name)}${name === "" ? "" : " · "}${paintStatus(model.status, colors)(truncate(right, width - 1))}`;
}

function paintStatus(status: ProgressModel["status"], colors: Colors): (text: string) => string {
  if (status === "failing" || status === "failed") return colors.red;
  if (status === "cancelling" || status === "cancelled" || status === "paused") return colors.yellow;
  return colors.dim;
}

function planLayout(model: ProgressModel, width: number): Layout {
  const widest = model.levels.reduce((most, level) => Math.max(most, level.width), 0);
  const name = width < 40 ? String(model.levels.length).length + 1 : `level ${model.levels.length - 1}`.length;
  const count = String(widest).length * 2 + 1;
  const time = 8;
  const fixed = 2 + name + 2 + count + 2 + time;
  const spare = width - fixed - 2;
  const bar = spare < MIN_BAR ? 0 : Math.min(MAX_BAR, spare < 40 ? Math.min(spare, 16) : Math.floor(spare * 0.4));
  const ids = Math.max(0, spare - bar - 2);
  return { bar, name, count, time, ids: ids < 8 ? 0 : ids };
}

function renderLevel(index: number, model: ProgressModel, view: ProgressView, layout: Layout): string {
  const level = model.levels[index];
  if (level === undefined) return "";
  const { colors } = view;
  const name = pad(layout.name < 7 && layout.name < `level ${index}`.length ? String(index) : `level ${index}`, layout.name);
  const count = pad(`${level.doneCount}/${level.width}`, layout.count, "right");
  const time = pad(levelTime(level, model, view.now), layout.time, "right");
  const isPending = level.startedAt === undefined;
  const parts = [`${markOf(level, model, view)} ${isPending ? colors.dim(name) : name}`];
  if (layout.bar > 0) parts.push(paintBar(level, layout.bar, colors));
  parts.push(isPending ? colors.dim(count) : count, colors.dim(time));
  const ids = layout.ids === 0 ? "" : runningIds(level.running, layout.ids);
  if (ids !== "") parts.push(colors.cyan(ids));
  return parts.join("  ").trimEnd();
}

function markOf(level: LevelProgress, model: ProgressModel, { now, colors }: ProgressView): string {
  if (level.failedCount > 0) return colors.red("✖");
  if (level.doneCount === level.width) return colors.green("✔");
  if (level.startedAt === undefined) return colors.dim("·");
  if (level.finishedAt !== undefined) return colors.yellow("■");
  if (model.status === "paused") return colors.yellow("‖");
  return colors.cyan(SPINNER[Math.floor(now / SPINNER_MS) % SPINNER.length] ?? "");
}

function paintBar(level: LevelProgress, width: number, colors: Colors): string {
  const { filled, rest } = renderBar(level.width === 0 ? 1 : level.doneCount / level.width, width);
  const paint = level.failedCount > 0 ? colors.red : level.doneCount === level.width ? colors.green : colors.cyan;
  return `${paint(filled)}${colors.dim(rest)}`;
}

function levelTime(level: LevelProgress, model: ProgressModel, now: number): string {
  if (level.startedAt === undefined) return "";
  return formatMs((level.finishedAt ?? localNow(model, now)) - level.startedAt);
}

function localNow(model: ProgressModel, now: number): number {
  return now - (Number.isFinite(model.skewMs) ? model.skewMs : 0);
}

/** As many ids as fit, and how many there are besides. */
function runningIds(running: ReadonlySet<string>, width: number): string {
  let shown = "";
  let count = 0;
  for (const id of running) {
    const name = showId(id, Math.min(MAX_ID, width));
    const longer = count === 0 ? name : `${shown}, ${name}`;
    const rest = running.size - count - 1;
    if (displayWidth(longer) + (rest > 0 ? ` +${rest}`.length : 0) > width) break;
    shown = longer;
    count++;
  }
  const rest = running.size - count;
  return rest === 0 ? shown : truncate(`${shown} +${rest}`.trimStart(), width);
}

type Row =
  | { readonly kind: "level"; readonly level: number }
  | { readonly kind: "fold"; readonly from: number; readonly to: number; readonly isDone: boolean; readonly nodeCount: number };

/** All levels, or those around the current one with the rest folded into a line above and one below. */
function chooseRows(levels: readonly LevelProgress[], room: number): Row[] {
  if (levels.length <= room) return levels.map((_, level) => ({ kind: "level", level }));
  const shownCount = Math.max(1, room - 2);
  const current = Math.max(
    0,
    levels.findIndex((level) => level.doneCount < level.width),
  );
  const first = Math.min(Math.max(0, current - Math.floor(shownCount / 2)), levels.length - shownCount);
  const rows: Row[] = [];
  if (first > 0) rows.push(fold(levels, 0, first - 1, true));
  for (let level = first; level < first + shownCount; level++) rows.push({ kind: "level", level });
  if (first + shownCount < levels.length) rows.push(fold(levels, first + shownCount, levels.length - 1, false));
  return rows;
}

function fold(levels: readonly LevelProgress[], from: number, to: number, isDone: boolean): Row {
  const nodeCount = levels.slice(from, to + 1).reduce((sum, level) => sum + level.width, 0);
  return { kind: "fold", from, to, isDone, nodeCount };
}

function renderFold(row: Extract<Row, { kind: "fold" }>, { width, colors }: ProgressView): string {
  const range = row.from === row.to ? `level ${row.from}` : `levels ${row.from} to ${row.to}`;
  const text = truncate(`${row.isDone ? "✔" : "·"} ${range}: ${countOf(row.nodeCount, "node")}`, width - 1);
  return colors.dim(text);
}
