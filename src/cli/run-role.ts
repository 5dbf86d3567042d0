import type { Logger } from "../core/ports/logger.ts";
import { listenForStop, untilAborted } from "./listen-for-stop.ts";

/** A scheduler or a worker. */
export interface Role {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface RunRoleParams {
  readonly role: Role;
  readonly logger: Logger;
  /** What the line that tells of its readiness says besides. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly name: "scheduler" | "worker";
}

/**
 * Runs a role until SIGINT or SIGTERM: running nodes get their grace, then their signal. A second one ends the process at once. One that
 * comes while the role still waits for Redis ends the waiting.
 */
export async function runRole({ role, logger, facts, name }: RunRoleParams): Promise<number> {
  const stop = listenForStop(() => process.exit(1));
  const isReady = await Promise.race([role.start().then(() => true), untilAborted(stop.signal).then(() => false)]);
  if (isReady) {
    logger.info(facts, `${name} ready`);
    await untilAborted(stop.signal);
  }
  logger.info({}, `${name} stopping: once more ends it at once`);
  await role.stop();
  stop.dispose();
  return 0;
}
