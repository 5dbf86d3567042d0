import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Redis } from "ioredis";
import { LUA_NAMES, putInKeys } from "./key-names.ts";

/** Transitions that many lanes ask for at a time: each file is a function of `run-batch.lua`, which is called for all of them at once. */
const BATCHED = ["claim-node", "commit-node", "commit-ahead", "enter-level", "finish-run", "start-run"] as const;

export type BatchedName = (typeof BATCHED)[number];

/** What stands before scripts of a run, in this order, behind the key names: each pays for what it has before it with every call. */
const VIEW = ["run-view", "shared"] as const;
const NODES = [...VIEW, "run-nodes"] as const;
const LEVELS = [...NODES, "run-levels"] as const;

interface Kind {
  readonly before: readonly string[];
  /** Whether it is called for several runs; the others are a transition of one. */
  readonly ofRuns?: boolean;
}

/** The scripts, by file name; those of no run stand alone. */
const SCRIPTS = {
  "arm-timeout": { before: NODES },
  "clear-nodes": { before: VIEW },
  "create-run": { before: [...VIEW, "definitions"] },
  "delete-run": { before: VIEW },
  "dispatch-level": { before: LEVELS },
  "fail-attempt": { before: LEVELS },
  "fold-handler-times": undefined,
  heartbeat: undefined,
  "pause-run": { before: NODES },
  "read-state": undefined,
  "release-claim": { before: NODES },
  "report-progress": { before: NODES },
  "resume-run": { before: NODES },
  "retry-run": { before: [...VIEW, "definitions"] },
  "run-batch": { before: LEVELS, ofRuns: true },
  "stop-run": { before: LEVELS },
  "take-deadlines": undefined,
} as const satisfies Record<string, Kind | undefined>;

export type ScriptName = keyof typeof SCRIPTS;

interface Script {
  readonly text: string;
  readonly sha1: string;
}

export type ScriptCaller = (name: ScriptName, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** Reads the scripts and answers how to call them: by hash, and by text where Redis has lost them (a restart, SCRIPT FLUSH). */
export async function loadScripts(client: Redis): Promise<ScriptCaller> {
  const scripts = await readScripts();
  return async (name, keys, args) => {
    const { text, sha1 } = scripts[name];
    try {
      return await client.evalsha(sha1, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return client.eval(text, keys.length, ...keys, ...args);
    }
  };
}

async function readScripts(): Promise<Readonly<Record<ScriptName, Script>>> {
  const entries = Object.entries(SCRIPTS).map(async ([name, kind]) => {
    const text = putInKeys(await buildScript(name, kind));
    return [name, { text, sha1: createHash("sha1").update(text).digest("hex") }] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<ScriptName, Script>;
}

async function buildScript(name: string, kind: Kind | undefined): Promise<string> {
  const own = await readScript(name);
  if (kind === undefined) return own;
  const before = [LUA_NAMES, ...(await Promise.all(kind.before.map(readScript)))];
  if (kind.ofRuns !== true)
    return [...before, `return change_run(RUN_KEY, RUN_ID, { 'version' }, function()\n${own}\nend)`].join("\n");
  const transitions = await Promise.all(BATCHED.map(readAsFunction));
  return [...before, "local TRANSITIONS = {", ...transitions, "}", own].join("\n");
}

/** A file as an entry of a Lua table: its name, and a function of its arguments. */
async function readAsFunction(name: BatchedName): Promise<string> {
  return `['${name}'] = function(ARGV)\n${await readScript(name)}\nend,`;
}

function readScript(name: string): Promise<string> {
  return readFile(new URL(`scripts/${name}.lua`, import.meta.url), "utf8");
}
