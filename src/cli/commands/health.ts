import type { AddCommand, CommandContext } from "../command-context.ts";
import { example, jsonOption } from "../options.ts";

interface HealthOptions {
  readonly live?: boolean;
  readonly json?: boolean;
}

/** `health`: asks a role on this machine how it is. */
export const addHealth: AddCommand = (program, context, done) => {
  program
    .command("health")
    .description("ask the scheduler, worker or serve on this machine whether it can work; needs LEVELFLOW_HEALTH_PORT")
    .option("--live", "ask whether it is alive instead: not, when only a restart helps")
    .addOption(jsonOption())
    .addHelpText("after", example("LEVELFLOW_HEALTH_PORT=9420 levelflow health", "levelflow health --live --json"))
    .action(async (options: HealthOptions) => done(await health(options, context)));
};

async function health({ live = false, json }: HealthOptions, { output, env }: CommandContext): Promise<number> {
  const [{ settingsFromEnvironment }, { askHealth, describeAnswer }] = await Promise.all([
    import("../../core/config/settings.ts"),
    import("../ask-health.ts"),
  ]);
  const question = live ? "live" : "ready";
  const answer = await askHealth(question, settingsFromEnvironment(env));
  if (json === true) output.printJson(answer);
  else output.print(describeAnswer(question, answer));
  if (answer.status === "no-answer") return 3;
  return answer[question] ? 0 : 1;
}
