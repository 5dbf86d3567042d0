// One role in a process of its own. Its options are a JSON argument; it says `ready` once it takes work and stops on SIGTERM.
import { setPriority } from "node:os";
import { pino } from "pino";
import { Scheduler, Worker, type SettingsInput } from "../../src/index.ts";
import { createChaosNodes } from "./nodes.ts";
import { Effects } from "./traces.ts";

export interface RoleProcessOptions {
  readonly role: "scheduler" | "worker";
  /** What the supervisor calls this process. */
  readonly name: string;
  readonly redisUrl: string;
  readonly tracesUrl: string;
  readonly settings: SettingsInput;
  /** How far a process that has started lets others go first, those that start above all: 0 not at all, 19 whenever it can. @default 0 */
  readonly niceness?: number;
}

const { role, name, redisUrl, tracesUrl, settings, niceness = 0 } = JSON.parse(process.argv[2] ?? "{}") as RoleProcessOptions;
const effects = new Effects(tracesUrl, name);
const options = {
  connection: redisUrl,
  settings,
  logger: pino({ level: "warn", base: { name } }, pino.destination({ sync: true })),
};
const service = role === "scheduler" ? new Scheduler(options) : new Worker({ ...options, nodes: createChaosNodes(effects) });
let isStopping = false;

// Without its parent it has nothing left to do.
process.on("disconnect", () => {
  if (!isStopping) process.exit(1);
});
process.on("SIGTERM", () => {
  isStopping = true;
  void service.stop().then(() => {
    effects.close();
    process.disconnect();
  });
});
await service.start();
if (niceness > 0) setPriority(niceness);
process.send?.("ready");
