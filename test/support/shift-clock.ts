/** Has this process take it to be so many ms later than it is. Redis' clock stays what it is. */
export function shiftClock(offsetMs: number): void {
  const Real = Date;
  const now = (): number => Real.now() + offsetMs;
  class ShiftedDate extends Real {
    static override now(): number {
      return now();
    }

    constructor(...given: readonly unknown[]) {
      super(...((given.length === 0 ? [now()] : given) as [number]));
    }
  }
  globalThis.Date = ShiftedDate as DateConstructor;
}
