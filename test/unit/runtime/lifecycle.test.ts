import { expect, test } from "vitest";
import { Lifecycle } from "../../../src/runtime/lifecycle.ts";

/** A lifecycle whose steps take until they are let go on; `told` is what happened, in order. */
function slowLifecycle() {
  const lifecycle = new Lifecycle();
  const told: string[] = [];
  let goOn: (() => void)[] = [];
  const step = (name: string) => async (): Promise<void> => {
    told.push(`${name} …`);
    await new Promise<void>((resolve) => goOn.push(resolve));
    told.push(name);
  };
  return {
    told,
    start: () => lifecycle.start(step("started")),
    stop: () => lifecycle.stop(step("stopped")),
    /** Ends what is under way, and what that lets begin. */
    finish: async (): Promise<void> => {
      for (let i = 0; i < 5; i += 1) {
        for (const end of goOn.splice(0)) end();
        await new Promise((resolve) => setImmediate(resolve));
      }
      goOn = [];
    },
  };
}

test("a start waits for the stop that is under way", async () => {
  const { told, start, stop, finish } = slowLifecycle();
  const all = [stop(), start()];
  await finish();
  await Promise.all(all);
  expect(told).toEqual(["stopped …", "stopped", "started …", "started"]);
});

test("a stop while a start waits for another is the end of it", async () => {
  const { told, start, stop, finish } = slowLifecycle();
  const stopping = stop();
  const starting = expect(start()).rejects.toMatchObject({ code: "CLOSED" });
  const again = stop();
  await finish();
  await Promise.all([stopping, starting, again]);
  expect(told).toEqual(["stopped …", "stopped"]);
});

test("a stop does not wait for a start, which may wait for Redis; a start behind it waits for both", async () => {
  const { told, start, stop, finish } = slowLifecycle();
  const all = [start(), stop(), start()];
  expect(told).toEqual(["started …", "stopped …"]);
  await finish();
  await Promise.all(all);
  expect(told).toEqual(["started …", "stopped …", "started", "stopped", "started …", "started"]);
});

test("who starts while it starts waits for the same, and may start again once it has", async () => {
  const { told, start, finish } = slowLifecycle();
  const all = [start(), start()];
  await finish();
  await Promise.all(all);
  expect(told).toEqual(["started …", "started"]);
  const again = start();
  await finish();
  await again;
  expect(told).toHaveLength(4);
});

test("a stop that fails keeps no start back", async () => {
  const lifecycle = new Lifecycle();
  const stopping = lifecycle.stop(() => Promise.reject(new Error("no")));
  const starting = lifecycle.start(async () => undefined);
  await expect(stopping).rejects.toThrow("no");
  await starting;
});
