/** Why a value is not JSON, with where in it the fault lies. */
export class NotJsonError extends Error {
  override readonly name = "NotJsonError";
}

/**
 * The JSON text of a value, refusing what `JSON.stringify` would quietly bend: numbers that are not finite, functions, symbols, bigints,
 * `undefined` by itself or in an array, cycles, and nesting too deep for the stack. Properties that are `undefined` are left out.
 */
export function toJsonText(value: unknown): string {
  try {
    const text = typeof value === "object" && value !== null ? JSON.stringify(value, refuseBent) : scalarText(value);
    if (text !== undefined) return text;
  } catch (error) {
    if (error instanceof NotJsonError) throw error;
    throw new NotJsonError(error instanceof RangeError ? "is nested too deeply" : `is not JSON: ${describe(error)}`, {
      cause: error,
    });
  }
  throw new NotJsonError(`is ${describeKind(value)}, not a JSON value`);
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) throw new NotJsonError(`is ${String(value)}, not a finite number`);
  return JSON.stringify(value);
}

function refuseBent(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new NotJsonError(`holds ${String(value)}, not a finite number, at key ${JSON.stringify(key)}`);
  }
  const isBent = typeof value === "function" || typeof value === "symbol" || (value === undefined && Array.isArray(this));
  if (isBent) throw new NotJsonError(`holds ${describeKind(value)} at key ${JSON.stringify(key)}`);
  return value;
}

function describeKind(value: unknown): string {
  return value === undefined ? "undefined" : `a ${typeof value}`;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
