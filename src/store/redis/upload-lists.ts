import { randomUUID } from "node:crypto";
import { nodeCountOf, type DispatchPlan } from "../../core/run/dispatch-plan.ts";
import { chunks } from "./chunks.ts";
import { encodeText } from "./encode-text.ts";
import type { RedisConnection } from "./redis-connection.ts";

/** Nodes of a level whose lists go along with the script that takes them. */
const MAX_INLINE_COUNT = 2_000;
/** Nodes that one command takes. */
const PART_COUNT = 1_000;
/** How long a list is kept that no script has taken. */
const UPLOAD_TTL_S = 600;

/**
 * Brings the lists of a large level to Redis in parts, each under a key of its own, for `dispatch-level` to take as they are. Answers what
 * to tell the script (`adopt_lists`), or `undefined` for a level whose lists go along.
 */
export async function uploadLists(
  connection: RedisConnection,
  plan: Pick<DispatchPlan, "free" | "ordered">,
): Promise<(string | number)[] | undefined> {
  if (nodeCountOf(plan) <= MAX_INLINE_COUNT) return undefined;
  const { free, ordered } = plan;
  const args: (string | number)[] = [];
  for (const [pool, ids] of free) args.push(pool, await upload(connection, ids, encodeText), ids.length);
  if (ordered.length === 0) return args;
  const orderedKey = await upload(connection, ordered, ({ pool, nodeId }) => `${pool}|${encodeText(nodeId)}`);
  return [...args, "", orderedKey, ordered.length];
}

async function upload<Entry>(
  { client, keys }: RedisConnection,
  entries: readonly Entry[],
  textOf: (entry: Entry) => string,
): Promise<string> {
  const key = keys.upload(randomUUID());
  for (const part of chunks(entries, PART_COUNT)) {
    await client
      .multi()
      .rpush(key, ...part.map(textOf))
      .expire(key, UPLOAD_TTL_S)
      .exec();
  }
  return key;
}
