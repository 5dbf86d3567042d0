import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json, whatever the caller's working directory is. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Set-up could not be finished. The message is all that the user gets to see; there is no stack trace to it. */
export class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs a script's main function; a SetupError ends the process with its message and exit code. */
export async function main(body) {
  try {
    process.exitCode = await body(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
