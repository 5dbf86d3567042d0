/** How long handlers of each node type take, in ms. A type that nobody has run yet is missing. */
export type HandlerTimes = ReadonlyMap<string, number>;

export const NOTHING_KNOWN: HandlerTimes = new Map();

/** How old what a scheduler or a producer knows of them may be, in ms. */
export const HANDLER_TIMES_MAX_AGE_MS = 500;

/** What one process has seen of a type since it last told. */
export interface HandlerSample {
  readonly count: number;
  readonly meanMs: number;
}

/** What one sample counts against what was known, when handlers become faster: the weight of an exponential moving average. */
const WEIGHT = 0.1;
/** When they become slower it counts for half: a slow type that is taken for a quick one costs more than the other way round. */
const SLOWER_WEIGHT = 0.5;

/** A handler that takes longer than this is worth a lane of its own, in ms: about what a lane costs. */
const QUICK_MS = 2;
/** What a type that nobody has run yet is taken for on the paths of a workflow, in ms: a call of a remote service. */
const UNKNOWN_MS = 1_000;

/** Whether a handler is known to be over before anybody else could have helped. */
export function isQuick(timeMs: number | undefined): boolean {
  return timeMs !== undefined && timeMs <= QUICK_MS;
}

/** What to reckon with for a handler of which so much is known. */
export function expectedMs(timeMs: number | undefined): number {
  return timeMs ?? UNKNOWN_MS;
}

/** What is known of a type after more samples. Exponentially weighted moving average, quicker to rise than to fall. */
export function foldHandlerTime(knownMs: number | undefined, sample: HandlerSample): number {
  if (knownMs === undefined) return sample.meanMs;
  const { slower, quicker } = weightsOf(sample);
  return knownMs + (sample.meanMs - knownMs) * (sample.meanMs > knownMs ? slower : quicker);
}

/** What a sample counts against what is known, if it is slower or quicker. */
export function weightsOf({ count }: HandlerSample): { readonly slower: number; readonly quicker: number } {
  return { slower: SLOWER_WEIGHT, quicker: 1 - (1 - WEIGHT) ** count };
}
