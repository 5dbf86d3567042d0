import { describe, expect, test, vi } from "vitest";
import { waitOutRefusals } from "../../../src/runtime/guard-adapters.ts";
import type { RedisLink } from "../../../src/runtime/redis-link.ts";

const REFUSED = new Error("OOM command not allowed when used memory > 'maxmemory'.");

/** An adapter whose calls end as is said, one after another. */
function open(...ends: (() => unknown)[]) {
  const note = vi.fn();
  const stopping = new AbortController();
  const adapter = { size: 3, ask: (what: string): unknown => ends.shift()?.() ?? what };
  const guarded = waitOutRefusals(adapter, { note } as unknown as RedisLink, () => stopping.signal);
  return { note, stopping, guarded, left: () => ends.length };
}

const refuse = (): Promise<never> => Promise.reject(REFUSED);

describe("an adapter that waits out what Redis refuses", () => {
  test("answers what a call answers, promise or not", async () => {
    const { guarded, note } = open(() => Promise.resolve(1));
    expect([await guarded.ask("a"), await guarded.ask("b"), guarded.size]).toEqual([1, "b", 3]);
    expect(note).not.toHaveBeenCalled();
  });

  test("makes a refused call again until it is taken", async () => {
    const { guarded, note } = open(refuse, refuse, () => "taken");
    expect(await guarded.ask("a")).toBe("taken");
    expect(note).toHaveBeenCalledTimes(2);
  });

  test("tells of any other failure at once, thrown ones included", async () => {
    const wrong = new Error("WRONGTYPE Operation against a key holding the wrong kind of value");
    const throwing = (): never => {
      throw wrong;
    };
    const { guarded } = open(() => Promise.reject(wrong), throwing, refuse, throwing);
    for (let i = 0; i < 3; i += 1) await expect(guarded.ask("a")).rejects.toBe(wrong);
  });

  test("gives up when the role stops", async () => {
    const { guarded, stopping, left } = open(refuse, refuse, refuse);
    const asked = guarded.ask("a") as Promise<unknown>;
    stopping.abort();
    await expect(asked).rejects.toBe(REFUSED);
    expect(left()).toBe(2);
  });
});
