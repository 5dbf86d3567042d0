import type { AddCommand, CommandContext } from "../command-context.ts";
import { example } from "../options.ts";
import { readVersion } from "../../runtime/read-version.ts";

/** `scheduler`: that role on `REDIS_URL`. */
export const addScheduler: AddCommand = (program, context, done) => {
  program
    .command("scheduler")
    .description("run a scheduler on REDIS_URL until it is told to stop; any number of them may run")
    .addHelpText("after", example("REDIS_URL=redis://redis:6379 levelflow scheduler"))
    .action(async () => done(await runScheduler(context)));
};

async function runScheduler({ env, output }: CommandContext): Promise<number> {
  const [{ Scheduler }, { createRoleLogger }, { createMetrics }, { settingsFromEnvironment }, { redisAddress }, { runRole }] =
    await Promise.all([
      import("../../runtime/scheduler.ts"),
      import("../role-logger.ts"),
      import("../../telemetry/metrics.ts"),
      import("../../core/config/settings.ts"),
      import("../redis-address.ts"),
      import("../run-role.ts"),
    ]);
  const settings = settingsFromEnvironment(env);
  const address = redisAddress(env);
  const logger = createRoleLogger(settings, output);
  const metrics = settings.healthPort === undefined ? undefined : createMetrics({ role: "scheduler", version: readVersion() });
  const role = new Scheduler({ connection: address.connection, settings, logger, ...(metrics && { metrics }) });
  return runRole({ role, name: "scheduler", settings, logger, metrics, facts: { redis: address.shown } });
}
