import { LevelflowError } from "../core/errors/levelflow-error.ts";

/** How the Redis client's errors begin that mean that Redis is away, not that a command is wrong. */
const AWAY =
  /^(Reached the max retries|Connection is closed|Stream isn't writeable|connect |read ECONNRESET|getaddrinfo |All sentinels|Connection (ended|in subscriber))/;

/** Redis could not be reached, in words that name no password. Errors of levelflow's own are left as they are. */
export function unavailable(cause: unknown): LevelflowError {
  if (cause instanceof LevelflowError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LevelflowError(
    "REDIS_UNAVAILABLE",
    `Redis cannot be used: ${reason.endsWith(".") ? reason.slice(0, -1) : reason}. Check that it runs and that REDIS_URL is right.`,
    { cause },
  );
}

/** The same adapter, with a Redis that is away reported as `REDIS_UNAVAILABLE`. */
export function failAsUnavailable<Adapter extends object>(adapter: Adapter): Adapter {
  return new Proxy(adapter, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(member, target, args);
        return answer instanceof Promise ? answer.catch(rethrow) : answer;
      };
    },
  });
}

function rethrow(error: unknown): never {
  throw error instanceof Error && AWAY.test(error.message) ? unavailable(error) : error;
}
