import type { ClaimNodeOutcome, EnterLevelParams } from "../core/ports/worker-store.ts";
import { strandOf, type LaneRef } from "../core/run/job-ref.ts";
import type { WorkerContext } from "./worker-context.ts";

/** A claim that was asked for. It comes with a place for the node. */
export interface AskedClaim {
  readonly token: string;
  /** The strand that it is for. */
  readonly lane: LaneRef;
  readonly answer: Promise<ClaimNodeOutcome>;
}

export function askClaim({ store, settings, newToken }: WorkerContext, lane: LaneRef, takeOver: boolean): AskedClaim {
  const token = newToken();
  const answer = store.claimNode({ lane, token, worker: settings.worker, takeOver });
  // Of a commit that fails, nobody looks at the claim that went with it: the lane comes again and takes it over.
  answer.catch(() => undefined);
  return { token, lane, answer };
}

/** Asks for the first claims of a lane's strands, as many as there are places for. There is one already. */
export function askFirstClaims(context: WorkerContext, lane: LaneRef, strands: number): readonly AskedClaim[] {
  const count = 1 + context.slots.take(strands - 1);
  return Array.from({ length: count }, (_, number) => askClaim(context, strandOf(lane, number), false));
}

/** Asks for a level. What is asked for right behind it is answered that there is nothing, should it be refused. */
export function askLevel({ store }: WorkerContext, params: EnterLevelParams): void {
  store.enterLevel(params).catch(() => undefined);
}

/** Gives back the places of claims that nobody will look at, but so many of them. */
export function releasePlaces({ slots }: WorkerContext, asked: readonly AskedClaim[], keptCount = 0): void {
  for (const _ of asked.slice(keptCount)) slots.release();
}
