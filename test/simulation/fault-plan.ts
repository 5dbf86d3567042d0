/** How often things go wrong. Rates are shares of the calls or deliveries that they befall, times are ms of virtual time. */
export interface FaultRates {
  /** The process dies on its way into or out of a call. */
  readonly crash: number;
  /** The process is stopped, for longer than its locks hold, and goes on as if nothing had been. */
  readonly freeze: number;
  /** A request never arrives; its sender sees the connection fail. */
  readonly lostRequest: number;
  /** A request takes effect, but its sender sees the connection fail. */
  readonly lostReply: number;
  /** A job is delivered once more while its consumer still works on it. */
  readonly stall: number;
  /** A job that was added is gone. */
  readonly lostJob: number;
  /** Redis' clock jumps. */
  readonly clockJump: number;
  /** A message, or a hint to those who wait, is lost. */
  readonly lostMessage: number;
}

export const NO_FAULTS: FaultRates = {
  crash: 0,
  freeze: 0,
  lostRequest: 0,
  lostReply: 0,
  stall: 0,
  lostJob: 0,
  clockJump: 0,
  lostMessage: 0,
};

/** What has gone wrong so far, by kind. */
export type FaultCounts = Record<keyof FaultRates, number>;

/** Decides what goes wrong, and counts it. Drawn from one seed, so it decides the same again. */
export class FaultPlan {
  readonly counts: FaultCounts = { ...NO_FAULTS };
  rates: FaultRates;
  readonly #random: () => number;

  constructor(random: () => number, rates: FaultRates) {
    this.#random = random;
    this.rates = rates;
  }

  /** Whether this one goes wrong. */
  strikes(kind: keyof FaultRates): boolean {
    // Drawn in any case, so that what is drawn next does not depend on the rates.
    const isHit = this.#random() < this.rates[kind];
    if (isHit) this.counts[kind] += 1;
    return isHit;
  }

  /** From `min` to `max`. */
  between(min: number, max: number): number {
    return min + this.#random() * (max - min);
  }

  /** How long a request, a reply or a job is on its way: mostly short, so that what is rare comes in between what is usual. */
  travelMs(): number {
    const draw = this.#random();
    if (draw < 0.8) return this.between(0, 2);
    return draw < 0.98 ? this.between(2, 30) : this.between(30, 400);
  }
}
