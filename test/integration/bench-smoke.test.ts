import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ROOT } from "../architecture/docs-tables.ts";

const SUMMARY = z.object({
  median: z.number().positive(),
  min: z.number().positive(),
  max: z.number().positive(),
  values: z.array(z.number()).length(1),
});
const CONTENDER = z.object({ name: z.string(), ms: SUMMARY, ratio: SUMMARY, idealShare: SUMMARY.optional() });
const SHAPES_REPORT = z.object({
  benchmark: z.literal("shapes"),
  commit: z.string(),
  at: z.iso.datetime(),
  cpu: z.string(),
  cores: z.number().int().positive(),
  load: z.number().min(0),
  node: z.literal(process.versions.node),
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

const REPLICAS_REPORT = z.object({
  benchmark: z.literal("replicas"),
  figures: z.array(z.object({ replicas: z.number(), ms: SUMMARY, nodesPerSecond: SUMMARY, efficiency: SUMMARY })),
});

/** A benchmark's JSON. It fails, and so does this, when a result was wrong. */
async function bench(...args: readonly string[]): Promise<unknown> {
  const script = join(ROOT, "scripts", "bench.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args, "--json"], { cwd: ROOT, timeout: 100_000 });
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

  test("replicas runs the workflow on each number of workers and finds the results right", { timeout: 120_000 }, async () => {
    const report = REPLICAS_REPORT.parse(await bench("replicas", "--tiny", "--rounds", "1", "--replicas", "1,2"));
    expect(report.figures.map(({ replicas }) => replicas)).toEqual([1, 2]);
    for (const { efficiency } of report.figures) expect(efficiency.max).toBeLessThanOrEqual(1);
  });
});
