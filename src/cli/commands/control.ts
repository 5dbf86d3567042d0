import type { RunStatus } from "../../core/run/states.ts";
import type { RunHandle } from "../../producer/run-handle.ts";
import type { AddCommand } from "../command-context.ts";
import { example, jsonOption } from "../options.ts";

interface Control {
  readonly verb: "cancel" | "pause" | "resume" | "retry";
  readonly description: string;
  readonly apply: (run: RunHandle) => Promise<RunStatus>;
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
  apply: (run) => run.retry(),
});

function control({ verb, description, apply }: Control): AddCommand {
  return (program, context, done) => {
    program
      .command(`${verb} <run-id>`)
      .description(description)
      .addOption(jsonOption())
      .addHelpText("after", example(`levelflow ${verb} 0-0mfx3k2a1-0a1b2c3d4e5f60718293`))
      .action(async (runId: string, { json }: { readonly json?: boolean }) => {
        const { withProducer } = await import("../with-producer.ts");
        const status = await withProducer(context, (producer) => apply(producer.run(runId)));
        if (json === true) context.output.printJson({ runId, status });
        else context.output.print(`run ${runId} is ${status}`);
        done(0);
      });
  };
}
