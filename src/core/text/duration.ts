/** Longest duration, in ns: what a signed 64-bit number holds. */
const MAX_NANOSECONDS = 2n ** 63n - 1n;
/** Digits of a whole number that may be within the bound, and of a fraction that may matter in ns. */
const MAX_WHOLE_DIGITS = 19;
const MAX_FRACTION_DIGITS = 30;

const UNIT_NANOSECONDS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\u00b5s", 1_000n], // micro sign
  ["\u03bcs", 1_000n], // Greek mu
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

/** Sticky: parts must follow each other without a gap. */
const DURATION_PART = /(?:(\d+)(?:\.(\d*))?|\.(\d+))(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/gy;
const WHOLE_NUMBER = /^\d+$/;

/**
 * Reads a duration into nanoseconds: `1.5h`, `1h30m`, `-250ms`, or a whole number of milliseconds. Sums are exact; digits below a
 * nanosecond are cut off in each part. `undefined` for any other text and beyond 2^63 - 1 ns (one more below zero).
 */
export function parseDuration(text: string): bigint | undefined {
  const isNegative = text.startsWith("-");
  const unsigned = isNegative || text.startsWith("+") ? text.slice(1) : text;
  const magnitude = parseMagnitude(unsigned);
  if (magnitude === undefined || magnitude > MAX_NANOSECONDS + (isNegative ? 1n : 0n)) return undefined;
  return isNegative ? -magnitude : magnitude;
}

/** Nanoseconds as the milliseconds that timers and `setTimeout` take; may be fractional. */
export function nanosecondsToMs(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e6;
}

/** Writes nanoseconds as results show them: `0s`, `1.234567ms`, `15µs`, `2m0s`, `1h2m3.5s`, `-250ms`. */
export function formatDuration(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${formatDuration(-nanoseconds)}`;
  if (nanoseconds === 0n) return "0s";
  if (nanoseconds < 1_000n) return `${nanoseconds}ns`;
  if (nanoseconds < 1_000_000n) return `${formatUnits(nanoseconds, 3)}\u00b5s`;
  if (nanoseconds < 1_000_000_000n) return `${formatUnits(nanoseconds, 6)}ms`;
  const minutes = nanoseconds / 60_000_000_000n;
  const seconds = `${formatUnits(nanoseconds % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function parseMagnitude(text: string): bigint | undefined {
  if (WHOLE_NUMBER.test(text)) return parseWhole(text, 1_000_000n);
  let sum = 0n;
  let end = 0;
  for (const [part, whole = "", fraction, onlyFraction, unit = ""] of text.matchAll(DURATION_PART)) {
    const scale = UNIT_NANOSECONDS.get(unit) ?? 1n;
    const value = parseWhole(whole, scale);
    if (value === undefined || sum > MAX_NANOSECONDS + 1n) return undefined;
    sum += value + parseFraction(fraction ?? onlyFraction ?? "", scale);
    end += part.length;
  }
  return end > 0 && end === text.length ? sum : undefined;
}

/** `undefined` for numbers of so many digits that they are out of bounds in any unit; long texts are never turned into a BigInt. */
function parseWhole(digits: string, scale: bigint): bigint | undefined {
  const significant = digits.replace(/^0+/, "");
  return significant.length > MAX_WHOLE_DIGITS ? undefined : BigInt(significant) * scale;
}

function parseFraction(digits: string, scale: bigint): bigint {
  const kept = digits.slice(0, MAX_FRACTION_DIGITS);
  return (BigInt(kept) * scale) / 10n ** BigInt(kept.length);
}

/** Shifts the decimal point by `decimals` digits and drops trailing zeros. */
function formatUnits(value: bigint, decimals: number): string {
  const digits = value.toString().padStart(decimals + 1, "0");
  let end = digits.length;
  while (end > digits.length - decimals && digits[end - 1] === "0") end--;
  const fraction = digits.slice(digits.length - decimals, end);
  const whole = digits.slice(0, -decimals);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
