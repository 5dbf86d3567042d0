import { describe, expect, onTestFinished, test } from "vitest";
import type { ProducerStore } from "../../../src/core/ports/producer-store.ts";
import { StoreFinishWatch } from "../../../src/producer/finish-watch.ts";

/** A watch that has subscribed, and how its store tells that a run has finished. */
async function open() {
  const told: ((runId: string) => void)[] = [];
  let lose: (() => void) | undefined;
  const store = {
    onFinished: (listener: (runId: string) => void, onGap?: () => void) => {
      told.push(listener);
      lose = onGap;
      return Promise.resolve(() => undefined);
    },
  } as Partial<ProducerStore> as ProducerStore;
  const settings = { resultPollMs: 60_000 } as never;
  const watch = new StoreFinishWatch({ store, settings });
  onTestFinished(() => watch.close());
  const wake = async (runId: string): Promise<boolean[]> => {
    const calls: boolean[] = [];
    const stop = await watch.wake(runId, (isTold) => void calls.push(isTold));
    onTestFinished(stop);
    return calls;
  };
  await wake("first");
  return { watch, wake, finish: (runId: string) => told.forEach((tell) => tell(runId)), lose: () => lose?.() };
}

describe("StoreFinishWatch", () => {
  test("has a run looked at of which it knows nothing", async () => {
    const { wake } = await open();
    expect(await wake("run")).toEqual([false]);
  });

  test("leaves a run alone that was enqueued while it listened, until there is word of it", async () => {
    const { watch, wake, finish } = await open();
    watch.expect("run");
    const calls = await wake("run");
    expect(calls).toEqual([]);
    finish("run");
    expect(calls).toEqual([true]);
  });

  test("has heard of a run that was over before anybody waited for it", async () => {
    const { watch, wake, finish } = await open();
    watch.expect("run");
    finish("run");
    expect(await wake("run")).toEqual([true]);
    expect(await wake("run")).toEqual([false]);
  });

  test("has a run looked at that was there before it was enqueued", async () => {
    const { watch, wake } = await open();
    watch.expect("run");
    watch.forget("run");
    expect(await wake("run")).toEqual([false]);
  });

  test("has all runs looked at where word may have been lost, those too that nobody waits for yet", async () => {
    const { watch, wake, lose } = await open();
    watch.expect("waited for");
    watch.expect("not yet");
    const calls = await wake("waited for");
    lose();
    expect(calls).toEqual([false]);
    expect(await wake("not yet")).toEqual([false]);
  });

  test("expects nothing before it listens", async () => {
    const { watch, wake } = await open();
    await watch.close();
    watch.expect("run");
    expect(await wake("run")).toEqual([false]);
  });

  test("notes so many runs that nobody waits for", async () => {
    const { watch, wake } = await open();
    for (let i = 0; i <= 10_000; i += 1) watch.expect(`run-${String(i)}`);
    expect(await wake("run-0")).toEqual([false]);
    expect(await wake("run-1")).toEqual([]);
  });
});
