import { displayWidth, pad } from "./display-width.ts";

export interface Column {
  readonly title: string;
  /** Which side the text keeps to. @default "left" */
  readonly align?: "left" | "right";
  /** Dresses a cell, after its width was taken. */
  readonly paint?: (text: string, row: number) => string;
}

/** Lays escaped cells out in columns, two spaces apart, under dimmed titles. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paintTitle: (text: string) => string,
): string[] {
  const widths = columns.map(({ title }, index) => Math.max(displayWidth(title), ...maxOf(rows, index)));
  const line = (cells: readonly string[], paint: (text: string, column: Column) => string): string =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? "";
        const isLast = index === columns.length - 1;
        const side = column.align === "right" ? "right" : "left";
        return paint(isLast && side === "left" ? cell : pad(cell, widths[index] ?? 0, side), column);
      })
      .join("  ");
  return [
    line(
      columns.map(({ title }) => title),
      (text) => paintTitle(text),
    ),
    ...rows.map((cells, row) => line(cells, (text, column) => column.paint?.(text, row) ?? text)),
  ];
}

/** At most one number, so that spreading it costs no stack. */
function maxOf(rows: readonly (readonly string[])[], index: number): [number] {
  return [rows.reduce((widest, cells) => Math.max(widest, displayWidth(cells[index] ?? "")), 0)];
}
