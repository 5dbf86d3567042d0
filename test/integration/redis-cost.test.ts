import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { describe, expect, test } from "vitest";
import { defineNode } from "../../src/index.ts";
import { readPage, sectionOf, tableOf } from "../architecture/docs-tables.ts";
import { openEngine } from "../support/engine.ts";
import { openOwnRedis } from "../support/own-redis.ts";
import { costOfMore, costOfRun, type RedisCost } from "../support/redis-cost.ts";

/** How far from the page a figure may be: how many nodes travel together varies from run to run. */
const TOLERANCE = 0.35;

const quick = defineNode({ type: "quick", data: z.unknown(), run: () => 1 });
const slow = defineNode({ type: "slow", data: z.unknown(), run: () => sleep(8, null) });

/** Levels of nodes of one type, each node with the first of the level before as its source. */
function payloadOf(widths: readonly number[], type: string) {
  const idsOf = (level: number): string[] =>
    Array.from({ length: widths[level] ?? 0 }, (_, i) => `${String(level)}-${String(i)}`);
  return {
    nodes: widths.flatMap((_, level) => idsOf(level).map((id) => ({ id, type, data: { value: 1 } }))),
    edges: widths.flatMap((_, level) =>
      idsOf(level).flatMap((target) => (level === 0 ? [] : [{ source: `${String(level - 1)}-0`, target }])),
    ),
  };
}

const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

describe("what Redis does", () => {
  test("is as the page on performance says", { timeout: 120_000 }, async () => {
    const { url } = await openOwnRedis();
    // The looks at the clock, now and then, are told of apart.
    const settings = { deadlinePollMs: 1_000, sweepIntervalMs: 60_000, heartbeatMs: 5_000 };
    const engine = await openEngine({ redisUrl: url, workers: 1, nodes: [quick, slow], settings });
    // As where a level has to be spread.
    const spreading = await openEngine({
      redisUrl: url,
      workers: 1,
      nodes: [slow],
      settings: { ...settings, adaptiveLanes: false },
    });
    const cost = (widths: readonly number[], type = "quick", of = engine): Promise<RedisCost> =>
      costOfRun(of, payloadOf(widths, type));
    const costOfLevel = async (of: typeof engine): Promise<RedisCost> =>
      costOfMore(await cost([2, 2], "slow", of), await cost([2, 2, 2, 2, 2, 2], "slow", of), 4);
    const single = await cost([1]);
    const chain = costOfMore(single, await cost(ones(41)), 40);
    const wide = costOfMore(await cost([1, 100]), await cost([1, 900]), 800);
    const pureChain = costOfMore(await cost([1], "number"), await cost(ones(401), "number"), 400);
    const pureWide = costOfMore(await cost([1, 100], "number"), await cost([1, 900], "number"), 800);

    const measured = {
      "a run of one node": single,
      "a node more in a chain": chain,
      "a node more in a level": wide,
      "a pure node more in a chain": pureChain,
      "a pure node more in a level": pureWide,
      "a level more of two waiting nodes": await costOfLevel(engine),
      "one that is spread over workers": await costOfLevel(spreading),
    };
    const rows = tableOf(sectionOf(readPage("docs/performance.md"), "## Commands and bytes"));
    expect(rows.map(([what]) => what)).toEqual(Object.keys(measured));
    const faults = rows.flatMap(([what = "", commands, bytes]) => {
      const own = measured[what as keyof typeof measured];
      const told = { commands: Number(commands), bytes: Number(bytes?.replaceAll(",", "")) };
      return (["commands", "bytes"] as const).flatMap((of) =>
        Math.abs(own[of] / told[of] - 1) < TOLERANCE
          ? []
          : [`${what}: ${own[of].toFixed(1)} ${of}, the page says ${String(told[of])}`],
      );
    });
    expect(faults).toEqual([]);
  });
});
