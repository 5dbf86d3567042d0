import { createMemoryStore } from "../../src/store/memory/memory-run-store.ts";
import { createManualClock } from "../support/manual-clock.ts";
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
