import { LevelflowError } from "./levelflow-error.ts";

/**
 * What stands between a command and Redis. `away`: it is not reached, or the connection was lost; `refusing`: it answers, and refuses until
 * its own state has changed; `denied`: it does not take the credentials; `foreign`: what answers is no Redis.
 */
export interface RedisFault {
  readonly kind: "away" | "refusing" | "denied" | "foreign";
  /** In plain words; with the remedy, where Redis is there. */
  readonly reason: string;
}

type Pattern = readonly [pattern: RegExp, reason: string];

/** Replies, as Redis gives them or as it wraps them when a script meets one. */
const REFUSALS: readonly Pattern[] = [
  [
    /\bOOM command not allowed/,
    "is out of memory (maxmemory) and refuses writes: raise maxmemory, or remove data (a lower retentionMs keeps less)",
  ],
  [/\bREADONLY |^UNBLOCKED /, "is a read-only replica: connect to its primary, or wait for the failover to end"],
  [/\bMISCONF /, "cannot write to its disk and refuses writes: make room there, and see the log of Redis"],
  [/\bLOADING /, "is still loading its data: it takes commands when that is done"],
  [/\bBUSY /, "is held up by a script that does not end: see SCRIPT KILL"],
  [/\bNOREPLICAS /, "refuses writes for want of replicas (min-replicas-to-write): see to them"],
  [/\bMASTERDOWN /, "is a replica that has lost its primary: see to the primary"],
  [/\bCLUSTERDOWN /, "belongs to a cluster that is down: see CLUSTER INFO"],
];

const DENIALS: readonly Pattern[] = [
  [/\bNOAUTH /, "asks for a password, and none was given: put it into the address"],
  [/\bWRONGPASS |invalid password/, "refuses the password, or the user: correct the address"],
];

const FOREIGN: Pattern = [/Protocol error, got/, "what answers is not Redis"];

/** What the client says when it has no connection, or lost the one that a command went over. */
const ABSENCES: readonly Pattern[] = [
  [/does not answer/, "it does not answer"],
  [/max number of clients reached/, "it takes no more connections (maxclients)"],
  [
    /^(Reached the max retries|Connection is closed|Connection (ended|in subscriber)|Stream isn't writeable|Command aborted due to|All sentinels)/,
    "the connection was lost",
  ],
];

const ABSENCE_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOENT: "there is no such socket",
  ENOTFOUND: "unknown host",
  EAI_AGAIN: "the host name cannot be resolved",
  ETIMEDOUT: "no answer",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ECONNRESET: "the connection was lost",
  EPIPE: "the connection was lost",
};

/** What an error of the Redis client says of Redis; `undefined` for one that says nothing of it, such as a command that is wrong. */
export function redisFaultOf(error: unknown): RedisFault | undefined {
  if (error instanceof LevelflowError) return error.code === "REDIS_UNAVAILABLE" ? redisFaultOf(error.cause) : undefined;
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  if (message.startsWith("EXECABORT")) return redisFaultOf(firstOf(error));
  const refusal = find(REFUSALS, message);
  if (refusal !== undefined) return { kind: "refusing", reason: refusal };
  const denial = find(DENIALS, message);
  if (denial !== undefined) return { kind: "denied", reason: denial };
  const foreign = find([FOREIGN], message);
  if (foreign !== undefined) return { kind: "foreign", reason: foreign };
  const absence = ABSENCE_CODES[codeOf(error)] ?? find(ABSENCES, message);
  return absence === undefined ? undefined : { kind: "away", reason: absence };
}

function find(patterns: readonly Pattern[], message: string): string | undefined {
  return patterns.find(([pattern]) => pattern.test(message))?.[1];
}

/** A transaction is discarded as a whole when one of its commands is refused: that one says why. */
function firstOf(error: Error): unknown {
  const { previousErrors } = error as { readonly previousErrors?: unknown };
  return Array.isArray(previousErrors) ? previousErrors[0] : undefined;
}

/** A host with several addresses fails with one error that holds one for each. */
function codeOf(error: Error): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return (first as NodeJS.ErrnoException).code ?? "";
}
