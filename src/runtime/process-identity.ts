import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const PS_TIMEOUT_MS = 2_000;
/** Position of the start time in `/proc/<pid>/stat`, counted from the field after the program's name. */
const STATE_FIELD = 0;
const START_TIME_FIELD = 19;

/**
 * A text that tells this process apart from every other that had or will have its pid: when it was started, and in which boot of the
 * machine. `undefined` if no such process lives (one that has ended and only waits for its parent counts as dead).
 */
export async function identifyProcess(pid: number): Promise<string | undefined> {
  if (!isSignalable(pid)) return undefined;
  if (process.platform === "linux") return identifyFromProc(pid);
  return identifyFromPs(pid);
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function identifyFromProc(pid: number): Promise<string | undefined> {
  const stat = await readOrEmpty(`/proc/${pid}/stat`);
  // The program's name may hold anything, brackets and spaces included: the fields begin after the last bracket.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[STATE_FIELD];
  const startTime = fields[START_TIME_FIELD];
  if (startTime === undefined || state === "Z" || state === "X") return undefined;
  return `${(await readOrEmpty("/proc/sys/kernel/random/boot_id")).trim()}/${startTime}`;
}

async function identifyFromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], { timeout: PS_TIMEOUT_MS });
    return stdout.trim() === "" ? undefined : stdout.trim();
  } catch {
    return undefined;
  }
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}
