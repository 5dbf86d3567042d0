import type { JsonValue } from "../../../src/core/json/json-value.ts";
import type { RunEvent } from "../../../src/core/run/run-event.ts";
import type { NodeRecord, RunRecord } from "../../../src/core/run/run-record.ts";
import type { Outcome, StoreCall } from "./step.ts";
import type { Subject } from "./stores.ts";

const ALL = 1_000;

/** What to look at: ids that a sequence may use, whether they are there or not. */
export interface Horizon {
  readonly runIds: readonly string[];
  readonly nodeIds: readonly string[];
  readonly stateKeys: readonly string[];
  readonly workflowHashes: readonly string[];
}

/** Everything that a store shows of a run, its events aside. */
export interface RunView {
  readonly record: RunRecord | undefined;
  readonly nodes: ReadonlyMap<string, NodeRecord>;
  readonly [part: string]: unknown;
}

/** Looks at a store again and again: events are told once. */
export interface Observer {
  look(): Promise<StoreView>;
}

export interface StoreView {
  readonly runs: ReadonlyMap<string, RunView>;
  /** Events since the last look, by run. They have no ids: each store has its own. */
  readonly events: ReadonlyMap<string, readonly unknown[]>;
  readonly lists: unknown;
}

export function observe(subject: Subject, { runIds, nodeIds, stateKeys, workflowHashes }: Horizon): Observer {
  const { store } = subject;
  const lastEvents = new Map<string, string>();

  const lookAt = async (runId: string): Promise<RunView> => {
    const [record, nodes, results, timings, input, inputs, committed, state] = await Promise.all([
      store.loadRun({ runId }),
      store.readNodes({ runId }),
      store.readResults({ runId }),
      store.readTimings({ runId }),
      store.readInput({ runId }),
      store.readInputs({ runId, nodeIds }),
      store.readCommitted({ runId, nodeIds }),
      store.readState({ runId, keys: stateKeys }),
    ]);
    return { record, nodes, results, timings, input, inputs, committed, state };
  };

  const takeEvents = async (runId: string, isThere: boolean): Promise<readonly unknown[]> => {
    const after = lastEvents.get(runId);
    const events = await store.readEvents({ runId, ...(after === undefined ? {} : { after }), limit: ALL });
    const last = events.at(-1);
    if (last !== undefined) lastEvents.set(runId, last.id);
    if (!isThere) lastEvents.delete(runId);
    return comparableEvents(events);
  };

  const lookAtLists = async (): Promise<unknown> => {
    const [runs, unfinished, expired, statefulTypes, handlerTimes, definitions] = await Promise.all([
      store.listRuns({ limit: ALL }),
      store.listUnfinished({ minAgeMs: 0, limit: ALL, offset: 0 }),
      store.listExpired({ retentionMs: 0, limit: ALL, offset: 0 }),
      store.readStatefulTypes(),
      store.readHandlerTimes(),
      Promise.all(workflowHashes.map((hash) => subject.readDefinition(hash))),
    ]);
    const ids = { runs: idsOf(runs), unfinished: idsOf(unfinished), expired: idsOf(expired) };
    return { definitions, ...ids, statefulTypes, handlerTimes };
  };

  return {
    async look() {
      const [lists, ...views] = await Promise.all([lookAtLists(), ...runIds.map(lookAt)]);
      const runs = new Map(views.map((view, i) => [runIds[i]!, view]));
      const events = await Promise.all(runIds.map((runId) => takeEvents(runId, runs.get(runId)?.record !== undefined)));
      return { runs, events: new Map(events.map((each, i) => [runIds[i]!, each])), lists };
    },
  };
}

/** What two stores may answer differently is left out: ids of events, and the order of what is due. */
export function comparableOutcome({ method }: StoreCall, outcome: Outcome): unknown {
  if ("threw" in outcome) return "threw";
  const { answer } = outcome;
  switch (method) {
    case "readEvents":
      return comparableEvents(answer as readonly RunEvent[]);
    case "takeDeadlines":
      return (answer as { due: readonly unknown[] }).due.map((deadline) => JSON.stringify(deadline, sortKeys)).sort();
    default:
      return answer;
  }
}

/** Nodes that one transition cancels are cancelled in any order; so are those told that several transitions at a time start and complete. */
function comparableEvents(events: readonly RunEvent[]): readonly unknown[] {
  const kindOf = (event: RunEvent | undefined): string | undefined => ANY_ORDER[event?.type ?? ""];
  let group = 0;
  const ranked = events.map((event, i) => {
    if (kindOf(event) === undefined || kindOf(event) !== kindOf(events[i - 1])) group += 1;
    return { group, event };
  });
  ranked.sort(
    (a, b) => a.group - b.group || compareTexts(a.event.type, b.event.type) || compareTexts(a.event.nodeId, b.event.nodeId),
  );
  return ranked.map(({ event: { id: _id, ...event } }) => event);
}

const ANY_ORDER: Readonly<Record<string, string>> = {
  "node-cancelled": "cancel",
  "node-started": "work",
  "node-completed": "work",
};

function compareTexts(a = "", b = ""): number {
  return a < b ? -1 : Number(a > b);
}

function idsOf(runs: readonly RunRecord[]): readonly string[] {
  return runs.map(({ runId }) => runId);
}

function sortKeys(_key: string, value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareTexts(a, b)));
}
