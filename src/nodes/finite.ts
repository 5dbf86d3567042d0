import { TerminalError } from "../core/errors/node-errors.ts";

/** The number itself; a result that is not finite fails the node. */
export function finite(nodeType: string, result: number): number {
  if (!Number.isFinite(result)) throw new TerminalError(`${nodeType} result is not a finite number`);
  return result;
}
