import { describe, expect, test } from "vitest";
import { InjectedFault, withFaults } from "../../support/faults.ts";
import { benchFor, nodeOf, resultOf, type Handler } from "../../support/probe-bench.ts";

describe("shared state", () => {
  test("outside the ordered group has the node run again in order, whatever the handler makes of it", async () => {
    for (const swallow of [false, true]) {
      const run: Handler = async ({ state }) => {
        try {
          await state.get("k");
        } catch (error) {
          if (!swallow) throw error;
        }
        return "wrong";
      };
      const bench = await benchFor(run);
      expect(await bench.execute(await bench.claim())).toEqual({ kind: "settled" });
      expect(await nodeOf(bench)).toMatchObject({ status: "pending", error: undefined });
      expect(await bench.store.readStatefulTypes()).toContain("probe");
      expect(await resultOf(bench)).toBeUndefined();
    }
  });

  test("takes effect with the commit, or not at all", async () => {
    const changing: Handler = ({ state }) => {
      state.set("k", "changed");
      throw new Error("no");
    };
    const failing = await benchFor(changing, { ordered: ["n"] });
    await failing.execute(await failing.claim());
    expect(await failing.store.readState({ runId: failing.runId, keys: ["k"] })).toEqual([{ kind: "absent" }]);
    const bench = await benchFor(
      ({ state }) => {
        state.set("k", "changed");
        return null;
      },
      { ordered: ["n"] },
    );
    await bench.execute(await bench.claim());
    expect(await bench.store.readState({ runId: bench.runId, keys: ["k"] })).toEqual([{ kind: "present", value: "changed" }]);
  });

  test("shows an attempt its own changes, as copies", async () => {
    const bench = await benchFor(
      async ({ state }) => {
        const value = { list: [1] };
        state.set("k", value);
        value.list.push(2);
        const seen = (await state.get("k")) as { list: number[] };
        seen.list.push(3);
        state.set("gone", 1);
        state.delete("gone");
        state.set("over", 1, { ttlMs: 0 });
        return [await state.get("k"), await state.entry("gone"), await state.entry("over")] as unknown;
      },
      { ordered: ["n"] },
    );
    await bench.execute(await bench.claim());
    expect(await resultOf(bench)).toEqual([{ list: [1] }, { kind: "absent" }, { kind: "expired" }]);
  });

  test("that cannot be read is no failure of the handler", async () => {
    for (const swallow of [false, true]) {
      const wrap = <T extends object>(store: T): T => withFaults(store, { random: () => 0, rate: 1, methods: ["readState"] });
      const run: Handler = ({ state }) => (swallow ? state.get("k").catch(() => "wrong") : state.get("k"));
      const bench = await benchFor(run, { wrap, ordered: ["n"] });
      await expect(bench.execute(await bench.claim())).rejects.toThrow(InjectedFault);
      expect(await nodeOf(bench)).toMatchObject({ status: "running", error: undefined });
    }
  });
});
