/** The fault of a `max_iterations` option, if it has one. */
export function maxIterationsFault(maxIterations: number | undefined): string | undefined {
  if (maxIterations === undefined || (Number.isInteger(maxIterations) && maxIterations >= 0)) return undefined;
  return `invalid max_iterations ${maxIterations}: use a whole number of at least 0 (0 means the default)`;
}
