import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Redis } from "ioredis";
import { luaKeyNames } from "./key-names.ts";

/** Transitions that many lanes ask for at a time: each file is a function of `run-batch.lua`, which is called for all of them at once. */
const BATCHED = ["claim-node", "commit-node", "commit-ahead", "enter-level", "finish-run", "start-run"] as const;

export type BatchedName = (typeof BATCHED)[number];

/** Put before the scripts of a run, in this order, behind the key names. */
const BEFORE_RUN = ["run-view", "shared", "run-nodes", "run-levels"] as const;

/** The scripts, by file name; those with `run` are scripts of a run. */
const SCRIPTS = {
  "arm-timeout": "run",
  "clear-nodes": "run",
  "create-run": "run",
  "delete-run": "run",
  "dispatch-level": "run",
  "fail-attempt": "run",
  "fold-handler-times": "alone",
  heartbeat: "alone",
  "pause-run": "run",
  "read-state": "alone",
  "release-claim": "run",
  "report-progress": "run",
  "resume-run": "run",
  "retry-run": "run",
  "run-batch": "run",
  "stop-run": "run",
  "take-deadlines": "alone",
} as const;

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
  const shared = [luaKeyNames(), ...(await Promise.all(BEFORE_RUN.map(readScript)))].join("\n");
  const batched = (await Promise.all(BATCHED.map(readAsFunction))).join("\n");
  const entries = Object.entries(SCRIPTS).map(async ([name, kind]) => {
    const own = await readScript(name);
    const before = name === "run-batch" ? `${shared}\nlocal TRANSITIONS = {\n${batched}}` : shared;
    const text = kind === "run" ? `${before}\n${inFull(own)}` : own;
    return [name, { text, sha1: createHash("sha1").update(text).digest("hex") }] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<ScriptName, Script>;
}

/** What a script has changed is written when it has come to its answer, whichever way that was. */
function inFull(script: string): string {
  return `local function transition()\n${script}\nend\nlocal answer = transition()\nwrite_all()\nreturn answer`;
}

/** A file as an entry of a Lua table: its name, and a function of its arguments. */
async function readAsFunction(name: BatchedName): Promise<string> {
  return `['${name}'] = function(ARGV)\n${await readScript(name)}\nend,`;
}

function readScript(name: string): Promise<string> {
  return readFile(new URL(`scripts/${name}.lua`, import.meta.url), "utf8");
}
