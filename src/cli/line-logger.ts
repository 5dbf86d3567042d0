import type { Settings } from "../core/config/settings.ts";
import type { Logger } from "../core/ports/logger.ts";

/** The levels of pino, by their numbers. */
const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: Infinity } as const satisfies Record<
  Settings["logLevel"],
  number
>;
/** Fields that pino adds by itself. */
const OWN_FIELDS: ReadonlySet<string> = new Set(["level", "time", "pid", "hostname", "msg"]);

/** A logger for people, one line an entry, for where logs share a terminal with a run's progress. */
export function createLineLogger(
  minLevel: Settings["logLevel"],
  print: (line: string, level: string) => void,
  bindings: object = {},
): Logger {
  const log =
    (level: keyof typeof LEVELS) =>
    (fields: object, message: string): void => {
      if (LEVELS[level] >= LEVELS[minLevel]) print(formatEntry(level, message, { ...bindings, ...fields }), level);
    };
  return {
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    child: (fields) => createLineLogger(minLevel, print, { ...bindings, ...fields }),
  };
}

/** A line of a worker process, in the same form if it is an entry of its log. Whatever else it printed stays as it is. */
export function readableLogLine(line: string): string {
  const entry = parseEntry(line);
  if (entry === undefined) return line;
  const level = Object.entries(LEVELS).find(([, number]) => number === entry["level"])?.[0] ?? "info";
  return formatEntry(
    level,
    String(entry["msg"]),
    Object.fromEntries(Object.entries(entry).filter(([key]) => !OWN_FIELDS.has(key))),
  );
}

function parseEntry(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{"level":')) return undefined;
  try {
    const entry = JSON.parse(line) as Record<string, unknown>;
    return typeof entry["msg"] === "string" ? entry : undefined;
  } catch {
    return undefined;
  }
}

function formatEntry(level: string, message: string, fields: object): string {
  const details = Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${formatValue(value)}`]));
  return [`${level}: ${message}`, ...details].join("  ");
}

function formatValue(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w.:/@-]+$/.test(text) ? text : JSON.stringify(value);
}
