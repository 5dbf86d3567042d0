import type { Command } from "commander";
import type { Output } from "./output.ts";

/** What every command is given. */
export interface CommandContext {
  readonly output: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Adds one command to the program. `done` takes the exit code of what it ran. */
export type AddCommand = (program: Command, context: CommandContext, done: (exitCode: number) => void) => void;
