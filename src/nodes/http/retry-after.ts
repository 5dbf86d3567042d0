/** Reads a `Retry-After` header, seconds or an HTTP date, into ms from `nowMs` on; `undefined` if there is none that can be read. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  // Only dates with a weekday: Date.parse would take much else for a date.
  const atMs = /^[A-Z][a-z]{2}/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
