import type { AddCommand, CommandContext } from "../command-context.ts";
import { example } from "../options.ts";

/** `serve`: what operators look at, over HTTP. */
export const addServe: AddCommand = (program, context, done) => {
  program
    .command("serve")
    .description("serve health checks, metrics and Bull Board over HTTP until it is told to stop")
    .addHelpText(
      "after",
      example("levelflow serve", "LEVELFLOW_SERVE_HOST=0.0.0.0 LEVELFLOW_SERVE_PASSWORD_FILE=/run/secrets/serve levelflow serve"),
    )
    .action(async () => done(await run(context)));
};

async function run(context: CommandContext): Promise<number> {
  const { runServe } = await import("../run-serve.ts");
  return runServe(context);
}
