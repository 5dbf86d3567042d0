import type { RunStatus } from "../../core/run/states.ts";
import type { RunHandle } from "../../producer/run-handle.ts";
import { Option } from "commander";
import type { AddCommand, CommandContext } from "../command-context.ts";
import { example, jsonOption } from "../options.ts";

interface Control {
  readonly verb: "cancel" | "pause" | "resume" | "retry";
  readonly description: string;
  /** What the command takes besides `--json`. */
  readonly options?: readonly Option[];
  readonly apply: (run: RunHandle, options: ControlOptions, context: CommandContext) => Promise<RunStatus>;
}

interface ControlOptions {
  readonly json?: boolean;
  readonly workflow?: string;
  readonly input?: string;
}

/** `cancel`, `pause`, `resume`, `retry`: each does it to one run and prints the status that follows. */
export const addCancel = control({
  verb: "cancel",
  description: "cancel a run on REDIS_URL: what runs is aborted, what waits is dropped",
  apply: (run) => run.cancel(),
});

export const addPause = control({
  verb: "pause",
  description: "start no further node of a run on REDIS_URL; running ones go on",
  apply: (run) => run.pause(),
});

export const addResume = control({
  verb: "resume",
  description: "let a paused run on REDIS_URL go on",
  apply: (run) => run.resume(),
});

export const addRetry = control({
  verb: "retry",
  description: "run what is left of a failed or cancelled run on REDIS_URL; its results stay",
  options: [
    new Option("--workflow <file>", "with another version of the workflow, in which nodes that have a result are as they were"),
    new Option("--input <json or @file>", "with another input"),
  ],
  apply: retry,
});

/** The files are read and checked before Redis is asked. */
async function retry(run: RunHandle, { workflow, input }: ControlOptions, { env }: CommandContext): Promise<RunStatus> {
  const [{ settingsFromEnvironment }, { readInput, readPayload }] = await Promise.all([
    import("../../core/config/settings.ts"),
    import("../read-json.ts"),
  ]);
  const settings = settingsFromEnvironment(env);
  return run.retry({
    ...(workflow === undefined ? {} : { payload: await readPayload(workflow, settings) }),
    ...(input === undefined ? {} : { input: await readInput(input, settings) }),
  });
}

function control({ verb, description, options = [], apply }: Control): AddCommand {
  return (program, context, done) => {
    const command = program.command(`${verb} <run-id>`).description(description);
    for (const option of options) command.addOption(option);
    command
      .addOption(jsonOption())
      .addHelpText("after", example(`levelflow ${verb} 0-0mfx3k2a1-0a1b2c3d4e5f60718293`))
      .action(async (runId: string, given: ControlOptions) => {
        const { withProducer } = await import("../with-producer.ts");
        const status = await withProducer(context, (producer) => apply(producer.run(runId), given, context));
        if (given.json === true) context.output.printJson({ runId, status });
        else context.output.print(`run ${runId} is ${status}`);
        done(0);
      });
  };
}
