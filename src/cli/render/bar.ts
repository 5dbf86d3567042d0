const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A bar of `width` columns, filled to an eighth of a column. Only what is whole looks whole. */
export function renderBar(fraction: number, width: number): { readonly filled: string; readonly rest: string } {
  const clamped = Math.min(1, Math.max(0, fraction));
  const eighths = clamped === 1 ? width * 8 : Math.min(width * 8 - 1, Math.floor(clamped * width * 8));
  const filled = "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
  return { filled, rest: "─".repeat(width - filled.length) };
}

/** Where a span lies in a whole, as a line of `width` columns: never less than a sliver. */
export function renderSpan(start: number, end: number, width: number): { readonly before: string; readonly span: string } {
  const first = Math.min(width - 1, Math.max(0, Math.floor(start * width)));
  const last = Math.min(width, Math.max(first + 1, Math.round(end * width)));
  const isSliver = (end - start) * width < 0.5;
  return { before: " ".repeat(first), span: isSliver ? "▏" : "█".repeat(last - first) };
}
