import { DEFAULTS } from "../config/defaults.ts";
import type { WorkflowIssue } from "../errors/levelflow-error.ts";
import { isJsonObject } from "../json/json-value.ts";
import type { Steps } from "../time/in-turns.ts";
import { measureSteps } from "./measure-json.ts";

/** How large a payload may be. */
export interface WorkflowLimits {
  /** Most nodes. @default 100_000 */
  readonly maxNodes: number;
  /** Most edges. @default 500_000 */
  readonly maxEdges: number;
  /** Most bytes of the payload's JSON text, what is ignored included. @default 67_108_864 (64 MiB) */
  readonly maxPayloadBytes: number;
}

/** How many lists and objects may lie inside each other in data that is kept: far below what the stack of any JSON tool takes. */
export const maxDataDepth = 200;

/** Compares a payload with the limits, absent ones being the defaults. Counts come first: they cost nothing to look at. */
export function* checkLimits(payload: unknown, limits: Partial<WorkflowLimits>): Steps<WorkflowIssue[]> {
  const { maxNodes = DEFAULTS.maxNodes, maxEdges = DEFAULTS.maxEdges, maxPayloadBytes = DEFAULTS.maxPayloadBytes } = limits;
  const issues: WorkflowIssue[] = [];
  const nodeCount = listLength(payload, "nodes");
  const edgeCount = listLength(payload, "edges");
  if (nodeCount > maxNodes) issues.push({ path: "nodes", message: exceeds(`${nodeCount} nodes`, "maxNodes", maxNodes) });
  if (edgeCount > maxEdges) issues.push({ path: "edges", message: exceeds(`${edgeCount} edges`, "maxEdges", maxEdges) });
  if (issues.length === 0 && (yield* measureSteps(payload, maxPayloadBytes)) > maxPayloadBytes) {
    issues.push({ path: "", message: exceeds("the payload's JSON text", "maxPayloadBytes", maxPayloadBytes) });
  }
  return issues;
}

function listLength(payload: unknown, key: string): number {
  const list = isJsonObject(payload) ? payload[key] : undefined;
  return Array.isArray(list) ? list.length : 0;
}

function exceeds(what: string, limit: keyof WorkflowLimits, value: number): string {
  const setting = `LEVELFLOW_${limit.replace(/[A-Z]/g, "_$&").toUpperCase()}`;
  return `${what}: more than ${limit} allows (${value}); split the workflow, or raise the limit with ${setting}`;
}
