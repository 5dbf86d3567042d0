import { z } from "zod";
import { TerminalError } from "../core/errors/node-errors.ts";
import type { JsonObject } from "../core/json/json-value.ts";
import { defineNode, type NodeState } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { nanosecondsToMs, parseDuration } from "../core/text/duration.ts";
import { builtinData, choice } from "./builtin-data.ts";
import { firstInput } from "./first-input.ts";

/** Lifetime of an entry that is set without `ttl`. */
const DEFAULT_TTL = "5m";

/** `cache`: a store with lifetimes, one a run. */
export const cacheNode = defineNode({
  type: "cache",
  description: "Keeps a value under a key for a limited time, gives it, or deletes it.",
  data: builtinData(
    {
      cache_op: choice(["set", "get", "delete"], "Whether to keep the first input, to give what is kept, or to delete it."),
      cache_key: z.string().describe("The key; any text."),
      ttl: z.string().optional().meta({ default: DEFAULT_TTL, description: "Lifetime that `set` gives the value: a duration." }),
    },
    { required: { cache_op: "cache node requires cache_op field", cache_key: "cache node requires cache_key field" } },
  ),
  placeholders: PLACEHOLDER_FIELDS,
  stateful: true,
  run({ data, inputs, state }): JsonObject | Promise<JsonObject> {
    const key = data.cache_key;
    switch (data.cache_op) {
      case "set": {
        const value = firstInput(inputs, "cache set operation requires an input value");
        state.set(stateKey(key), value, { ttlMs: parseTtlMs(data.ttl ?? DEFAULT_TTL) });
        return { operation: "set", key, value, ttl: data.ttl ?? null };
      }
      case "get":
        return getEntry(key, state);
      case "delete":
        return deleteEntry(key, state);
      default:
        throw new TerminalError(`unsupported cache operation: ${data.cache_op} (use get, set, or delete)`);
    }
  },
});

async function getEntry(key: string, state: NodeState): Promise<JsonObject> {
  const entry = await state.entry(stateKey(key));
  switch (entry.kind) {
    case "present":
      return { operation: "get", key, found: true, value: entry.value };
    case "expired":
      state.delete(stateKey(key));
      return { operation: "get", key, found: false, expired: true, value: null };
    case "absent":
      return { operation: "get", key, found: false, value: null };
  }
}

/** An entry whose lifetime is over but that nobody has removed counts as deleted. */
async function deleteEntry(key: string, state: NodeState): Promise<JsonObject> {
  const entry = await state.entry(stateKey(key));
  state.delete(stateKey(key));
  return { operation: "delete", key, deleted: entry.kind !== "absent" };
}

function parseTtlMs(text: string): number {
  const ttl = parseDuration(text);
  if (ttl === undefined) throw new TerminalError(`invalid TTL format: ${text} (use formats like '5s', '10m', '1h')`);
  return nanosecondsToMs(ttl);
}

function stateKey(key: string): string {
  return `cache:${key}`;
}
