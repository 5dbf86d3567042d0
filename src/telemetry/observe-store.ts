import type { Observer } from "../core/ports/observer.ts";
import type { RunStore } from "../core/ports/run-store.ts";
import type { CommitNodeOutcome, FailAttemptOutcome } from "../core/ports/worker-store.ts";
import { AbortClock } from "./abort-clock.ts";
import { createMeasuring } from "./measure-runs.ts";

/**
 * A store that tells the observer what roles do through it. Calls and answers go through as they are: the observer listens to the answers
 * on the side. A run that has finished is looked at once, for where its time went.
 */
export function observeStore(store: RunStore, observer: Observer): RunStore {
  const aborts = new AbortClock(observer);
  const measure = createMeasuring(store, observer);
  return {
    ...store,
    commitNode: (params) =>
      listen(store.commitNode(params), (outcome) => tellCommit(observer, outcome, () => aborts.heed(params.claim))),
    commitAhead: (params) => listen(store.commitAhead(params), (count) => tellAhead(observer, count)),
    failAttempt: (params) =>
      listen(store.failAttempt(params), (outcome) => tellFailure(observer, outcome, () => aborts.heed(params.claim))),
    releaseClaim: (params) =>
      listen(store.releaseClaim(params), () => {
        observer.attemptEnded("returned");
        observer.claimReturned(params.reason);
        aborts.heed(params.claim);
      }),
    finishRun: (params) =>
      listen(store.finishRun(params), ({ kind }) => {
        if (kind !== "finished") return;
        observer.runFinished(params.outcome);
        measure(params);
      }),
    dispatchLevel: (params) =>
      listen(store.dispatchLevel(params), ({ kind }) => {
        if (kind === "advanced" && params.dispatch !== params.expected.dispatch) observer.levelReissued();
      }),
    listUnfinished: (params) => {
      if (params.offset === 0) observer.swept();
      return store.listUnfinished(params);
    },
    heartbeat: (params) => listen(store.heartbeat(params), (lost) => aborts.lose(params.claims, lost)),
    onAbort: (listener) =>
      store.onAbort((notice) => {
        aborts.note(notice);
        listener(notice);
      }),
  };
}

/** Answers the answer itself. Errors are the caller's; here they tell nothing. */
function listen<T>(answer: Promise<T>, tell: (outcome: T) => void): Promise<T> {
  answer.then(tell, () => undefined);
  return answer;
}

function tellCommit(observer: Observer, outcome: CommitNodeOutcome, heed: () => void): void {
  if (outcome === "committed" || outcome === "committed-level") return observer.attemptEnded("committed");
  observer.attemptEnded("refused");
  observer.commitRefused(outcome);
  heed();
}

/** What is refused has not begun: nobody was given the node. */
function tellAhead(observer: Observer, committedCount: number): void {
  for (let i = 0; i < committedCount; i += 1) observer.attemptEnded("committed");
}

function tellFailure(observer: Observer, outcome: FailAttemptOutcome, heed: () => void): void {
  switch (outcome) {
    case "retrying":
      return observer.attemptEnded("retried");
    case "failed-run":
      return observer.attemptEnded("failed");
    case "recorded":
      observer.attemptEnded("failed");
      return heed();
    case "stale":
      observer.attemptEnded("refused");
      return heed();
  }
}
