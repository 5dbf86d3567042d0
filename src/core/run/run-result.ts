import type { JsonValue } from "../json/json-value.ts";
import type { RunError } from "./run-record.ts";
import type { RunProfile } from "./run-profile.ts";
import type { NodeStatus, RunStatus } from "./states.ts";

export interface NodeSummary {
  readonly status: NodeStatus;
  readonly attempts: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

export interface LevelSummary {
  readonly level: number;
  readonly nodeCount: number;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly durationMs?: number;
}

/** Where the time went. All times in ms, by Redis' clock (the process' own in `runLocal`). */
export interface RunTimings {
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** From the first dispatch of the epoch to the end, or to now. */
  readonly durationMs?: number;
  /** What the nodes took, added up: the time of a run that does one after another. */
  readonly nodeTimeMs: number;
  readonly levels: readonly LevelSummary[];
  /**
   * Waits, idle places, slowest nodes, and what barriers cost. Worked out when it is first read, in some ms for 1,000 nodes; no part of the
   * result's JSON, so ask for it by name.
   */
  readonly profile: RunProfile;
}

/** The outcome of a run, or how far it is. Records keyed by node ids have no prototype. */
export interface RunResult {
  readonly runId: string;
  readonly workflowId?: string;
  readonly status: RunStatus;
  /** Results of the nodes that completed. */
  readonly nodeResults: Readonly<Record<string, JsonValue>>;
  /** Result of the terminal node with the smallest id; `null` unless the run completed. */
  readonly finalOutput: JsonValue;
  /** What went wrong, sorted by node id, the run's own cause (timeout, cancel) first. */
  readonly errors: readonly RunError[];
  readonly nodes: Readonly<Record<string, NodeSummary>>;
  /** Node ids by level. */
  readonly levels: readonly (readonly string[])[];
  readonly timings: RunTimings;
}
