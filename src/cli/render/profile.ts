import type { LevelProfile, OrderProfile } from "../../core/run/run-profile.ts";
import type { RunResult } from "../../core/run/run-result.ts";
import type { View } from "../output.ts";
import { countOf, formatMs } from "./format-time.ts";
import { renderHeading } from "./run-summary.ts";
import { showId } from "./show-id.ts";
import { renderTable } from "./table.ts";

const MAX_ROWS = 200;
const MAX_ID = 40;
/** Nodes of the longest path that are named at either end. */
const PATH_ENDS = 5;
/** More of its slots than this unused, and a level is worth a look. */
const MUCH_IDLE = 0.5;

/** Where a run's time went: a row for each level that is over, what barriers cost, and the longest path. */
export function renderProfile(result: RunResult, view: View): string[] {
  const { colors } = view;
  const { levels, order } = result.timings.profile;
  const lines = renderHeading(result, view);
  if (levels.length === 0) return [...lines, "", colors.dim("no level is over yet")];
  const shown = levels.slice(0, MAX_ROWS);
  const rest = levels.length - shown.length;
  return [
    ...lines,
    "",
    ...renderLevels(shown, view),
    ...(rest > 0 ? [colors.dim(`… and ${countOf(rest, "level")} more, see --json`)] : []),
    ...(order === undefined ? [] : ["", ...renderOrder(order, view)]),
  ];
}

function renderLevels(levels: readonly LevelProfile[], { colors }: View): string[] {
  const isLost = levels.some(({ barrierLossMs }) => barrierLossMs !== undefined);
  const columns = [
    { title: "level", align: "right" },
    { title: "nodes", align: "right" },
    { title: "waited", align: "right" },
    { title: "ran", align: "right" },
    { title: "slots", align: "right" },
    {
      title: "idle",
      align: "right",
      paint: (text: string, row: number) => ((levels[row]?.idleShare ?? 0) > MUCH_IDLE ? colors.yellow(text) : text),
    },
    ...(isLost ? [{ title: "barrier", align: "right" } as const] : []),
    { title: "slowest node" },
  ] as const;
  const rows = levels.map((level) => [
    String(level.level),
    String(level.nodeCount),
    formatMs(level.queueWaitMs),
    formatMs(level.runMs),
    String(level.slots),
    `${String(Math.round(level.idleShare * 100))} %`,
    ...(isLost ? [signedMs(level.barrierLossMs ?? 0)] : []),
    slowestOf(level),
  ]);
  return renderTable(columns, rows, colors.dim).map((line) => line.trimEnd());
}

function slowestOf({ slowest: { nodeId, timeMs, slackMs } }: LevelProfile): string {
  const slack = slackMs === undefined || slackMs === 0 ? "" : `, ${formatMs(slackMs)} slack`;
  return `${showId(nodeId, MAX_ID)} (${formatMs(timeMs)}${slack})`;
}

function renderOrder({ criticalPathMs, criticalPath, levelOrderMs, dependencyOrderMs, barrierLossMs }: OrderProfile, view: View) {
  const { bold, dim } = view.colors;
  const cost = barrierLossMs === 0 ? "barriers cost nothing" : `barriers cost ${formatMs(barrierLossMs)}`;
  const orders = `its nodes take ${formatMs(levelOrderMs)} level by level, ${formatMs(dependencyOrderMs)} in dependency order`;
  const { length } = criticalPath;
  const named =
    length <= 2 * PATH_ENDS
      ? criticalPath.map((id) => showId(id, MAX_ID))
      : [
          ...criticalPath.slice(0, PATH_ENDS).map((id) => showId(id, MAX_ID)),
          `… ${countOf(length - 2 * PATH_ENDS, "node")} …`,
          ...criticalPath.slice(-PATH_ENDS).map((id) => showId(id, MAX_ID)),
        ];
  return [`${bold(cost)} ${dim(`(${orders})`)}`, `${bold(`longest path ${formatMs(criticalPathMs)}`)}: ${named.join(" → ")}`];
}

/** Level by level a loss may be below 0: dependency order would have spent longer on that level. */
function signedMs(timeMs: number): string {
  return timeMs < 0 ? `−${formatMs(-timeMs)}` : formatMs(timeMs);
}
