import type { ClaimRef, ReleaseReason } from "../../core/ports/worker-store.ts";
import { createList, putFirst, putLast, type FifoList } from "./fifo-list.ts";
import {
  appendEvent,
  cancelNode,
  endClaim,
  findClaim,
  nodeOf,
  type ListedNode,
  type MemoryRun,
  type MemoryState,
} from "./memory-state.ts";

export interface ReleaseClaimParams {
  readonly claim: ClaimRef;
  readonly reason: ReleaseReason;
  readonly type: string;
  readonly pool: string;
}

export function releaseClaim(state: MemoryState, { claim: ref, reason, type }: ReleaseClaimParams): void {
  const held = findClaim(state, ref);
  if (held === undefined) return;
  const { run, claim } = held;
  endClaim(state, run, claim);
  if (run.record.status !== "running" && run.record.status !== "paused") {
    cancelNode(state, run, claim.nodeId);
    return;
  }
  const node = nodeOf(run, claim.nodeId);
  node.status = "pending";
  node.attempt -= 1;
  if (reason === "unknown-type") node.unknownTypeSince ??= state.now();
  if (reason === "needs-order") state.statefulTypes.add(type);
  else putBack(run, { nodeId: claim.nodeId, pool: claim.pool, ordered: claim.ordered }, reason);
  appendEvent(state, run, "node-released", { level: run.record.level, nodeId: claim.nodeId });
}

/** Ahead of the others, unless this worker can do nothing with the node: then others come first. The ordered group keeps its order. */
function putBack(run: MemoryRun, entry: ListedNode, reason: ReleaseReason): void {
  if (entry.ordered) putFirst(run.ordered, entry);
  else if (reason === "unknown-type") putLast(freeList(run, entry.pool), entry);
  else putFirst(freeList(run, entry.pool), entry);
}

function freeList(run: MemoryRun, pool: string): FifoList<ListedNode> {
  const known = run.free.get(pool);
  if (known !== undefined) return known;
  const list = createList<ListedNode>();
  run.free.set(pool, list);
  return list;
}
