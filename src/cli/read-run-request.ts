import { basename } from "node:path";
import { settingsFromEnvironment, type Settings, type SettingsInput } from "../core/config/settings.ts";
import { parseWorkflow } from "../core/workflow/parse-workflow.ts";
import { planLevels } from "../core/workflow/plan-levels.ts";
import { poolsOf } from "../core/workflow/pools-of.ts";
import type { EnqueueOptions } from "../producer/enqueue-options.ts";
import type { CommandContext } from "./command-context.ts";
import type { RunOptions } from "./options.ts";
import { readInput, readPayload } from "./read-json.ts";

/** A run as the command line asks for it, checked before anything is started for it. */
export interface RunRequest {
  readonly payload: unknown;
  readonly levels: readonly (readonly string[])[];
  readonly title: string;
  /** The pools that its nodes run in. */
  readonly pools: readonly string[];
  readonly options: EnqueueOptions;
}

/** Reads and checks the workflow and its input. */
export async function readRunRequest(file: string, given: RunOptions, settings: Settings): Promise<RunRequest> {
  const payload = await readPayload(file, settings);
  const workflow = parseWorkflow(payload, settings);
  return {
    payload,
    levels: planLevels(workflow),
    pools: poolsOf(workflow),
    title: workflow.workflowId ?? (file === "-" ? "workflow" : basename(file)),
    options: {
      ...(given.input === undefined ? {} : { input: await readInput(given.input, settings) }),
      ...(given.maxConcurrency === undefined ? {} : { maxConcurrency: given.maxConcurrency }),
      ...(given.sequential === undefined ? {} : { sequential: given.sequential }),
      ...(given.timeout === undefined ? {} : { timeoutMs: given.timeout }),
    },
  };
}

/**
 * The settings of a command that brings its own workers: nobody else will come along who knows a type they do not, and of their logs
 * only what needs attention is shown beside the run's progress, unless `LEVELFLOW_LOG_LEVEL` says otherwise.
 */
export function ownEngineSettings({ env }: CommandContext): Settings {
  const given = settingsFromEnvironment(env);
  const quiet: SettingsInput = env["LEVELFLOW_LOG_LEVEL"] === undefined ? { logLevel: "warn" } : {};
  return Object.freeze({ ...given, ...quiet, unknownTypeGraceMs: 0 } as Settings);
}
