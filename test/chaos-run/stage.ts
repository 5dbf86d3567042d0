import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Journal, type Finding } from "./journal.ts";
import { MortalRedis } from "./mortal-redis.ts";

export interface StageOptions {
  readonly isVerbose?: boolean;
  /** Keeps logs and data also if nothing was found. */
  readonly isKept?: boolean;
}

/** Where faults are played: a folder for data and logs, a journal, and what has to be closed in the end, last opened first. */
export interface Stage {
  readonly folder: string;
  readonly journal: Journal;
  readonly opened: (() => unknown)[];
  /** Starts a Redis server that ends with the play. */
  readonly openRedis: (name: string, fsync?: "everysec" | "always") => Promise<MortalRedis>;
}

/** Plays, and clears up. Logs and data stay if there were findings, or an error. */
export async function playOnStage<Report extends { readonly findings: readonly Finding[] }>(
  { isVerbose = false, isKept = false }: StageOptions,
  play: (stage: Stage) => Promise<Report>,
): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "levelflow-chaos-"));
  const opened: (() => unknown)[] = [];
  const openRedis: Stage["openRedis"] = async (name, fsync = "everysec") => {
    mkdirSync(join(folder, name));
    const redis = new MortalRedis(join(folder, name), fsync);
    await redis.start();
    opened.push(() => redis.stop());
    return redis;
  };
  let isClean = false;
  try {
    const report = await play({ folder, journal: new Journal(folder, isVerbose), opened, openRedis });
    isClean = report.findings.length === 0;
    return report;
  } finally {
    for (const close of opened.reverse()) await close();
    if (isClean && !isKept) rmSync(folder, { recursive: true, force: true });
  }
}
