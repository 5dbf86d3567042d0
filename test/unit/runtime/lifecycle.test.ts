import { expect, test } from "vitest";
import { Lifecycle } from "../../../src/runtime/lifecycle.ts";

/** A lifecycle whose steps take until they are let go on; `told` is what happened, in order. */
function slowLifecycle() {
  const told: string[] = [];
  let goOn: (() => void)[] = [];
  const step = (name: string) => async (): Promise<void> => {
    told.push(`${name} …`);
    await new Promise<void>((resolve) => goOn.push(resolve));
    told.push(name);
  };
  const lifecycle = new Lifecycle([{ start: step("started"), stop: step("stopped") }]);
  return {
    told,
    start: () => lifecycle.start(),
    stop: () => lifecycle.stop(),
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

test("parts are started one after the other, and stopped the other way round", async () => {
  const told: string[] = [];
  const part = (name: string) => ({
    start: async () => void told.push(`${name} started`),
    stop: async () => void told.push(`${name} stopped`),
  });
  const lifecycle = new Lifecycle([part("a"), part("b")]);
  await lifecycle.start();
  await lifecycle.stop();
  expect(told).toEqual(["a started", "b started", "b stopped", "a stopped"]);
});

test("a stop that fails keeps no start back", async () => {
  let startCount = 0;
  const start = async (): Promise<void> => void (startCount += 1);
  const lifecycle = new Lifecycle([{ start, stop: () => Promise.reject(new Error("no")) }]);
  const stopping = lifecycle.stop();
  const starting = lifecycle.start();
  await expect(stopping).rejects.toThrow("no");
  await starting;
  expect(startCount).toBe(1);
});
