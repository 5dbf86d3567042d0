import { setTimeout as sleep } from "node:timers/promises";
import { redisFaultOf } from "../core/errors/redis-fault.ts";
import type { CallBound } from "./call-bound.ts";
import type { RedisLink } from "./redis-link.ts";
import { redisUnavailable } from "./redis-unavailable.ts";

/** How long a refused call waits before it is made again, in ms: the first time, and at most. */
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

/**
 * The adapter of a caller who does not wait: what Redis refuses, and what it has not answered for want of a connection, fails as
 * `REDIS_UNAVAILABLE` that says why.
 */
export function failSoon<Adapter extends object>(
  adapter: Adapter,
  { link, bound, shown }: { readonly link: RedisLink; readonly bound: CallBound; readonly shown: string },
): Adapter {
  return withCalls(adapter, async (call) => {
    try {
      return await bound.limit(call());
    } catch (error) {
      const fault = link.note(error);
      if (fault === undefined) throw error;
      throw redisUnavailable(fault.kind === "away" ? (link.lastFault ?? fault) : fault, shown, error);
    }
  });
}

/**
 * The adapter of a role that goes on when Redis does. A call that Redis refused has done nothing, so it is made again until it is taken:
 * results wait in their process, as they do for a Redis that is away, and nobody counts as failed or crashed.
 */
export function waitOutRefusals<Adapter extends object>(adapter: Adapter, link: RedisLink, stopping: () => AbortSignal): Adapter {
  const callAgain = async (call: () => Promise<unknown>, refusal: unknown): Promise<unknown> => {
    let error = refusal;
    for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(delayMs * 2, MAX_RETRY_MS)) {
      link.note(error);
      const kind = redisFaultOf(error)?.kind;
      if ((kind !== "refusing" && kind !== "denied") || stopping().aborted) throw error;
      await sleep(delayMs, undefined, { signal: stopping() }).catch(() => undefined);
      try {
        return await call();
      } catch (next) {
        error = next;
      }
    }
  };
  // Every claim and commit comes through here, and hardly any is refused.
  return withCalls(adapter, (call) => call().catch((error: unknown) => callAgain(call, error)));
}

/** Every method of an adapter by way of `around`. Methods that answer no promise are not called that way. */
function withCalls<Adapter extends object>(
  adapter: Adapter,
  around: (call: () => Promise<unknown>) => Promise<unknown>,
): Adapter {
  const wrapped = new Map<PropertyKey, unknown>();
  return new Proxy(adapter, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      const known = wrapped.get(property);
      if (known !== undefined) return known;
      const method = (...args: unknown[]): Promise<unknown> => around(() => promiseOf(() => Reflect.apply(member, target, args)));
      wrapped.set(property, method);
      return method;
    },
  });
}

/** What a call answers; what it throws as well. */
function promiseOf(call: () => unknown): Promise<unknown> {
  try {
    return Promise.resolve(call());
  } catch (error) {
    return fail(error);
  }
}

async function fail(error: unknown): Promise<never> {
  throw error;
}
