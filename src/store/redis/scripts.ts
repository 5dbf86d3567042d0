import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Redis } from "ioredis";
import { luaKeyNames } from "./key-names.ts";

/** The scripts, by file name; those with `run` get the key names and `shared.lua` put before them. */
const SCRIPTS = {
  "arm-timeout": "run",
  "claim-node": "run",
  "commit-node": "run",
  "create-run": "run",
  "delete-run": "run",
  "dispatch-level": "run",
  "fail-attempt": "run",
  "finish-run": "run",
  heartbeat: "alone",
  "pause-run": "run",
  "read-state": "alone",
  "release-claim": "run",
  "report-progress": "run",
  "resume-run": "run",
  "retry-run": "run",
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
  const shared = await readScript("shared");
  const entries = Object.entries(SCRIPTS).map(async ([name, kind]) => {
    const own = await readScript(name);
    const text = kind === "run" ? `${luaKeyNames()}\n${shared}\n${own}` : own;
    return [name, { text, sha1: createHash("sha1").update(text).digest("hex") }] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<ScriptName, Script>;
}

function readScript(name: string): Promise<string> {
  return readFile(new URL(`scripts/${name}.lua`, import.meta.url), "utf8");
}
