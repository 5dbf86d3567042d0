import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Redis } from "ioredis";
import { LUA_NAMES, putInKeys } from "./key-names.ts";

/** What stands before scripts of a run, in this order, behind the key names: each pays for what it has before it with every call. */
const VIEW = ["run-view", "shared"] as const;
const NODES = [...VIEW, "run-nodes"] as const;
const LEVELS = [...NODES, "run-levels"] as const;
const DEFINITIONS = [...VIEW, "definitions"] as const;

/**
 * Transitions that are asked for many at a time: each file is a function of a script that is called for several runs at once. `fields`: what
 * most of them look at of a run.
 */
const BATCHES = {
  "create-batch": { before: DEFINITIONS, transitions: ["create-run"], fields: ["version", "requestHash"] },
  "run-batch": {
    before: LEVELS,
    transitions: ["claim-node", "commit-node", "commit-ahead", "enter-level", "finish-run", "start-run"],
    fields: [
      "version",
      "epoch",
      "dispatch",
      "plannedDispatch",
      "barrierLevel",
      "level",
      "status",
      "committedInLevel",
      "levelWidth",
      "committedCount",
      "maxConcurrency",
      "orderedBusy",
      "freeLists",
      "hasRetries",
    ],
  },
} as const;

export type BatchName = keyof typeof BATCHES;

/** A transition that is asked for in a batch. */
export type BatchedName<Batch extends BatchName = BatchName> = (typeof BATCHES)[Batch]["transitions"][number];

/** The other scripts, by file name, and what stands before each; those of no run stand alone. */
const SCRIPTS = {
  "arm-timeout": NODES,
  "clear-nodes": VIEW,
  "delete-run": VIEW,
  "dispatch-level": LEVELS,
  "fail-attempt": LEVELS,
  "fold-handler-times": undefined,
  heartbeat: undefined,
  "pause-run": NODES,
  "read-state": undefined,
  "release-claim": NODES,
  "report-progress": NODES,
  "resume-run": NODES,
  "retry-run": DEFINITIONS,
  "stop-run": LEVELS,
  "take-deadlines": undefined,
} as const;

export type ScriptName = keyof typeof SCRIPTS;

interface Script {
  readonly text: string;
  readonly sha1: string;
}

export type ScriptCaller = (
  name: ScriptName | BatchName,
  keys: readonly string[],
  args: readonly (string | number)[],
) => Promise<unknown>;

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

async function readScripts(): Promise<Readonly<Record<ScriptName | BatchName, Script>>> {
  const texts = [
    ...Object.entries(SCRIPTS).map(async ([name, before]) => [name, await buildScript(name, before)] as const),
    ...Object.entries(BATCHES).map(async ([name, batch]) => [name, await buildBatch(batch)] as const),
  ];
  const scripts = (await Promise.all(texts)).map(([name, keyed]) => {
    const text = putInKeys(keyed);
    return [name, { text, sha1: createHash("sha1").update(text).digest("hex") }] as const;
  });
  return Object.fromEntries(scripts) as Record<ScriptName | BatchName, Script>;
}

async function buildScript(name: string, before: readonly string[] | undefined): Promise<string> {
  const own = await readScript(name);
  if (before === undefined) return own;
  const transition = `return change_run(RUN_KEY, RUN_ID, { 'version' }, function()\n${own}\nend)`;
  return [LUA_NAMES, ...(await Promise.all(before.map(readScript))), transition].join("\n");
}

async function buildBatch({ before, transitions, fields }: (typeof BATCHES)[BatchName]): Promise<string> {
  const functions = transitions.map(async (name) => `['${name}'] = function(ARGV)\n${await readScript(name)}\nend,`);
  return [
    LUA_NAMES,
    ...(await Promise.all(before.map(readScript))),
    `local TRANSITIONS = {\n${(await Promise.all(functions)).join("\n")}\n}`,
    `local FIELDS = { ${fields.map((field) => `'${field}'`).join(", ")} }`,
    await readScript("run-batch"),
  ].join("\n");
}

function readScript(name: string): Promise<string> {
  return readFile(new URL(`scripts/${name}.lua`, import.meta.url), "utf8");
}
