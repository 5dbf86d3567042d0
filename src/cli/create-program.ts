import { Command } from "commander";
import type { AddCommand, CommandContext } from "./command-context.ts";
import { addCancel, addPause, addResume, addRetry } from "./commands/control.ts";
import { addDev } from "./commands/dev.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addEnqueue } from "./commands/enqueue.ts";
import { addHealth } from "./commands/health.ts";
import { addLevels } from "./commands/levels.ts";
import { addList } from "./commands/list.ts";
import { addNodes } from "./commands/nodes.ts";
import { addRun } from "./commands/run.ts";
import { addScheduler } from "./commands/scheduler.ts";
import { addServe } from "./commands/serve.ts";
import { addShow } from "./commands/show.ts";
import { addTop } from "./commands/top.ts";
import { addValidate } from "./commands/validate.ts";
import { addWorker } from "./commands/worker.ts";

import { readVersion } from "../runtime/read-version.ts";

const COMMANDS: readonly AddCommand[] = [
  addRun,
  addDev,
  addScheduler,
  addWorker,
  addServe,
  addHealth,
  addEnqueue,
  addValidate,
  addLevels,
  addNodes,
  addList,
  addShow,
  addCancel,
  addPause,
  addResume,
  addRetry,
  addTop,
  addDoctor,
];

const EPILOGUE = `
Exit codes: 0 done, 1 the run failed or was cancelled, 2 invalid workflow or usage, 3 Redis or another service unreachable.
REDIS_URL says where Redis is (default redis://127.0.0.1:6379, or a socket: /run/redis.sock); LEVELFLOW_* variables hold the settings.

Example:
  levelflow run workflow.json`;

/** The command line as commander sees it. Commands load what is heavy only when they run. */
export function createProgram(context: CommandContext, done: (exitCode: number) => void): Command {
  const program = new Command("levelflow")
    .description("Durable workflow DAGs on Redis and BullMQ, level by level.")
    .version(readVersion(), "-V, --version", "print the version")
    .exitOverride()
    // Errors are reported in one place, which knows about --json.
    .configureOutput({
      writeOut: (text) => context.output.write(text),
      writeErr: (text) => context.output.note(text.trimEnd()),
      outputError: () => undefined,
    })
    .addHelpText("after", EPILOGUE);
  for (const add of COMMANDS) add(program, context, done);
  return program;
}
