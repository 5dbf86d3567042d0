import { Scheduler, Worker, type SettingsInput } from "../../src/index.ts";
import { createCustomNodes } from "./custom-nodes.ts";
import { shiftClock } from "./shift-clock.ts";

/** One role in a process of its own. Its options are a JSON argument; it says `ready` once it takes work and stops on SIGTERM. */
interface RoleProcessOptions {
  readonly role: "scheduler" | "worker";
  readonly redisUrl: string;
  readonly prefix: string;
  readonly settings: SettingsInput;
  readonly concurrency: number;
  /** Node types to leave out. */
  readonly without: readonly string[];
  readonly clockOffsetMs: number;
}

const options = JSON.parse(process.argv[2] ?? "{}") as RoleProcessOptions;
const { redisUrl, prefix, settings, concurrency } = options;
if (options.clockOffsetMs !== 0) shiftClock(options.clockOffsetMs);
const common = { connection: redisUrl, prefix, settings };
const custom = createCustomNodes({ redisUrl, prefix });
const nodes = custom.nodes.filter((node) => !options.without.includes(node.type));
const role = options.role === "scheduler" ? new Scheduler(common) : new Worker({ ...common, nodes, concurrency });

// Without its parent a process of a test has nothing left to do.
process.on("disconnect", () => {
  if (!isStopping) process.exit(1);
});
let isStopping = false;
process.on("SIGTERM", () => {
  isStopping = true;
  void role.stop().then(() => {
    custom.close();
    process.disconnect();
    process.exitCode = 0;
  });
});
await role.start();
process.send?.("ready");
