import { expect, test } from "vitest";
import { flat } from "../payloads.ts";
import { probe, type Handler, type OpenHostileEngine } from "./engine.ts";
import { circle, revoked, throwing, throwingFunction } from "./samples.ts";

/** Progress and log fields that are none. */
export function testHostileReports(open: OpenHostileEngine): void {
  test("progress of any kind fails no node, and is bounded", async () => {
    const { watch } = await open();
    const fractions = [0.5, NaN, Infinity, -1, 10n, "0.5", null, undefined, {}, Symbol("f")] as readonly number[];
    const notes = ["\ud800", 5, { toString: throwingFunction }, Symbol("n"), null] as readonly string[];
    const note = "😀".repeat(5 * 1024 * 1024);
    const report: Handler = ({ progress }) => {
      for (const fraction of fractions) for (const odd of notes) progress(fraction, odd);
      for (let i = 0; i < 10_000; i += 1) progress(7, note);
      return "done";
    };
    // A Redis that sees the script for the first time asks for its text; what is told within that moment of the end is lost.
    await watch(flat([probe(({ progress }) => progress(1))]));
    const { result, events } = await watch(flat([probe(report)]));
    expect(result.finalOutput).toBe("done");
    const told = events.filter(({ type }) => type === "node-progress");
    expect(told[0]).toMatchObject({ nodeId: "n", fraction: 0.5, message: "\ud800" });
    expect(told.find(({ fraction }) => fraction === 1)?.message).toBe("😀".repeat(250));
    expect(told.length).toBeLessThan(100);
  });

  test("log fields of any kind fail no node without a logger", async () => {
    const { run } = await open();
    const write: Handler = ({ log }) => {
      const fields = [circle(), { n: 10n }, { runId: 5 }, throwing(new Error("boom")), null, 5, Symbol("s"), revoked];
      for (const field of fields) log.info("\ud800", field as Record<string, unknown>);
      for (const message of [null, undefined, {}, 5]) log.error(message as string);
      return "done";
    };
    expect((await run(flat([probe(write)]))).finalOutput).toBe("done");
  });
}
