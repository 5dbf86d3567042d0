import { z } from "zod";
import { LevelflowError } from "../errors/levelflow-error.ts";
import { RUN_ORDERS } from "../run/run-order.ts";
import { suggest } from "../text/suggest.ts";
import { DEFAULTS } from "./defaults.ts";

/** A number as code gives it, or its digits as the environment does; nothing else is taken for a number. */
const wholeNumber = (min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodType<number, number | string> =>
  z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], {
      error: `use a whole number from ${String(min)} to ${String(max)}`,
    })
    .pipe(z.number({ error: "use a whole number" }).int().min(min).max(max));

/** Timers take no more: 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const milliseconds = (min: number): z.ZodType<number, number | string> => wholeNumber(min, MAX_TIMER_MS);

/** A boolean as code gives it, or its name as the environment does. */
const trueOrFalse = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")], {
  error: "use true or false",
});

const list = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(",").map((part) => part.trim()))])
  .transform((parts) => parts.filter((part) => part !== ""));

const port = wholeNumber(0, 65_535);
const host = z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/, "use a host name or an IP address, without a port");

/** A password shorter than this can be guessed; a longer one than that is somebody's file. */
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 1_024;
const TOO_SHORT = `use at least ${String(MIN_PASSWORD_LENGTH)} characters`;

/**
 * Every setting, validated once at the edge. From the environment each is `LEVELFLOW_` and its name in upper snake case; a list is
 * separated by commas.
 */
const SETTINGS = z.strictObject({
  /** First part of every Redis key. Letters, digits, `_` and `-`. */
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "use 1 to 64 letters, digits, _ or -")
    .default(DEFAULTS.prefix),
  /** How a role's process logs: `json` for collectors, `pretty` for people; `auto`: for people in a terminal. */
  logFormat: z.enum(["auto", "json", "pretty"]).default("auto"),
  /** What the process logs: a level of pino. */
  logLevel: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  /** The redis-server binary for an embedded Redis; looked for on the PATH if not given. */
  redisServer: z.string().min(1).optional(),

  /** Largest workflow that is accepted. */
  maxNodes: wholeNumber(1).default(DEFAULTS.maxNodes),
  maxEdges: wholeNumber(0).default(DEFAULTS.maxEdges),
  /** Largest payload, and largest input of a run, as JSON text in bytes. */
  maxPayloadBytes: wholeNumber(2).default(DEFAULTS.maxPayloadBytes),
  /** Largest result of one node, and what one attempt may change in shared state, as JSON text in bytes. */
  maxResultBytes: wholeNumber(1).default(DEFAULTS.maxResultBytes),

  /** Lanes that one level is given at most, for each pool. More spread long nodes over more workers, and cost Redis more a level. */
  maxLanesPerLevel: wholeNumber(1, 5_000).default(DEFAULTS.maxLanesPerLevel),
  /** Whether quick nodes share lanes, by how long handlers were measured to take, and levels stay with their lane where that is sooner.
   *  Without, every node has a lane of its own, as far as `maxLanesPerLevel` goes: many more jobs, and one barrier a level. */
  adaptiveLanes: trueOrFalse.default(true),
  /** Which of the levels that wait for a worker, and have no priority, goes first: the one that came first, or the one whose run has the
   *  longest path before it, by how long handlers were measured to take. Short runs then wait for as long as longer ones keep coming. The
   *  same for producers and schedulers. */
  runOrder: z.enum(RUN_ORDERS).default("first-come"),
  /** Claims of one attempt that may end in a dead process before its node is failed (`NODE_CRASHED`). 0: the first crash fails it. */
  maxCrashCount: wholeNumber(0).default(DEFAULTS.maxCrashCount),
  /** How long running handlers may take to honour their abort signal before the run ends without them, in ms. 0 waits for none;
   *  longer delays the end of failed and cancelled runs, shorter leaves more handlers running unheard. */
  abortGraceMs: milliseconds(0).default(DEFAULTS.abortGraceMs),
  /** How long running handlers may go on when a worker is told to stop, before they get their signal, in ms. */
  shutdownGraceMs: milliseconds(0).default(DEFAULTS.shutdownGraceMs),
  /** How long a node whose type no worker knows is kept for a worker that does, in ms. 0 fails it at once. */
  unknownTypeGraceMs: milliseconds(0).default(DEFAULTS.unknownTypeGraceMs),

  /** How long a scheduler or worker that starts waits for a Redis that is not there yet, or refuses writes, in ms. 0 does not wait. */
  redisWaitMs: milliseconds(0).default(DEFAULTS.redisWaitMs),
  /** How long BullMQ holds a job for a silent process, in ms; with `stalledIntervalMs` it bounds how soon a killed worker's work goes on. */
  lockDurationMs: milliseconds(500).default(DEFAULTS.lockDurationMs),
  /** How often expired locks are looked for, in ms. */
  stalledIntervalMs: milliseconds(100).default(DEFAULTS.stalledIntervalMs),
  /** How often a worker has its claims checked, in ms. */
  heartbeatMs: milliseconds(50).default(DEFAULTS.heartbeatMs),
  /** How often a scheduler looks for runs whose jobs were lost, in ms. */
  sweepIntervalMs: milliseconds(50).default(DEFAULTS.sweepIntervalMs),
  /** How often a scheduler looks for deadlines, in ms, besides being told of those that pass within a second: in case the word is lost. */
  deadlinePollMs: wholeNumber(10, DEFAULTS.deadlineNoticeMs).default(DEFAULTS.deadlinePollMs),
  /** How long a finished run is kept, in ms. 0 removes it within seconds, whether or not somebody has read its result. */
  retentionMs: wholeNumber(0).default(DEFAULTS.retentionMs),

  /** Where `serve` listens. Beyond this machine only with a password. */
  serveHost: host.default(DEFAULTS.serveHost),
  /** Port of `serve`. 0: any that is free; the log says which. */
  servePort: port.default(DEFAULTS.servePort),
  /** Who logs in to `serve`. */
  serveUser: z
    .string()
    .regex(/^[^:\p{Cc}]{1,64}$/u, "use 1 to 64 characters, without a colon")
    .default(DEFAULTS.serveUser),
  /** The password for that; none: no login, on this machine only. */
  servePassword: z.string().min(MIN_PASSWORD_LENGTH, TOO_SHORT).max(MAX_PASSWORD_LENGTH).optional(),
  /** A file that holds the password, as container platforms hand secrets over; a line break at its end does not count. */
  servePasswordFile: z.string().min(1).optional(),
  /** Where a scheduler, worker or `serve` answers health checks and Prometheus, if `healthPort` is set. There is no login. */
  healthHost: host.default(DEFAULTS.healthHost),
  /** Port for that. Not set: none. 0: any that is free. */
  healthPort: port.optional(),
  /** How long a loop of a role may be stuck, or its Redis be away, before `/livez` says that the role is to be restarted, in ms. */
  livenessGraceMs: milliseconds(1_000).default(DEFAULTS.livenessGraceMs),

  /** Hosts that `http` nodes may fetch from: exact names or `*.example.org`. Empty: any. */
  httpAllowedHosts: list.default([]),
  /** Internal addresses that `http` nodes may reach all the same: a host, `host:port`, an address range such as `10.1.0.0/16`, or `*`. */
  httpAllowInternal: list.default([]),
  httpTimeoutMs: milliseconds(1).default(DEFAULTS.httpTimeoutMs),
  httpMaxResponseBytes: wholeNumber(0).default(DEFAULTS.httpMaxResponseBytes),
  httpMaxRedirects: wholeNumber(0).default(DEFAULTS.httpMaxRedirects),
});

export type Settings = z.output<typeof SETTINGS>;
/** Settings as code gives them: any of them, the rest has its default. */
export type SettingsInput = z.input<typeof SETTINGS>;

export const SETTING_NAMES = Object.keys(SETTINGS.shape);

/** Checks settings given in code; `INVALID_SETTING` names what does not fit. Frozen. */
export function parseSettings(given: SettingsInput = {}): Settings {
  return parse(given, (name) => name);
}

/** Reads settings from `LEVELFLOW_*` variables. An unknown one is refused with a suggestion. */
export function settingsFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given: Record<string, string> = {};
  for (const [variable, value] of Object.entries(environment)) {
    // Compose files pass variables on that are not set as empty ones.
    if (!variable.startsWith("LEVELFLOW_") || value === undefined || value === "" || variable.startsWith(SECRET_PREFIX)) continue;
    given[settingName(variable)] = value;
  }
  return parse(given, variableName);
}

/** Variables that begin so are no settings: they hold the secrets that nodes refer to. */
export const SECRET_PREFIX = "LEVELFLOW_SECRET_";

function parse(given: unknown, shownName: (name: string) => string): Settings {
  const parsed = SETTINGS.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const faults = parsed.error.issues.flatMap((issue) => describeIssue(issue, shownName));
  throw new LevelflowError("INVALID_SETTING", faults.join("; "));
}

function describeIssue(issue: z.core.$ZodIssue, shownName: (name: string) => string): string[] {
  if (issue.code !== "unrecognized_keys") return [`setting ${shownName(String(issue.path[0]))}: ${issue.message}`];
  return issue.keys.map((key) => {
    const nearest = suggest(key, SETTING_NAMES);
    return `unknown setting ${shownName(key)}${nearest === undefined ? "" : `: did you mean ${shownName(nearest)}?`}`;
  });
}

/** `LEVELFLOW_ABORT_GRACE_MS` → `abortGraceMs`. */
function settingName(variable: string): string {
  const words = variable.slice("LEVELFLOW_".length).toLowerCase();
  return words.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `abortGraceMs` → `LEVELFLOW_ABORT_GRACE_MS`. */
export function variableName(setting: string): string {
  return `LEVELFLOW_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
