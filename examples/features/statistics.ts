export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** The population variance. */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
}

/** Pearson's correlation of two lists of one length; 0 where one of them does not vary. */
export function correlation(xs: readonly number[], ys: readonly number[]): number {
  const scale = Math.sqrt(variance(xs) * variance(ys));
  if (scale === 0) return 0;
  const meanX = mean(xs);
  const meanY = mean(ys);
  return mean(xs.map((x, index) => (x - meanX) * ((ys[index] ?? meanY) - meanY))) / scale;
}

/** Mean 0 and standard deviation 1; all 0 if the values do not vary. */
export function zScore(values: readonly number[]): number[] {
  const centre = mean(values);
  const deviation = Math.sqrt(variance(values));
  return values.map((value) => (deviation === 0 ? 0 : (value - centre) / deviation));
}

/** From 0 to 1; all 0 if the values do not vary. */
export function minMax(values: readonly number[]): number[] {
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  return values.map((value) => (range === 0 ? 0 : (value - low) / range));
}

export function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
