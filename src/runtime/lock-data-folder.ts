import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LevelflowError } from "../core/errors/levelflow-error.ts";
import { identifyProcess } from "./process-identity.ts";

/** The right to use a data folder alone, until it is released or its process ends. */
export interface DataFolderLock {
  /** Gives the folder back. Repeating it does nothing. */
  release(): Promise<void>;
}

const HolderSchema = z.object({ pid: z.number().int(), identity: z.string(), released: z.boolean() });
type Holder = z.infer<typeof HolderSchema>;

const LOCK_NAME = /^lock\.(\d{1,15})$/;

/**
 * Takes a data folder for this process, making the folder if need be; fails with `DATA_FOLDER_LOCKED`, naming the holder's pid, while
 * another process has it. A lock whose process is gone, however it ended, is taken over; a pid used again does not count as that process.
 *
 * The locks of a folder are generations, `lock.1`, `lock.2` and so on, of which the newest counts. Taking over is linking the next
 * one, which one process alone can succeed in; nothing that was judged stale is ever removed in order to take its place, so there is no
 * moment in which two processes both see a free folder and both get it.
 */
export async function lockDataFolder(dataFolder: string): Promise<DataFolderLock> {
  await makeDataFolder(dataFolder);
  const own: Holder = { pid: process.pid, identity: (await identifyProcess(process.pid)) ?? "", released: false };
  for (;;) {
    const newest = (await listGenerations(dataFolder)).at(-1) ?? 0;
    const holder = await readHolder(dataFolder, newest);
    if (holder !== undefined && (await isLive(holder))) throw lockedError(dataFolder, holder);
    const generation = newest + 1;
    if (await tryTake(dataFolder, generation, own)) return { release: makeRelease(dataFolder, generation, own) };
  }
}

async function makeDataFolder(dataFolder: string): Promise<void> {
  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
    await access(dataFolder, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LevelflowError("INVALID_SETTING", `${dataFolder} cannot be used as a data folder: ${reason}. Use another one.`, {
      cause,
    });
  }
}

function lockedError(dataFolder: string, holder: { readonly pid: number }): LevelflowError {
  return new LevelflowError(
    "DATA_FOLDER_LOCKED",
    `The data folder ${dataFolder} is in use by process ${holder.pid}. Stop that process, or give this one another folder.`,
  );
}

async function listGenerations(dataFolder: string): Promise<number[]> {
  const names = await readdir(dataFolder);
  return names
    .flatMap((name) => LOCK_NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function readHolder(dataFolder: string, generation: number): Promise<Holder | undefined> {
  try {
    return HolderSchema.parse(JSON.parse(await readFile(lockPath(dataFolder, generation), "utf8")));
  } catch {
    // Gone, since a newer generation has removed it, or not ours: linking the next generation will tell.
    return undefined;
  }
}

async function isLive(holder: Holder): Promise<boolean> {
  return !holder.released && (await identifyProcess(holder.pid)) === holder.identity;
}

async function tryTake(dataFolder: string, generation: number, own: Holder): Promise<boolean> {
  const draft = await writeDraft(dataFolder, own);
  try {
    await link(draft, lockPath(dataFolder, generation));
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return confirm(dataFolder, generation);
}

/** A process that was held up between looking and linking may have linked a generation that others have long left behind. */
async function confirm(dataFolder: string, generation: number): Promise<boolean> {
  const generations = await listGenerations(dataFolder);
  const isNewest = generations.at(-1) === generation;
  const obsolete = isNewest ? generations.filter((other) => other < generation) : [generation];
  await Promise.all(obsolete.map((other) => rm(lockPath(dataFolder, other), { force: true })));
  return isNewest;
}

/** Releasing marks the lock and leaves it: were it removed, numbers would begin anew and an old look at the folder could come true. */
function makeRelease(dataFolder: string, generation: number, own: Holder): () => Promise<void> {
  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    try {
      await rename(await writeDraft(dataFolder, { ...own, released: true }), lockPath(dataFolder, generation));
    } catch (error) {
      if (!isCode(error, "ENOENT")) throw error; // The folder was removed, and the lock with it.
    }
  };
  return () => (released ??= release());
}

/** A lock appears together with its content, for it is written under another name first. */
async function writeDraft(dataFolder: string, holder: Holder): Promise<string> {
  const draft = join(dataFolder, `lock-draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
  return draft;
}

function lockPath(dataFolder: string, generation: number): string {
  return join(dataFolder, `lock.${generation}`);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
