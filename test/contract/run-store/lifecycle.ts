import { describe, expect, test } from "vitest";
import { createRun, openStore, type RunStoreContract } from "./run-driver.ts";

export function testLifecycle(contract: RunStoreContract): void {
  describe("start and stop", () => {
    test("may be repeated", async () => {
      const { store, peer } = await openStore(contract);
      await Promise.all([store.start(), store.start()]);
      await createRun(store);
      await Promise.all([peer.stop(), peer.stop()]);
      await peer.stop();
      expect(await store.listRuns({ limit: 10 })).toHaveLength(1);
    });
  });
}
