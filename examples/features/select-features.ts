import { correlation, round, variance } from "./statistics.ts";

export interface Feature {
  readonly feature: string;
  readonly method: string;
  readonly values: readonly number[];
}

export interface SelectionLimits {
  /** Features to keep at most. */
  readonly top: number;
  /** Features that vary less are dropped. */
  readonly minVariance: number;
  /** Features that are correlated more than this with a better one are dropped. */
  readonly maxOverlap: number;
}

/** Ranks features by how well they go with the target, either way, and picks the best of those that tell something new. */
export function selectFeatures(features: readonly Feature[], target: readonly number[], limits: SelectionLimits) {
  const ranked = features
    .map((feature) => ({ ...feature, correlation: correlation(feature.values, target), variance: variance(feature.values) }))
    .sort((a, b) => Math.abs(b.correlation) - Math.abs(a.correlation) || (a.feature < b.feature ? -1 : 1));
  const selected: Feature[] = [];
  const rows = ranked.map(({ values, ...row }) => {
    const verdict = judge(values, row.variance, selected, limits);
    if (verdict === "selected") selected.push({ ...row, values });
    return {
      feature: row.feature,
      method: row.method,
      correlation: round(row.correlation, 4),
      variance: round(row.variance, 4),
      verdict,
    };
  });
  return { rowCount: target.length, selected: selected.map(({ feature }) => feature), ranked: rows };
}

function judge(values: readonly number[], spread: number, selected: readonly Feature[], limits: SelectionLimits): string {
  if (spread < limits.minVariance) return "too constant";
  const twin = selected.find((better) => Math.abs(correlation(values, better.values)) > limits.maxOverlap);
  if (twin !== undefined) return `too close to ${twin.feature}`;
  return selected.length < limits.top ? "selected" : "not among the best";
}
