import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test } from "vitest";
import { Gate, OPEN_GATE } from "../../../src/core/time/gate.ts";

interface Work {
  readonly name: string;
  readonly end: () => void;
}

/** Asks a gate for several pieces of work that end when they are told to. */
function ask(gate: Pick<Gate, "pass">, names: readonly string[]) {
  const begun: Work[] = [];
  const passed = names.map((name) => gate.pass(() => new Promise<void>((end) => begun.push({ name, end }))));
  return { begun, passed, names: () => begun.map(({ name }) => name).join("") };
}

describe("Gate", () => {
  test("lets so many through at a time, first come, first served", async () => {
    const { begun, passed, names } = ask(new Gate(2), ["a", "b", "c", "d"]);
    expect(names()).toBe("ab");
    begun[1]?.end();
    await passed[1];
    expect(names()).toBe("abc");
    begun[0]?.end();
    await passed[0];
    expect(names()).toBe("abcd");
    for (const { end } of begun) end();
    await Promise.all(passed);
  });

  test("does work that had to wait in its caller's async context", async () => {
    const caller = new AsyncLocalStorage<string>();
    const gate = new Gate(1);
    const first = caller.run("first", () => gate.pass(async () => undefined));
    const second = caller.run("second", () => gate.pass(async () => caller.getStore()));
    await first;
    expect(await second).toBe("second");
  });

  test("has room again after work that failed", async () => {
    const gate = new Gate(1);
    const failed = gate.pass(() => Promise.reject(new Error("no")));
    const next = gate.pass(async () => "next");
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("next");
    expect(await gate.pass(async () => "last")).toBe("last");
  });
});

test("OPEN_GATE lets everybody through at once", () => {
  expect(ask(OPEN_GATE, ["a", "b", "c"]).names()).toBe("abc");
});
