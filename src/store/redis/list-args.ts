import type { DispatchPlan } from "../../core/run/dispatch-plan.ts";
import { encodeText } from "./encode-text.ts";

/** The nodes of a level as scripts take them (`fill_lists`): ordered entries, then those of each pool. */
export function listArgs(plan: Pick<DispatchPlan, "ordered" | "free">): (string | number)[] {
  const args: (string | number)[] = [plan.ordered.length];
  for (const { pool, nodeId } of plan.ordered) args.push(`${pool}|${encodeText(nodeId)}`);
  for (const [pool, ids] of plan.free) {
    args.push(pool, ids.length);
    for (const id of ids) args.push(encodeText(id));
  }
  return args;
}
