import type { RunEvent, RunResult } from "../../src/index.ts";
import { sameJson } from "./same-json.ts";
import { TRACED_TYPES } from "./nodes.ts";
import type { Finding } from "./journal.ts";
import type { RunEnd, StartedRun } from "./workload.ts";
import type { Trace } from "./traces.ts";
import { ClaimCount } from "./claim-count.ts";

/** All that is known of a run that has ended. */
export interface RunStory {
  readonly run: StartedRun;
  /** How it looked when it had just ended, */
  readonly end: RunEnd;
  /** and long after. */
  readonly later: RunEnd;
  readonly traces: readonly Trace[];
  /** Shared state as it is stored. */
  readonly state: ReadonlyMap<string, unknown>;
}

const FAILING_TYPES = new Set(["broken", "shaky", "hanging"]);

/** How many events of a run are shown as evidence. */
const MAX_EVENTS_SHOWN = 60;

/** Holds one run against what `docs/guarantees.md` promises. */
export function checkRun(story: RunStory): Finding[] {
  const { run } = story;
  const found: Finding[] = [];
  const find = (what: string, evidence?: unknown): void => void found.push({ runId: run.id, what, evidence });
  checkOutcome(story, find);
  checkNodes(story, find);
  checkEvents(story, find);
  checkEffects(story, find);
  if (!sameJson(story.end, story.later)) find("the run changed after its end", { atItsEnd: story.end, later: story.later });
  return found.map((finding) => ({ ...finding, what: `${finding.what} (${run.planned.plot})` }));
}

type Find = (what: string, evidence?: unknown) => void;

function checkOutcome({ run, later, state }: RunStory, find: Find): void {
  const { plot, results, finalOutput, nodes } = run.planned;
  const { status, errors, nodeResults } = later.result;
  const expected = plot === "cancel" ? ["cancelled", "completed"] : plot === "fail" ? ["failed"] : ["completed"];
  if (!expected.includes(status)) {
    find(`the run ended as ${status}`, { errors, events: later.events.slice(-MAX_EVENTS_SHOWN) });
    return;
  }
  for (const [id, value] of Object.entries(nodeResults)) {
    if (!sameJson(value, results.get(id))) find(`node ${id} gave what it should not`, { value, expected: results.get(id) });
  }
  if (status === "failed") checkFailure(errors, nodes, find);
  if (status !== "completed") return;
  if (errors.length > 0) find("a completed run has errors", errors);
  if (Object.keys(nodeResults).length !== results.size) find("a completed run lacks results", Object.keys(nodeResults));
  if (!sameJson(later.result.finalOutput, finalOutput))
    find("the final output is not right", { finalOutput: later.result.finalOutput, expected: finalOutput });
  for (const [key, value] of run.planned.state) {
    if (state.get(key) !== value) find(`shared state ${key} is not right`, { value: state.get(key), expected: value });
  }
}

/** What fails in a run that is failing is listed as well, also if it had attempts left; but something has to be broken. */
function checkFailure(errors: RunResult["errors"], nodes: StartedRun["planned"]["nodes"], find: Find): void {
  const types = errors.map(({ nodeId }) => nodes.get(nodeId ?? "")?.type ?? "");
  if (!types.includes("broken") || types.some((type) => !FAILING_TYPES.has(type)))
    find("the run failed for what is not broken", errors);
}

function checkNodes({ run, later }: RunStory, find: Find): void {
  const { nodes: summaries, nodeResults } = later.result;
  for (const [id, { status, attempts }] of Object.entries(summaries)) {
    const { type, data } = run.planned.nodes.get(id)!;
    if (status === "pending" || status === "running") find(`node ${id} is ${status} in a run that has ended`);
    if ((status === "completed") !== Object.hasOwn(nodeResults, id)) find(`node ${id} is ${status}, against its result`);
    if (status !== "completed") continue;
    // A crash is no attempt; a timeout is one, and faults bring more of them about.
    const least = 1 + (type === "shaky" || type === "hanging" ? Number((data as { times?: number }).times) : 0);
    if (attempts < least || (type !== "hanging" && attempts > least))
      find(`node ${id} (${type}) took ${String(attempts)} attempts instead of ${String(least)}`, eventsOf(later.events, id));
  }
}

function checkEvents({ run, later }: RunStory, find: Find): void {
  const { limit, levels } = run.planned;
  const claims = new ClaimCount();
  const committed = new Set<string>();
  const finished = new Set<number>();
  let committedLevels = 0;
  for (const event of later.events) {
    const { type, epoch, nodeId = "", level = 0 } = event;
    if (finished.has(epoch)) find(`epoch ${String(epoch)} went on after its end`, event);
    if (type === "finished") finished.add(epoch);
    if (type === "node-started") {
      while (committedLevels < level && levels[committedLevels]!.every((id) => committed.has(id))) committedLevels += 1;
      if (committedLevels < level) find(`node ${nodeId} was started before the levels before it were committed`, event);
      if (committed.has(nodeId)) find(`node ${nodeId} was started after its commit`, eventsOf(later.events, nodeId));
    }
    if (type === "node-completed") {
      if (committed.has(nodeId)) find(`node ${nodeId} was committed twice`, eventsOf(later.events, nodeId));
      committed.add(nodeId);
    }
    claims.observe(event);
    if (type === "node-started" && claims.size > limit)
      find(`${String(claims.size)} nodes were claimed at a time, of ${String(limit)} allowed`, { event, claims: claims.ids });
  }
  const epochs = run.isMended ? 2 : 1;
  if (finished.size !== epochs) find(`the run finished ${String(finished.size)} times in ${String(epochs)} epochs`);
  const completed = Object.keys(later.result.nodeResults);
  if (completed.length !== committed.size || completed.some((id) => !committed.has(id)))
    find("results and commits differ", { completed, committed: [...committed] });
}

/** Every completed node has had its effect, under one key in each epoch; no two nodes share one. */
function checkEffects({ run, later, traces }: RunStory, find: Find): void {
  const keys = new Map<string, Set<string>>();
  const owners = new Map<string, string>();
  const ended = new Set<string>();
  for (const { what, nodeId, epoch, idempotencyKey } of traces) {
    const owner = `${String(epoch)} ${nodeId}`;
    keys.set(owner, (keys.get(owner) ?? new Set()).add(idempotencyKey));
    if ((owners.get(idempotencyKey) ?? owner) !== owner)
      find("two nodes share an idempotency key", { idempotencyKey, nodes: [owner, owners.get(idempotencyKey)] });
    owners.set(idempotencyKey, owner);
    if (what === "ended") ended.add(nodeId);
  }
  for (const [owner, own] of keys) if (own.size > 1) find(`node ${owner} had several idempotency keys in one epoch`, [...own]);
  for (const id of Object.keys(later.result.nodeResults)) {
    if (TRACED_TYPES.has(run.planned.nodes.get(id)!.type) && !ended.has(id)) find(`node ${id} completed without an effect`);
  }
}

function eventsOf(events: readonly RunEvent[], nodeId: string): readonly RunEvent[] {
  return events.filter((event) => event.nodeId === nodeId || event.type === "level-started");
}
