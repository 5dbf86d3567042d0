import { setTimeout as sleep } from "node:timers/promises";
import { identifyProcess } from "../../src/runtime/process-identity.ts";

/** Waits until a condition holds, for what sends no event (a process of others, a file). Fails after `timeoutMs`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
    await sleep(10);
  }
}

/** Whether a process lives. One that has ended and only waits for its parent does not. */
export async function isAlive(pid: number): Promise<boolean> {
  return (await identifyProcess(pid)) !== undefined;
}
