import type { Scene } from "./scene.ts";
import type { StoreCall } from "./step.ts";

/** Fields that a caller may be wrong or late about, and what it has in their place. */
const WRONG: Readonly<Record<string, (scene: Scene, right: unknown) => unknown>> = {
  runId: ({ choose, horizon }) => choose.one([...horizon.runIds, "0-000000000-00000000000000000000"]),
  epoch: wrongNumber,
  dispatch: wrongNumber,
  level: wrongNumber,
  lane: wrongNumber,
  committedInLevel: wrongNumber,
  pool: ({ choose }) => choose.one(["default", "gpu", "other"]),
  nodeId: ({ choose, horizon }) => choose.one(horizon.nodeIds),
  token: ({ choose }) => choose.one(["made-up", "", "token-1", "token-2"]),
};

/** What is stored as it is given, or is a fact about the workflow that no caller is wrong about. */
const KEPT = new Set(["plan", "workflow", "workflowHash", "definition", "error", "cause", "requestHash"]);

interface Place {
  readonly path: readonly string[];
  readonly right: unknown;
}

/** The same call, wrong in one place. A call without such a place stays as it is. */
export function spoil(call: StoreCall, scene: Scene): StoreCall {
  const places = findPlaces(call.params, []).filter(({ path }) => !FACTS.has(`${call.method} ${path.join(".")}`));
  if (places.length === 0) return call;
  const { path, right } = scene.choose.one(places);
  const wrong = WRONG[path.at(-1)!]!(scene, right);
  return { ...call, params: replaceAt(call.params, path, wrong) } as StoreCall;
}

/** What no caller is wrong about: the run that a definition is for, a claim's new token, a node's own pool, what a plan was made from. */
const FACTS = new Set([
  "createRun runId",
  "retryRun runId",
  "claimNode token",
  "releaseClaim pool",
  "dispatchLevel committedInLevel",
]);

function findPlaces(value: unknown, path: readonly string[]): Place[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, inner]): Place[] => {
    if (KEPT.has(key)) return [];
    const here = [...path, key];
    return key in WRONG && !isRecord(inner) ? [{ path: here, right: inner }] : findPlaces(inner, here);
  });
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], wrong: unknown): unknown {
  if (key === undefined) return wrong;
  const record = value as Readonly<Record<string, unknown>>;
  const replaced = { ...record, [key]: replaceAt(record[key], rest, wrong) };
  return Array.isArray(value) ? Object.assign([...(value as unknown[])], replaced) : replaced;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !(value instanceof Map);
}

function wrongNumber({ choose }: Scene, right: unknown): number {
  return Math.max(-1, Number(right) + choose.one([-2, -1, 1, 2]));
}
