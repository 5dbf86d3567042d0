import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import type { Profiler } from "node:inspector";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { startCpuProfile } from "../../bench/lib/cpu-profile.ts";
import { drawFlame } from "../../bench/lib/draw-flame.ts";
import { drawSeries } from "../../bench/lib/draw-series.ts";
import { flameFrames } from "../../bench/lib/flame-frames.ts";
import { ROOT } from "../architecture/docs-tables.ts";
import { tempFolder } from "../support/temp-folder.ts";

const SUMMARY = z.object({
  median: z.number().positive(),
  min: z.number().positive(),
  max: z.number().positive(),
  values: z.array(z.number()).length(1),
});
const CONTENDER = z.object({ name: z.string(), ms: SUMMARY, ratio: SUMMARY, idealShare: SUMMARY.optional() });
const CIRCUMSTANCES = {
  commit: z.string(),
  at: z.iso.datetime(),
  cpu: z.string(),
  cores: z.number().int().positive(),
  load: z.number().min(0),
  node: z.literal(process.versions.node),
};
const SHAPES_REPORT = z.object({
  benchmark: z.literal("shapes"),
  ...CIRCUMSTANCES,
  redis: z.string().regex(/^\d+\./),
  rounds: z.literal(1),
  warmUpRounds: z.number().int(),
  workerConcurrency: z.number().int(),
  shapes: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      nodeCount: z.number().int().positive(),
      runCount: z.number().int().positive(),
      checkedRunCount: z.number().int().positive(),
      contenders: z.array(CONTENDER).min(2),
    }),
  ),
});

const GROWTH_REPORT = z.object({
  benchmark: z.literal("growth"),
  series: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      xTitle: z.string(),
      per: z.enum(["node", "run"]),
      points: z
        .array(z.object({ x: z.number(), nodeCount: z.number(), runCount: z.number(), ms: SUMMARY, cpuMs: SUMMARY }))
        .min(2),
    }),
  ),
});
const FIGURES = { worstGapMs: z.number().min(0), worstBlockMs: z.number().min(0) };
const STALLS_REPORT = z.object({
  benchmark: z.literal("stalls"),
  loads: z.array(
    z.object({
      name: z.string(),
      phases: z.array(
        z.object({
          name: z.string(),
          ms: z.number().positive(),
          redis: z.object(FIGURES),
          roles: z.array(z.object({ ...FIGURES, role: z.string(), heapMb: z.number().positive() })),
          redisMb: z.number().positive(),
        }),
      ),
    }),
  ),
});
const REPLICAS_REPORT = z.object({
  benchmark: z.literal("replicas"),
  figures: z.array(z.object({ replicas: z.number(), ms: SUMMARY, nodesPerSecond: SUMMARY, efficiency: SUMMARY })),
});
const SHAPE = SHAPES_REPORT.shape.shapes.element;
const ORDER_REPORT = z.object({
  benchmark: z.literal("order"),
  slots: z.number().int().positive(),
  levels: z.array(SHAPE).length(1),
  mixes: z.array(
    z.object({
      title: z.string(),
      orders: z.array(z.object({ name: z.string(), totalMs: SUMMARY, longMs: SUMMARY, shortMs: SUMMARY })).length(4),
    }),
  ),
});
const STRUCTURES_REPORT = z.object({
  benchmark: z.literal("structures"),
  structures: z.array(
    z.object({
      name: z.string(),
      stated: z.string().regex(/×$/),
      bound: z.number().min(1),
      nodeCount: z.number().int().positive(),
      speedUps: z.array(
        z.object({
          where: z.enum(["processes", "runLocal"]),
          sequentialMs: SUMMARY,
          parallelMs: SUMMARY,
          speedUp: SUMMARY,
        }),
      ),
    }),
  ),
});
const LOCAL_REPORT = z.object({
  benchmark: z.literal("local"),
  ...CIRCUMSTANCES,
  rounds: z.literal(1),
  warmUpRuns: z.number().int(),
  shapes: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      runsPerRound: z.number().int().positive(),
      levelflow: z.object({ elapsedUs: SUMMARY, cpuUs: SUMMARY }),
      bare: z.object({ elapsedUs: SUMMARY, cpuUs: SUMMARY }),
      ratio: SUMMARY,
    }),
  ),
});

/** A benchmark's JSON. It fails, and so does this, when a result was wrong. */
async function bench(...args: readonly string[]): Promise<unknown> {
  const script = join(ROOT, "scripts", "bench.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args, "--json"], { cwd: ROOT, timeout: 280_000 });
  return JSON.parse(stdout);
}

describe("bench", () => {
  test("shapes runs every shape on every contender and finds the results right", { timeout: 120_000 }, async () => {
    const report = SHAPES_REPORT.parse(await bench("shapes", "--tiny", "--rounds", "1"));
    expect(report.shapes.map(({ name }) => name)).toEqual(["chain", "wide", "levels", "diamonds", "sleeps"]);
    for (const shape of report.shapes) {
      expect(shape.contenders.at(0)?.name).toBe("levelflow");
      expect(shape.contenders.at(-1)?.name).toBe("hand-written");
      expect(shape.checkedRunCount).toBe((report.warmUpRounds + 1) * shape.contenders.length * shape.runCount);
      expect(shape.contenders.every(({ idealShare }) => (idealShare !== undefined) === (shape.name === "sleeps"))).toBe(true);
    }
  });

  // The other series differ in their graphs alone.
  test("growth measures series of each kind and finds the results right", { timeout: 300_000 }, async () => {
    const kinds = ["runs", "workers", "latency"];
    const report = GROWTH_REPORT.parse(
      await bench("growth", "--tiny", "--rounds", "1", ...kinds.flatMap((kind) => ["--series", kind])),
    );
    expect(report.series.map(({ name }) => name)).toEqual(kinds);
    for (const series of report.series) expect(await drawSeries(series)).toMatch(/^<svg .*<\/svg>$/s);
  });

  test("flame draws where a process spends its time, by whose code it is", async () => {
    const file = join(tempFolder(), "process.cpuprofile");
    const stop = await startCpuProfile(file);
    for (let i = 0; i < 200; i += 1) JSON.parse(JSON.stringify(Array.from({ length: 1_000 }, (_, n) => ({ n }))));
    await stop();
    const { frames, busyMs } = flameFrames(JSON.parse(await readFile(file, "utf8")) as Profiler.Profile);
    expect(busyMs).toBeGreaterThan(0);
    expect(frames[0]).toMatchObject({ depth: 0, from: 0, to: 1, name: "all" });
    for (const { depth, from, to } of frames.slice(1)) {
      const within = frames.filter((frame) => frame.depth === depth - 1 && frame.from <= from + 1e-9 && frame.to >= to - 1e-9);
      expect(within).toHaveLength(1);
    }
    expect(await drawFlame("a process", frames)).toMatch(/^<svg .*a process.*<\/svg>$/s);
  });

  test("stalls looks at Redis and at every role in each phase", { timeout: 300_000 }, async () => {
    const report = STALLS_REPORT.parse(await bench("stalls", "--tiny", "--load", "level", "--load", "stop"));
    const phasesOf = (load: string) => report.loads.find(({ name }) => name === load)?.phases.map(({ name }) => name);
    expect(phasesOf("level")).toEqual(["idle", "enqueue", "run", "result", "removal"]);
    expect(phasesOf("stop")).toEqual(expect.arrayContaining(["pause", "resume", "cancel", "retry"]));
    for (const { roles } of report.loads.flatMap(({ phases }) => phases))
      expect(roles.map(({ role }) => role)).toEqual(["producer", "scheduler", "worker"]);
  });

  test("replicas runs the workflow on each number of workers and finds the results right", { timeout: 120_000 }, async () => {
    const report = REPLICAS_REPORT.parse(await bench("replicas", "--tiny", "--rounds", "1", "--replicas", "1,2"));
    expect(report.figures.map(({ replicas }) => replicas)).toEqual([1, 2]);
    for (const { efficiency } of report.figures) expect(efficiency.max).toBeLessThanOrEqual(1);
  });

  test("order runs levels and mixes of runs in every order and finds the results right", { timeout: 120_000 }, async () => {
    const { levels, mixes } = ORDER_REPORT.parse(await bench("order", "--tiny", "--rounds", "1"));
    expect(levels[0]?.contenders.map(({ name }) => name)).toEqual(["slow nodes first", "in id order"]);
    expect(mixes.flatMap(({ orders }) => orders.map(({ name }) => name))).toEqual([
      "first come",
      "runOrder: longest-path",
      "priority for long ones",
      "priority for short ones",
    ]);
  });

  test(
    "structures runs every structure with and without sequential and finds the results right",
    { timeout: 120_000 },
    async () => {
      const { structures } = STRUCTURES_REPORT.parse(await bench("structures", "--tiny", "--rounds", "1"));
      expect(structures.map(({ name, bound }) => [name, bound])).toEqual([
        ["linear", 1],
        ["branches-2", 1.5],
        ["branches-3", 2],
        ["branches-5", 3],
        ["branches-10", 5.5],
        ["multi-level", 7.75],
        ["etl", expect.any(Number)],
        ["features", expect.any(Number)],
        ["apis", expect.any(Number)],
      ]);
      for (const { speedUps } of structures) expect(speedUps.map(({ where }) => where)).toEqual(["processes", "runLocal"]);
    },
  );

  test("local runs every shape in this process and finds the results right", { timeout: 120_000 }, async () => {
    const report = LOCAL_REPORT.parse(await bench("local", "--tiny", "--rounds", "1"));
    expect(report.shapes.map(({ name }) => name)).toEqual(["two", "ten-sequential", "ten", "hundred"]);
  });
});
