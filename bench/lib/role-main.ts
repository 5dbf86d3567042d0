// A scheduler or worker process of a contender. Its options are a JSON argument; it says `ready` once it takes work, answers `cpu` with
// what it has computed and `loop` with how its event loop did, and stops when the process that started it lets go of it, or is gone.
import { join } from "node:path";
import process from "node:process";
import type { SettingsInput } from "levelflow";
import { startCpuProfile } from "./cpu-profile.ts";
import { startHandwrittenRole } from "./handwritten-roles.ts";
import { startLevelflowRole } from "./levelflow-roles.ts";
import { readCpuMs, watchLoop, type LoopFigures } from "./loop-watch.ts";

export interface RoleOptions {
  readonly contender: "levelflow" | "hand-written";
  readonly role: "scheduler" | "worker";
  readonly redisUrl: string;
  readonly prefix: string;
  readonly concurrency: number;
  /** A folder for the process' CPU profile. */
  readonly profileFolder?: string | undefined;
  /** Of levelflow. */
  readonly settings?: SettingsInput;
  /** Of levelflow: whether the node types that are pure are declared so. @default true */
  readonly declaresPure?: boolean | undefined;
  /** Of levelflow: the folder of another checkout to take its build from. */
  readonly build?: string | undefined;
}

/** What a role does when it is told to end. */
export type StopRole = () => Promise<void>;

const options = JSON.parse(process.argv[2] ?? "{}") as RoleOptions;
const { contender, role, profileFolder } = options;
const stopRole = await (contender === "levelflow" ? startLevelflowRole(options) : startHandwrittenRole(options));
const stopProfile =
  profileFolder === undefined
    ? undefined
    : await startCpuProfile(join(profileFolder, `${contender}.${role}.${process.pid}.cpuprofile`));
process.on("disconnect", () => void stop());
let readLoop: (() => LoopFigures) | undefined;
process.on("message", (asked) => process.send?.(asked === "cpu" ? readCpuMs() : (readLoop ??= watchLoop())()));
process.send?.("ready");

async function stop(): Promise<void> {
  await stopProfile?.();
  await stopRole();
  process.exit();
}
