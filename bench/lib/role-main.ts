// A scheduler or worker process of a contender. Its options are a JSON argument; it says `ready` once it takes work, and stops when the
// process that started it lets go of it, or is gone.
import process from "node:process";
import type { SettingsInput } from "levelflow";
import { startHandwrittenRole } from "./handwritten-roles.ts";
import { startLevelflowRole } from "./levelflow-roles.ts";

export interface RoleOptions {
  readonly contender: "levelflow" | "hand-written";
  readonly role: "scheduler" | "worker";
  readonly redisUrl: string;
  readonly prefix: string;
  readonly concurrency: number;
  /** Of levelflow. */
  readonly settings?: SettingsInput;
  /** Of levelflow: the folder of another checkout to take its build from. */
  readonly build?: string | undefined;
}

/** What a role does when it is told to end. */
export type StopRole = () => Promise<void>;

const options = JSON.parse(process.argv[2] ?? "{}") as RoleOptions;
const stop = await (options.contender === "levelflow" ? startLevelflowRole(options) : startHandwrittenRole(options));
process.on("disconnect", () => void stop().then(() => process.exit()));
process.send?.("ready");
