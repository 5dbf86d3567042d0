/** What can be told of something that was thrown. */
export interface ThrownText {
  /** The error's name; empty for what is no error. */
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Reads what foreign code threw, which may be anything: no Error, or one whose properties throw when they are read. Never throws. */
export function readThrown(thrown: unknown, messageOfNoError: string): ThrownText {
  if (!isError(thrown)) return { name: "", message: textOf(thrown) ?? messageOfNoError, stack: undefined };
  const name = readText(thrown, "name") ?? "Error";
  const message = readText(thrown, "message") ?? "an error whose message cannot be read";
  return { name, message: message === "" ? name : message, stack: readText(thrown, "stack") };
}

/** Reads a property of what was thrown; `undefined` if that throws. */
export function readProperty(thrown: unknown, key: string): unknown {
  try {
    return (thrown as Readonly<Record<string, unknown>>)[key];
  } catch {
    return undefined;
  }
}

function isError(thrown: unknown): boolean {
  try {
    return thrown instanceof Error;
  } catch {
    // A proxy that was revoked.
    return false;
  }
}

function readText(error: unknown, key: string): string | undefined {
  const value = readProperty(error, key);
  return typeof value === "string" ? value : undefined;
}

function textOf(thrown: unknown): string | undefined {
  switch (typeof thrown) {
    case "string":
      return thrown;
    case "number":
    case "bigint":
    case "boolean":
      return String(thrown);
    default:
      return undefined;
  }
}
