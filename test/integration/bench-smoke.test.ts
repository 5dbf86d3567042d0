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

  test("local runs every shape in this process and finds the results right", { timeout: 120_000 }, async () => {
    const report = LOCAL_REPORT.parse(await bench("local", "--tiny", "--rounds", "1"));
    expect(report.shapes.map(({ name }) => name)).toEqual(["two", "ten-sequential", "ten", "hundred"]);
  });
});
