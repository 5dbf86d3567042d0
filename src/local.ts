import type { SettingsInput } from "./core/config/settings.ts";
import type { JsonValue } from "./core/json/json-value.ts";
import type { AnyNodeDefinition } from "./core/node/define-node.ts";
import { SILENT_LOGGER, type Logger } from "./core/ports/logger.ts";
import type { RunEvent } from "./core/run/run-event.ts";
import type { RunResult } from "./core/run/run-result.ts";
import type { WorkflowOptions } from "./core/workflow/workflow.ts";
import { localSetup } from "./runtime/local-setup.ts";
import { createLocalEngine } from "./runtime/local-engine.ts";

export interface RunLocalOptions extends WorkflowOptions {
  /** Node types besides the built-in ones, made by `defineNode`. @default none */
  readonly nodes?: Iterable<AnyNodeDefinition>;
  /** A JSON value for handlers (`input`) and for placeholders (`{{input.path}}`). */
  readonly input?: JsonValue;
  /** Cancels the run: it then ends as `cancelled`. */
  readonly signal?: AbortSignal;
  /**
   * Told of what happens, within some ms; of the next event once it is done with one, and the call ends once it is done with the last. What it
   * throws cancels the run.
   */
  readonly onEvent?: (event: RunEvent) => unknown;
  readonly settings?: SettingsInput;
  readonly logger?: Logger;
}

/**
 * Runs a workflow in this process, without Redis, and answers its result, however it ended: a failed run is a result, not an exception.
 * The same three roles as in production, over adapters in memory. `INVALID_WORKFLOW` lists every fault of the payload.
 */
export async function runLocal(payload: unknown, options: RunLocalOptions = {}): Promise<RunResult> {
  const { nodes = [], signal, onEvent, settings: given, logger = SILENT_LOGGER, ...enqueueOptions } = options;
  const { settings, registry, payloads } = localSetup(given, nodes);
  const read = payloads.read(payload);
  const workflow = read instanceof Promise ? await read : read;
  const engine = createLocalEngine({ settings, registry, workflow, log: logger });
  await engine.start();
  try {
    const run = await engine.producer.enqueueWorkflow(workflow, enqueueOptions);
    const cancel = (): void => void run.cancel();
    if (signal?.aborted === true) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    // A listener that throws cancels the run, and what it threw is this call's error.
    const watching = onEvent === undefined ? undefined : watch(run.events(), onEvent).catch(rememberAnd(cancel));
    const result = await run.result().finally(() => signal?.removeEventListener("abort", cancel));
    const thrown = await watching;
    if (thrown !== undefined) throw thrown.error;
    return result;
  } finally {
    await engine.stop();
  }
}

async function watch(events: AsyncIterable<RunEvent>, onEvent: NonNullable<RunLocalOptions["onEvent"]>): Promise<undefined> {
  for await (const event of events) await onEvent(event);
}

function rememberAnd(act: () => void): (error: unknown) => { readonly error: unknown } {
  return (error) => {
    act();
    return { error };
  };
}
