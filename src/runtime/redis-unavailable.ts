import { LevelflowError } from "../core/errors/levelflow-error.ts";
import { redisFaultOf, type RedisFault } from "../core/errors/redis-fault.ts";

/** `REDIS_UNAVAILABLE` in plain words: what is wrong, and what to do. `shown` is the address without its password. */
export function redisUnavailable(fault: RedisFault, shown: string, cause?: unknown): LevelflowError {
  const options = cause === undefined ? {} : { cause };
  switch (fault.kind) {
    case "refusing":
    case "denied":
      return new LevelflowError("REDIS_UNAVAILABLE", `Redis at ${shown} ${fault.reason}`, options);
    case "away":
    case "foreign":
      return new LevelflowError(
        "REDIS_UNAVAILABLE",
        `cannot reach Redis at ${shown} (${fault.reason}): is it running, and is REDIS_URL right?`,
        options,
      );
  }
}

/** The same for any error of an attempt to connect. Errors of levelflow's own are left as they are. */
export function asUnavailable(error: unknown, shown: string): LevelflowError {
  if (error instanceof LevelflowError) return error;
  const fault = redisFaultOf(error) ?? { kind: "away", reason: error instanceof Error ? error.message : String(error) };
  return redisUnavailable(fault, shown, error);
}
