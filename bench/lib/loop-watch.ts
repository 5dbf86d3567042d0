import process from "node:process";

/** How long a process' event loop was held up at the worst since the last look, and what the process holds. */
export interface LoopFigures {
  /** From when a timer was due until it fired, in ms. On a busy machine some of it is waiting for a core. */
  readonly worstGapMs: number;
  /** The same without that: no more of a gap counts than the process has computed in it. */
  readonly worstBlockMs: number;
  /** Of JavaScript, after a garbage collection where one can be had (`--expose-gc`). */
  readonly heapMb: number;
}

/** How often the timer fires, in ms. */
const INTERVAL_MS = 2;

/** Watches this process' event loop. What is answered tells the worst since the last time it was asked. */
export function watchLoop(): () => LoopFigures {
  let firedAt = performance.now();
  let cpuMs = readCpuMs();
  let worstGapMs = 0;
  let worstBlockMs = 0;
  const look = (): void => {
    const now = performance.now();
    const cpuNow = readCpuMs();
    const gapMs = now - firedAt - INTERVAL_MS;
    worstGapMs = Math.max(worstGapMs, gapMs);
    worstBlockMs = Math.max(worstBlockMs, Math.min(gapMs, cpuNow - cpuMs));
    firedAt = now;
    cpuMs = cpuNow;
  };
  setInterval(look, INTERVAL_MS).unref();
  return () => {
    look();
    const figures = { worstGapMs, worstBlockMs };
    globalThis.gc?.();
    const heapMb = process.memoryUsage().heapUsed / 2 ** 20;
    firedAt = performance.now();
    cpuMs = readCpuMs();
    worstGapMs = worstBlockMs = 0;
    return { ...figures, heapMb };
  };
}

/** What this process has computed since it began. */
export function readCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
