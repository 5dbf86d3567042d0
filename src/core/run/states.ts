/** Status of a run. The last three are final. */
export const RUN_STATUSES = ["queued", "running", "paused", "failing", "cancelling", "completed", "failed", "cancelled"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** How a run may end. */
export type FinalStatus = Extract<RunStatus, "completed" | "failed" | "cancelled">;

/** Status of a node. `skipped`: never started. */
export const NODE_STATUSES = ["pending", "running", "completed", "failed", "cancelled", "skipped"] as const;
export type NodeStatus = (typeof NODE_STATUSES)[number];

/** Every legal change of a run's status. From `failed` and `cancelled` only an explicit retry leads on, into a new epoch. */
export const RUN_TRANSITIONS: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  queued: ["running", "paused", "failing", "cancelling"],
  running: ["paused", "failing", "cancelling", "completed"],
  paused: ["queued", "running", "failing", "cancelling"],
  failing: ["failed"],
  cancelling: ["cancelled"],
  completed: [],
  failed: ["queued"],
  cancelled: ["queued"],
};

/** Every legal change of a node's status. `running` to `pending`: a retry is due later, or the claim was handed back. */
export const NODE_TRANSITIONS: Readonly<Record<NodeStatus, readonly NodeStatus[]>> = {
  pending: ["running", "cancelled", "skipped"],
  running: ["completed", "failed", "cancelled", "pending", "running"],
  completed: [],
  failed: ["pending"],
  cancelled: ["pending"],
  skipped: ["pending"],
};

const FINAL: ReadonlySet<RunStatus> = new Set(["completed", "failed", "cancelled"]);

/** Whether a run of this status has ended. */
export function isFinal(status: RunStatus): boolean {
  return FINAL.has(status);
}

/** Whether nodes of a run may be claimed, now or once it is resumed. */
export function isStopping(status: RunStatus): status is "failing" | "cancelling" {
  return status === "failing" || status === "cancelling";
}
