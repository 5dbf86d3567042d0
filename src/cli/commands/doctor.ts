import type { AddCommand, CommandContext } from "../command-context.ts";
import { example, jsonOption } from "../options.ts";

interface DoctorOptions {
  readonly json?: boolean;
}

/** `doctor`: looks for what is wrong with an installation. */
export const addDoctor: AddCommand = (program, context, done) => {
  program
    .command("doctor")
    .description(
      "look for what is wrong with the Redis, processes, queues and runs on REDIS_URL, and say what to do; changes nothing",
    )
    .addOption(jsonOption())
    .addHelpText("after", example("REDIS_URL=redis://redis:6379 levelflow doctor", "levelflow doctor --json"))
    .action(async (options: DoctorOptions) => done(await doctor(options, context)));
};

async function doctor({ json }: DoctorOptions, { output, env }: CommandContext): Promise<number> {
  const [{ settingsFromEnvironment }, { redisAddress }, { probeRedis }, { examine }, { renderFindings }] = await Promise.all([
    import("../../core/config/settings.ts"),
    import("../redis-address.ts"),
    import("../probe-redis.ts"),
    import("../../runtime/doctor/examine.ts"),
    import("../render/findings.ts"),
  ]);
  const settings = settingsFromEnvironment(env);
  const address = redisAddress(env);
  await probeRedis(address);
  const findings = await examine({ connection: address.connection, settings });
  const problems = findings.filter(({ verdict }) => verdict === "problem").length;
  if (json === true) output.printJson({ healthy: problems === 0, findings });
  else output.print(renderFindings(findings, output.answerView).join("\n"));
  return problems === 0 ? 0 : 1;
}
