import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type * as Levelflow from "../../src/index.ts";
import { changedBuild } from "../support/changed-build.ts";
import { expectRightSums } from "../support/expect-right.ts";
import { layers } from "../support/payloads.ts";
import { openCluster, type Cluster } from "../support/role-processes.ts";

const SHAPE = { levels: 4, width: 3 };
const PAYLOAD = layers({ ...SHAPE, type: "sum", data: { ms: 10 } });

/** The next version of levelflow: it stores runs in a version that this one does not know. */
async function nextBuild(): Promise<{ readonly folder: string; readonly library: typeof Levelflow }> {
  const folder = await changedBuild({
    file: "src/store/redis/record-version.ts",
    find: "RECORD_VERSION = 6",
    replace: "RECORD_VERSION = 7",
  });
  return { folder, library: (await import(join(folder, "src/index.ts"))) as typeof Levelflow };
}

function openProducer({ Producer }: typeof Levelflow, { redisUrl, prefix }: Cluster): Levelflow.Producer {
  const producer = new Producer({ connection: redisUrl, prefix });
  onTestFinished(() => producer.close());
  return producer;
}

describe("a rolling upgrade", () => {
  test("older processes leave newer runs to newer ones, and go on with their own", async () => {
    const next = await nextBuild();
    const cluster = openCluster();
    await cluster.start(2);
    const newer = openProducer(next.library, cluster);
    const newRuns = await Promise.all(Array.from({ length: 5 }, () => newer.enqueue(PAYLOAD)));
    const oldRuns = await Promise.all(Array.from({ length: 5 }, () => cluster.producer.enqueue(PAYLOAD)));
    for (const run of oldRuns) await expectRightSums(run, SHAPE);
    for (const run of newRuns) {
      expect(await run.status()).toBe("queued");
      await expect(cluster.producer.run(run.id).status()).rejects.toMatchObject({ code: "RECORD_TOO_NEW", runId: run.id });
      await expect(cluster.producer.run(run.id).cancel()).rejects.toMatchObject({ code: "RECORD_TOO_NEW" });
    }
    const [scheduler, worker] = await Promise.all([
      cluster.startRole("scheduler", { build: next.folder }),
      cluster.startRole("worker", { build: next.folder }),
    ]);
    expect(scheduler.pid).not.toBe(worker.pid);
    const mixed = await Promise.all(Array.from({ length: 5 }, () => cluster.producer.enqueue(PAYLOAD)));
    for (const run of [...newRuns, ...mixed.map(({ id }) => newer.run(id))]) await expectRightSums(run, SHAPE);
  }, 60_000);

  test("runs that were stored before there was a version are read", async () => {
    const cluster = openCluster();
    const run = await cluster.producer.enqueue(PAYLOAD);
    const [key = ""] = await cluster.redis.keys(`*${cluster.prefix}*:run:${run.id}`);
    expect(await cluster.redis.hdel(key, "version")).toBe(1);
    await cluster.start(1);
    await expectRightSums(run, SHAPE);
  });
});
