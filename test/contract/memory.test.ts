import { createMemoryQueue } from "../../src/queue/memory/memory-job-queue.ts";
import { createMemoryStore } from "../../src/store/memory/memory-run-store.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { describeJobQueueContract } from "./job-queue-contract.ts";
import { describeRunStoreContract } from "./run-store-contract.ts";

describeRunStoreContract({
  name: "memory",
  isClockManual: true,
  async create() {
    const clock = createManualClock();
    const store = createMemoryStore({ now: clock.now });
    await store.start();
    return {
      store,
      peer: store,
      advance: async (ms) => clock.advance(ms),
      close: () => store.stop(),
    };
  },
});

describeJobQueueContract({
  name: "memory",
  async create() {
    const queue = createMemoryQueue();
    await queue.start();
    return { queue, peer: queue, close: () => queue.stop() };
  },
});
