import { DEFAULTS } from "../../core/config/defaults.ts";
import { INDEXES, RUN_PARTS } from "./keys.ts";
import { RECORD_VERSION } from "./record-version.ts";

/**
 * The names that every script of a run begins with, in Lua. Scripts are sent the run's key and the hash tag and put the others together
 * themselves: a dozen full keys with every call would cost more than what most calls do.
 */
export function luaKeyNames(): string {
  const parts = RUN_PARTS.map((part) => `${part} = KEYS[1] .. ':${part}'`);
  const indexes = INDEXES.map((index) => `${index} = KEYS[2] .. ':${index}'`);
  return [
    `local KEY = { run = KEYS[1], ${[...parts, ...indexes].join(", ")} }`,
    "local RUN_ID, CHANNEL = ARGV[1], KEYS[2] .. ':signals'",
    `local MAX_EVENTS, RECORD_VERSION = ${String(DEFAULTS.maxEventCount)}, ${String(RECORD_VERSION)}`,
  ].join("\n");
}
