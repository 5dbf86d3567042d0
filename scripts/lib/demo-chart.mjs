const BAR_WIDTH = 40;

/** A line for each level of a run: nodes, a bar from its start to its end on the time of the whole run, and how long it took. */
export function levelBars({ levels, timings }) {
  const from = timings.startedAt ?? timings.createdAt;
  const until = timings.finishedAt ?? from;
  const scale = BAR_WIDTH / Math.max(1, until - from);
  return timings.levels.map((level) => {
    const end = level.finishedAt ?? until;
    const start = Math.min(BAR_WIDTH - 1, Math.floor((level.startedAt - from) * scale));
    const length = Math.min(BAR_WIDTH - start, Math.max(1, Math.round((end - level.startedAt) * scale)));
    const bar = " ".repeat(start) + "█".repeat(length) + " ".repeat(BAR_WIDTH - start - length);
    const nodes = countOf(levels[level.level]?.length ?? level.nodeCount, "node").padStart(8);
    return `  level ${String(level.level).padEnd(2)} ${nodes}  ${bar}  ${formatMs(end - level.startedAt).padStart(7)}`;
  });
}

/** The closing table's cells for one example; a run that was cut short has no time one by one to compare with. */
export function summaryRow({ name, status: expected }, { status, levels, timings }) {
  const { durationMs = 0, nodeTimeMs } = timings;
  const isWhole = status === "completed" && durationMs > 0;
  return [
    name,
    String(levels.flat().length),
    String(levels.length),
    formatMs(durationMs),
    isWhole ? formatMs(nodeTimeMs) : "–",
    isWhole ? `${(nodeTimeMs / durationMs).toFixed(1)} ×` : "–",
    statusText(status, expected),
  ];
}

export const SUMMARY_TITLES = ["example", "nodes", "levels", "time", "one by one", "speed-up", "status"];

/** Lays rows out in columns; the first and the last keep to the left, the figures between them to the right. */
export function table(titles, rows) {
  const widths = titles.map((title, column) => Math.max(...[titles, ...rows].map((row) => row[column].length), title.length));
  const last = titles.length - 1;
  const cell = (text, column) => (column === 0 || column === last ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  return [titles, ...rows].map((row) => row.map(cell).join("  ").trimEnd());
}

function statusText(status, expected) {
  if (status !== expected) return `${status}, though it should be ${expected}`;
  return status === "completed" ? status : `${status}, as it should`;
}

function countOf(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function formatMs(ms) {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
