import type { HandlerSlots, PlaceRequest } from "./handler-slots.ts";
import type { NextStep } from "./next-step.ts";

/** Says to one who rests whether all others do so too, or have ended. */
type Waker = (isAlone: boolean) => void;

/**
 * The strands of one lane in one level: how many are at work, so that the last one to rest sends the lane away instead of holding its place;
 * and, where the lane has the level to itself, how many of its nodes are left, so that nothing is asked that has no answer.
 */
export class StrandCrew {
  readonly #resting = new Set<Waker>();
  readonly #queued = new Set<PlaceRequest>();
  #atWorkCount: number;
  #left: { unclaimed: number; uncommitted: number } | undefined;
  #nextStep: NextStep | Promise<NextStep> | undefined;

  /** `nodeCount`: the nodes that this lane has to itself; without it nobody counts. */
  constructor(count: number, nodeCount?: number) {
    this.#atWorkCount = count;
    this.expect(nodeCount);
  }

  expect(nodeCount: number | undefined): void {
    if (nodeCount !== undefined) this.#left ??= { unclaimed: nodeCount, uncommitted: nodeCount };
  }

  /** Something went otherwise than nodes mostly do: what is left is no longer known. */
  forget(): void {
    this.#left = undefined;
  }

  /**
   * Finds one of them a place to work in. There is none once nothing is left to claim: who waited on would keep the lane in a level that the
   * others have completed, and they the places that they go on to the next level with.
   */
  async findPlace(slots: HandlerSlots): Promise<boolean> {
    // One that has rested may come when all is claimed, and nobody would send it home.
    if (!this.hasMore) return false;
    const request = slots.request();
    this.#queued.add(request);
    try {
      return await request.granted;
    } finally {
      this.#queued.delete(request);
    }
  }

  /** One of the nodes was claimed. */
  claimed(): void {
    if (this.#left === undefined) return;
    this.#left.unclaimed -= 1;
    if (!this.hasMore) for (const request of this.#queued) request.withdraw();
  }

  /** One of them is being committed. Answers whether it is the last one, as far as is known. */
  commits(): boolean {
    if (this.#left === undefined) return false;
    this.#left.uncommitted -= 1;
    return this.#left.uncommitted === 0;
  }

  /** Whether there may be nodes to claim. */
  get hasMore(): boolean {
    return this.#left === undefined || this.#left.unclaimed > 0;
  }

  /** What follows the level; found out once, and at hand from then on. Only where it can be asked for along with the last commit. */
  nextStep(find: () => NextStep | Promise<NextStep>): NextStep | Promise<NextStep> | undefined {
    if (this.#left === undefined || this.#nextStep !== undefined) return this.#nextStep;
    const found = find();
    this.#nextStep = found instanceof Promise ? found.then((step) => (this.#nextStep = step)) : found;
    return this.#nextStep;
  }

  /** Rests for as long, but not beyond the end of the others' work. Answers whether nobody is at work any more. */
  async rest(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const wake: Waker = (isAlone) => {
        clearTimeout(timer);
        this.#resting.delete(wake);
        if (!isAlone) this.#atWorkCount += 1;
        resolve(isAlone);
      };
      const timer = setTimeout(() => wake(false), ms);
      this.#resting.add(wake);
      this.leave();
    });
  }

  /** One of them ends. */
  leave(): void {
    this.#atWorkCount -= 1;
    if (this.#atWorkCount === 0) for (const wake of this.#resting) wake(true);
  }
}
