import type { TakenDeadlines } from "../../core/ports/scheduler-store.ts";
import type { ClaimRef } from "../../core/ports/worker-store.ts";
import { arm, disarm, findClaim, holdTimeout, nodeOf, type MemoryState } from "./memory-state.ts";

/** How long a deadline that was handed out is held back from other schedulers. */
const PUT_OFF_MS = 1_000;

export function armTimeout(
  state: MemoryState,
  { claim: ref, timeoutMs }: { readonly claim: ClaimRef; readonly timeoutMs: number },
): void {
  const held = findClaim(state, ref);
  if (held === undefined) return;
  const { run, claim } = held;
  disarm(state, claim.timeout);
  const { runId, nodeId, token } = ref;
  const { attempt } = nodeOf(run, nodeId);
  claim.timeout = arm(state, state.now() + timeoutMs, { kind: "node", runId, nodeId, token, attempt });
  if (run.record.status === "paused") holdTimeout(state, run, claim.timeout);
}

export function takeDeadlines(state: MemoryState, limit: number): TakenDeadlines {
  const now = state.now();
  const passed = [...state.deadlines].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
  const taken = passed.slice(0, limit);
  for (const armed of taken) armed.at = now + PUT_OFF_MS;
  let nextAt = Infinity;
  for (const { at } of state.deadlines) nextAt = Math.min(nextAt, at);
  return { due: taken.map(({ deadline }) => deadline), nextInMs: nextAt === Infinity ? undefined : Math.max(0, nextAt - now) };
}
