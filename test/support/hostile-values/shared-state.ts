import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/index.ts";
import { flat } from "../payloads.ts";
import { expectStart, ordered, probe, type Handler, type OpenHostileEngine } from "./engine.ts";
import { HOSTILE_KEYS, hostileObject, NOT_JSON } from "./samples.ts";

/** Hostile keys and values of shared state. */
export function testHostileState(open: OpenHostileEngine): void {
  describe("shared state", () => {
    test("keeps keys and values of any text, and has none but its own", async () => {
      const { run } = await open();
      const value = hostileObject();
      const write: Handler = ({ state }) => {
        for (const key of HOSTILE_KEYS) state.set(key, { [key]: value });
        state.set("", "empty");
        return null;
      };
      const read: Handler = async ({ state }) => {
        const values = await Promise.all(["", ...HOSTILE_KEYS, "valueOf ", "__defineGetter__"].map((key) => state.get(key)));
        return values.map((one) => one ?? null);
      };
      const payload = ordered(probe(write, { type: "ordered-probe" }), probe(read, { id: "z", type: "ordered-probe" }));
      const { errors, finalOutput } = await run(payload);
      expect(errors).toEqual([]);
      const expected = ["empty", ...HOSTILE_KEYS.map((key) => ({ [key]: value })), null, null];
      expect(JSON.stringify(finalOutput)).toBe(JSON.stringify(expected));
    });

    test.each(NOT_JSON.filter(([what]) => what !== "lists without end"))(
      "refuses %s as a value, and names key and place",
      async (_what, value, told) => {
        const { run } = await open();
        const write: Handler = ({ state }) => {
          state.set("kept", 1);
          state.set("k\ud800", value() as JsonValue);
          return null;
        };
        const { errors } = await run(flat([probe(write, { type: "ordered-probe" })]));
        expect(errors[0]).toMatchObject({ code: "NODE_FAILED" });
        expectStart(errors[0]?.message, `error executing node n: state.set("k\\ud800"): the value ${told}`);
      },
    );

    test.each([[5], [null], [undefined], [Symbol("k")], [{}]])("refuses %s as a key", async (key) => {
      const { run } = await open();
      for (const use of ["get", "entry", "set", "delete"] as const) {
        const { errors } = await run(flat([probe(({ state }) => state[use](key as never, 1), { type: "ordered-probe" })]));
        expect(errors[0]).toMatchObject({ code: "NODE_FAILED" });
        expect(errors[0]?.message).toContain("state: a key must be a text");
      }
    });

    test("of a refused attempt leaves nothing behind", async () => {
      const { run } = await open({ maxResultBytes: 1_000 });
      const seen: unknown[] = [];
      const write: Handler = async ({ state, attempt }) => {
        seen.push(await state.get("k"));
        state.set("k", attempt);
        if (attempt === 1) throw new Error("once more");
        return attempt === 2 ? NaN : 1;
      };
      const result = await run(
        flat([probe(write, { type: "ordered-probe", options: { attempts: 3, backoff: { type: "fixed", delayMs: 1 } } })]),
      );
      expect(result.errors).toMatchObject([{ code: "INVALID_NODE_OUTPUT", attempt: 2 }]);
      expect(seen).toEqual([undefined, undefined]);
    });

    test("takes no more in one attempt than a result may", async () => {
      const { run } = await open({ maxResultBytes: 1_000 });
      const writes =
        (lengths: readonly number[]): Handler =>
        ({ state }) => {
          for (const [i, length] of lengths.entries()) state.set(`k${String(i)}`, "x".repeat(length));
          return null;
        };
      expect((await run(flat([probe(writes([496, 496]), { type: "ordered-probe" })]))).status).toBe("completed");
      const { errors } = await run(flat([probe(writes([496, 497]), { type: "ordered-probe" })]));
      expect(errors).toMatchObject([{ code: "RESULT_TOO_LARGE" }]);
      expect(errors[0]?.message).toContain(
        "the changes of shared state of 1001 bytes exceed the limit of 1000 bytes (maxResultBytes)",
      );
    });

    test("takes 10 MB", async () => {
      const { run } = await open();
      const text = "x".repeat(10 * 1024 * 1024);
      const write: Handler = ({ state }) => {
        state.set("k", { text });
        return null;
      };
      const read: Handler = async ({ state }) => ((await state.get("k")) as JsonObject)["text"] === text;
      const payload = ordered(probe(write, { type: "ordered-probe" }), probe(read, { id: "z", type: "ordered-probe" }));
      expect((await run(payload)).finalOutput).toBe(true);
    });
  });
}
