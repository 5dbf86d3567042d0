import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { RunResult } from "../../src/core/run/run-result.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";
import {
  novemberInSeattle,
  summerInNewYork,
  mostDelayedAirport,
  busiestRoute,
  rainAndDelaysOfSeattle,
  completeCars,
  pearson,
} from "./example-figures.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** A slow machine starts three processes that each load TypeScript. */
const TIMEOUT_MS = 60_000;

describe("levelflow run examples/etl", () => {
  test("writes a report whose figures are those of the data", { timeout: TIMEOUT_MS }, async () => {
    const { exitCode, result, cwd } = await runExample("etl", ["--nodes", nodesOf("etl"), "--workers", "2"]);
    expect(exitCode).toBe(0);
    expect(result.status).toBe("completed");
    expect(result.levels.map((level) => level.length)).toEqual([3, 5, 1]);
    const text = readFileSync(join(cwd, "examples/etl/output/report.json"), "utf8");
    expect(result.finalOutput).toMatchObject({
      bytes: Buffer.byteLength(text),
      sections: {
        monthly_weather: { rowCount: 24 },
        weather_by_season: { rowCount: 8 },
        busiest_routes: { rowCount: 10 },
        delays_by_airport: { rowCount: 10 },
        rain_and_delays: { rowCount: 2 },
      },
    });
    const report = JSON.parse(text) as Record<string, Record<string, unknown>[]>;
    expect(report["monthly_weather"]).toContainEqual(expect.objectContaining(novemberInSeattle()));
    expect(report["weather_by_season"]).toContainEqual(expect.objectContaining(summerInNewYork()));
    expect(report["delays_by_airport"]?.[0]).toMatchObject(mostDelayedAirport());
    expect(report["busiest_routes"]?.[0]).toMatchObject(busiestRoute());
    for (const { reportedMiles, greatCircleMiles } of report["busiest_routes"] as {
      reportedMiles: number;
      greatCircleMiles: number;
    }[]) {
      // Two sources of distances: the flights' own figure, and the airports' coordinates.
      expect(Math.abs(greatCircleMiles / reportedMiles - 1)).toBeLessThan(0.02);
    }
    expect(report["rain_and_delays"]?.[0]).toMatchObject({ city: "Seattle", ...rainAndDelaysOfSeattle() });
  });

  test("gives the same without Redis", { timeout: TIMEOUT_MS }, async () => {
    const [durable, local] = await Promise.all([
      runExample("etl", ["--nodes", nodesOf("etl")]),
      runExample("etl", ["--nodes", nodesOf("etl"), "--local"]),
    ]);
    expect(local.result.nodeResults).toEqual(durable.result.nodeResults);
  });
});

describe("levelflow run examples/features", () => {
  test("ranks the features by their correlation with fuel consumption", { timeout: TIMEOUT_MS }, async () => {
    const { exitCode, result } = await runExample("features", ["--nodes", nodesOf("features")]);
    expect(exitCode).toBe(0);
    expect(result.levels.map((level) => level.length)).toEqual([1, 10, 10, 1]);
    const output = result.finalOutput as unknown as {
      rowCount: number;
      selected: string[];
      ranked: { feature: string; correlation: number }[];
    };
    expect(output.rowCount).toBe(completeCars().length);
    expect(output.ranked).toHaveLength(10);
    const strengths = output.ranked.map(({ correlation }) => Math.abs(correlation));
    expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
    // Scaling a feature does not change its correlation, so the raw columns must give the same.
    for (const [feature, column] of [
      ["horsepower", "Horsepower"],
      ["weight", "Weight_in_lbs"],
      ["acceleration", "Acceleration"],
    ] as const) {
      const expected = pearson(
        completeCars().map((car) => car[column]),
        completeCars().map((car) => car.Miles_per_Gallon),
      );
      expect(output.ranked.find((row) => row.feature === feature)?.correlation).toBeCloseTo(expected, 4);
    }
    expect(output.selected[0]).toBe(output.ranked[0]?.feature);
    expect(output.selected.length).toBeLessThanOrEqual(5);
  });
});

describe("examples/aggregation/run.mjs", () => {
  test("merges what five services answer", { timeout: TIMEOUT_MS }, async () => {
    const { exitCode, result } = await runProcess([join(ROOT, "examples/aggregation/run.mjs"), "--json"]);
    expect(exitCode).toBe(0);
    expect(result.levels.map((level) => level.length)).toEqual([5, 5, 1]);
    expect(result.finalOutput).toEqual({
      products: [
        { sku: "C-330", name: "Camp stove", priceEuro: 60, inStock: 0, rating: 4, ratings: 3 },
        { sku: "L-420", name: "Lantern", priceEuro: null, inStock: 25, rating: null, ratings: 0 },
        { sku: "S-210", name: "Sleeping bag", priceEuro: 96, inStock: 11, rating: 3.5, ratings: 2 },
        { sku: "T-100", name: "Trail tent", priceEuro: 189, inStock: 7, rating: 4.5, ratings: 4 },
      ],
      stockValueEuro: 96 * 11 + 189 * 7,
    });
  });

  test("is refused loopback without the setting", { timeout: TIMEOUT_MS }, async () => {
    const { exitCode, result } = await runExample("aggregation", ["--nodes", nodesOf("aggregation")]);
    expect(exitCode).toBe(1);
    expect(result.errors[0]?.message).toMatch(/^error executing node \w+: URL validation failed: access to internal/);
  });
});

describe("levelflow run examples/diamonds", () => {
  test("joins branches of different depth", { timeout: TIMEOUT_MS }, async () => {
    const { exitCode, result } = await runExample("diamonds", []);
    expect(exitCode).toBe(0);
    expect(result.finalOutput).toEqual({ mode: "number", value: ((24 + 144) / 2) * (168 - 12) + 24 });
    expect(result.nodeResults["view_text"]).toEqual({
      mode: "text",
      value: "GOOD MORNING, BERGEN | goodMorning,Bergen | gOOD mORNING, bERGEN",
    });
    expect(result.nodeResults["view_slow_arms"]).toMatchObject({ value: [{ value: 144 }, { value: 24 }] });
  });
});

describe("levelflow run examples/failing", () => {
  test("ends soon after the failure, and tells its nodes apart", { timeout: TIMEOUT_MS }, async () => {
    const { exitCode, result } = await runExample("failing", ["--nodes", nodesOf("failing"), "--workers", "2"]);
    expect(exitCode).toBe(1);
    expect(result.status).toBe("failed");
    expect(result.finalOutput).toBeNull();
    expect(result.errors.map(({ nodeId, message }) => [nodeId, message])).toEqual([
      ["export_4", "error executing node export_4: the bucket does not exist"],
    ]);
    const statuses = Object.fromEntries(Object.entries(result.nodes).map(([id, node]) => [id, node.status]));
    expect(statuses).toMatchObject({ start: "completed", export_4: "failed", publish: "skipped" });
    // An export that no worker had begun when the other failed was skipped, not cancelled.
    for (const id of ["export_1", "export_2", "export_3", "export_5", "export_6"])
      expect(statuses[id]).toMatch(/^(cancelled|skipped)$/);
    // Nobody waited for those that sleep for 10 s.
    expect(result.timings.durationMs).toBeLessThan(8_000);
  });
});

describe("npm run demo", () => {
  test("refuses an example that there is not", async () => {
    const { exitCode, stderr } = await runToEnd([join(ROOT, "scripts/run-demo.mjs"), "nope"], ROOT);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('There is no example "nope".');
  });

  test("counts the failing example as shown", { timeout: TIMEOUT_MS }, async () => {
    const { exitCode, stdout } = await runToEnd([join(ROOT, "scripts/run-demo.mjs"), "failing"], ROOT);
    expect(stdout).toContain("levelflow run ended with exit code 1, as it should.");
    expect(exitCode).toBe(0);
  });
});

function nodesOf(example: string): string {
  return join(ROOT, "examples", example, "nodes.ts");
}

function runExample(example: string, args: readonly string[]): Promise<Ended & { result: RunResult }> {
  return runProcess([join(ROOT, "dist/cli/main.js"), "run", join(ROOT, "examples", example, "workflow.json"), ...args, "--json"]);
}

async function runProcess(args: readonly string[]): Promise<Ended & { result: RunResult }> {
  const ended = await runToEnd(args, tempFolder());
  const result = (ended.stdout === "" ? {} : JSON.parse(ended.stdout)) as Partial<RunResult>;
  if (result.status === undefined) throw new Error(`no result, exit code ${ended.exitCode}: ${ended.stdout}${ended.stderr}`);
  return { ...ended, result: result as RunResult };
}

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly cwd: string;
}

/** Runs Node in a folder and, when it has ended, checks that no process is left that it or its children started. */
async function runToEnd(args: readonly string[], cwd: string): Promise<Ended> {
  // Every process below inherits this variable, by which a leftover is found even where its parent is gone.
  const mark = `EXAMPLES_TEST_RUN=${crypto.randomUUID()}`;
  const [name = "", value] = mark.split("=");
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, [name]: value }, stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (part: string) => (text[stream] += part));
  const exitCode = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  await until("nothing is left running", () => processesWith(mark).length === 0, 5_000);
  return { exitCode, ...text, cwd };
}

/** Live processes that have this in their environment; none where the system has no /proc to ask. */
function processesWith(mark: string): string[] {
  if (!existsSync("/proc/self/environ")) return [];
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(mark);
    } catch {
      // It ended just now, or belongs to somebody else.
      return false;
    }
  });
}
