import { runLocal } from "../local.ts";
import type { CommandContext } from "./command-context.ts";
import type { RunCommandOptions } from "./options.ts";
import { loadModules } from "./load-definitions.ts";
import { listenForStop } from "./listen-for-stop.ts";
import { createProgressDisplay } from "./progress-display.ts";
import { ownEngineSettings, readRunRequest } from "./read-run-request.ts";
import { reportResult } from "./report-result.ts";

/** `run --local`: the same roles in this process, over memory. */
export async function runInProcess(file: string, options: RunCommandOptions, context: CommandContext): Promise<number> {
  const { output } = context;
  const settings = ownEngineSettings(context);
  const request = await readRunRequest(file, options, settings);
  const nodes = await loadModules(options.nodes);
  const display = createProgressDisplay({ output, levels: request.levels, title: request.title });
  const stop = listenForStop(() => process.exit(1));
  display.start();
  try {
    const result = await runLocal(request.payload, {
      ...request.options,
      nodes,
      settings,
      signal: stop.signal,
      onEvent: (event) => display.onEvent(event),
    });
    display.stop();
    return reportResult(result, output, options.json === true);
  } finally {
    display.stop();
    stop.dispose();
  }
}
