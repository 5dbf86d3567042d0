/** A clock that moves only when told to. Starts in 2026, so that times look like times. */
export interface ManualClock {
  readonly now: () => number;
  advance(ms: number): void;
}

export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let time = startMs;
  return {
    now: () => time,
    advance(ms) {
      time += ms;
    },
  };
}
