import { median } from "./median.ts";

/** What is told of a row of measurements. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly values: readonly number[];
}

export function summarise(values: readonly number[]): Summary {
  const rounded = values.map((value) => round(value));
  return { median: round(median(values)), min: Math.min(...rounded), max: Math.max(...rounded), values: rounded };
}

/** `median (min–max)`. */
export function showSummary({ median: middle, min, max }: Summary, digits: number): string {
  return `${middle.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

/** To four significant digits: more is noise. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
