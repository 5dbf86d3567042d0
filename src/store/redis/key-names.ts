import { DEFAULTS } from "../../core/config/defaults.ts";
import { CHANNELS, INDEXES, RUN_PARTS } from "./keys.ts";
import { RECORD_VERSION } from "./record-version.ts";

/** What every script of a run begins with, in Lua. */
export const LUA_NAMES = [
  "local TAG, RUN_KEY, RUN_ID = KEYS[1], KEYS[2], ARGV[1]",
  `local MAX_EVENTS, RECORD_VERSION = ${String(DEFAULTS.maxEventCount)}, ${String(RECORD_VERSION)}`,
  `local DEADLINE_NOTICE_MS = ${String(DEFAULTS.deadlineNoticeMs)}`,
].join("\n");

/** How a script puts keys together itself: a dozen full keys with every call would cost more than what most calls do. */
const LUA_KEYS: Readonly<Record<string, string>> = {
  "KEY.run": "RUN_KEY",
  ...Object.fromEntries(RUN_PARTS.map((part) => [`KEY.${part}`, `(RUN_KEY .. ':${part}')`])),
  ...Object.fromEntries(RUN_PARTS.map((part) => [`PART.${part}`, `':${part}'`])),
  ...Object.fromEntries([...CHANNELS, ...INDEXES].map((name) => [`KEY.${name}`, `(TAG .. ':${name}')`])),
};

/** A script with its keys put in for `KEY.nodes` and the like, where it needs them. */
export function putInKeys(script: string): string {
  return script.replaceAll(/\b(?:KEY|PART)\.\w+/g, (name) => {
    const key = LUA_KEYS[name];
    if (key === undefined) throw new Error(`${name} names no key: there are ${Object.keys(LUA_KEYS).join(", ")}`);
    return key;
  });
}
