import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunHandle, SettingsInput } from "../../src/index.ts";
import { newRunId } from "../../src/core/run/new-run-id.ts";
import { readPage, sectionOf, tableOf } from "../architecture/docs-tables.ts";
import { StoreKeys } from "../../src/store/redis/keys.ts";
import { changedBuild } from "../support/changed-build.ts";
import { readTrace } from "../support/custom-nodes.ts";
import { expectRightSums } from "../support/expect-right.ts";
import { layers, type Payload } from "../support/payloads.ts";
import { liveJobs } from "../support/queues.ts";
import { openCluster, type Cluster } from "../support/role-processes.ts";
import { TYPESCRIPT_ARGS } from "../support/typescript-args.ts";
import { until } from "../support/until.ts";
import { DEATH_POINTS, HANDLER_MS, deathAt, type DeathPoint } from "./death-points.ts";

const SHAPE = { levels: 3, width: 2 };
const SUMS = layers({ ...SHAPE, type: "sum", data: { ms: HANDLER_MS } });
/** Two nodes, and one that follows them. */
const NARROW: Payload = {
  nodes: [...["l00-n000", "l00-n001"], "l01-n000"].map((id) => ({ id, type: "sum", data: { ms: HANDLER_MS } })),
  edges: ["l00-n000", "l00-n001"].map((source) => ({ source, target: "l01-n000" })),
};
const NARROW_SUMS = { "l00-n000": 1, "l00-n001": 1, "l01-n000": 3 };
/** A node, and two that follow it at a time: more than the lane that the run starts with takes on, as nobody knows how long they take. */
const FORK: Payload = {
  nodes: ["l00-n000", "l01-n000", "l01-n001"].map((id) => ({ id, type: "sum", data: { ms: HANDLER_MS } })),
  edges: ["l01-n000", "l01-n001"].map((target) => ({ source: "l00-n000", target })),
};
const FORK_SUMS = { "l00-n000": 1, "l01-n000": 2, "l01-n001": 2 };
/** One node behind the other, all of which a worker runs ahead of their claims. */
const PURE: Payload = {
  nodes: ["l00-n000", "l01-n000", "l02-n000"].map((id) => ({ id, type: "pure", data: {} })),
  edges: ["l00-n000", "l01-n000"].map((source, i) => ({ source, target: `l0${String(i + 1)}-n000` })),
};
const PURE_SUMS = { "l00-n000": 1, "l01-n000": 2, "l02-n000": 3 };
/** A single worker would go on with slow levels by itself, and leave schedulers out of it. */
const NO_SHARING: SettingsInput = { adaptiveLanes: false };
const PAGE = readPage("docs/follow-a-run.md");

function payloadOf({ fails = false, isNarrow = false, isForked = false, isPure = false }: DeathPoint): Payload {
  if (isPure) return PURE;
  if (isForked) return FORK;
  if (isNarrow) return NARROW;
  if (!fails) return SUMS;
  const broken = { id: "broken", type: "fail", data: { terminal: true } };
  return { ...SUMS, nodes: [...SUMS.nodes, broken], edges: [...SUMS.edges, { source: SUMS.nodes[0]!.id, target: "broken" }] };
}

/** Enqueues from a process that dies on its way. */
async function enqueueAndDie(cluster: Cluster, build: string, payload: Payload): Promise<RunHandle> {
  const runId = newRunId();
  const options = { redisUrl: cluster.redisUrl, prefix: cluster.prefix, payload, runId };
  const child = fork(join(build, "test/support/enqueue-main.ts"), [JSON.stringify(options)], {
    cwd: build,
    execArgv: [...TYPESCRIPT_ARGS],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  // Its caller heard nothing, and asks again with the same id.
  return cluster.producer.enqueue(payload, { runId });
}

/** Lets a process of the role die at the point, and another one come after it. */
async function dieAndGoOn(cluster: Cluster, { role }: DeathPoint, build: string, payload: Payload): Promise<RunHandle> {
  if (role === "producer") {
    await cluster.start(1);
    return enqueueAndDie(cluster, build, payload);
  }
  const other = role === "scheduler" ? "worker" : "scheduler";
  const [mortal] = await Promise.all([cluster.startRole(role, { build }), cluster.startRole(other)]);
  const run = await cluster.producer.enqueue(payload);
  if (mortal.child.signalCode === null) await once(mortal.child, "exit");
  expect(mortal.child.signalCode).toBe("SIGKILL");
  await cluster.startRole(role);
  return run;
}

describe("a process that dies exactly there", () => {
  test("has every row of follow-a-run.md", () => {
    const told = [
      "1. Enqueue",
      "2. Advance",
      "3. Take nodes",
      "4. Execute a node",
      "5. Go on",
      "6. End",
      "7. Start without a scheduler",
    ].flatMap((section) => {
      const heading = PAGE.split("\n").find((line) => line.startsWith(`## ${section}`)) ?? "";
      return tableOf(sectionOf(PAGE, heading)).map(([when]) => `${section}: ${String(when)}`);
    });
    expect(DEATH_POINTS.map(({ section, when }) => `${section}: ${when}`)).toEqual(told);
  });

  test.each([
    ...DEATH_POINTS.map((point) => [`${point.section}, ${point.when}`, point, point.isPure === true ? {} : NO_SHARING] as const),
    ...DEATH_POINTS.filter(({ isNarrow }) => isNarrow).map(
      (point) => [`${point.section}, ${point.when}, with a wide level`, { ...point, isNarrow: false }, {}] as const,
    ),
  ])(
    "%s",
    async (_name, point, settings) => {
      const cluster = openCluster({ settings });
      const payload = payloadOf(point);
      // What nobody has run yet is not run ahead.
      if (point.isPure === true) await cluster.redis.hset(new StoreKeys(cluster.prefix).handlerTimes, { pure: 0.1 });
      const run = await dieAndGoOn(cluster, point, await changedBuild(deathAt(point)), payload);
      if (point.fails === true) {
        const result = await run.result();
        expect(result.errors.map(({ nodeId, attempt }) => ({ nodeId, attempt }))).toEqual([{ nodeId: "broken", attempt: 1 }]);
        expect(result.status).toBe("failed");
      } else {
        if (point.isForked === true) expect((await run.result()).nodeResults).toEqual(FORK_SUMS);
        else if (point.isPure === true) expect((await run.result()).nodeResults).toEqual(PURE_SUMS);
        else if (point.isNarrow === true) expect((await run.result()).nodeResults).toEqual(NARROW_SUMS);
        else await expectRightSums(run, SHAPE);
        const began = (await readTrace(cluster.redis, cluster.prefix, run.id)).filter(({ what }) => what === "began");
        const again = began.length - payload.nodes.length;
        if (point.runsAgain === true) expect(again).toBeGreaterThan(0);
        else if (point.role !== "worker") expect(again).toBe(0);
      }
      await until("no job is left", async () => (await liveJobs(cluster.redis, cluster.prefix)).length === 0);
    },
    60_000,
  );
});
