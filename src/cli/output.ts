import { format } from "node:util";
import pc from "picocolors";
import { escapeText } from "./render/escape-text.ts";

export type Colors = ReturnType<typeof pc.createColors>;

/** A text stream and what can be shown on it. */
export interface View {
  readonly isTerminal: boolean;
  readonly colors: Colors;
  /** Current width, in columns. */
  readonly width: () => number;
  /** Current height, in rows. */
  readonly height: () => number;
}

/** Where a command's text goes: what it answers to stdout, everything else to stderr. */
export interface Output {
  readonly answerView: View;
  readonly noteView: View;
  readonly noteStream: NodeJS.WriteStream;
  /** Writes to stdout as it is. */
  write(text: string): void;
  /** Prints the lines of an answer on stdout. */
  print(text: string): void;
  /** Prints one JSON document on stdout. */
  printJson(document: unknown): void;
  /** Prints a line for the reader of a terminal or a log on stderr. */
  note(text: string): void;
  /** Resolves when stdout has taken everything. */
  flush(): Promise<void>;
}

/** What an output needs of the process. */
export type OutputProcess = Pick<NodeJS.Process, "stdout" | "stderr" | "env" | "exit">;

const DEFAULT_WIDTH = 80;
const DEFAULT_HEIGHT = 24;

/**
 * Takes over stdout: from here on only the command's own answer goes there. What node handlers print, in this process too, goes to
 * stderr, so `--json` stays one document.
 */
export function createOutput(host: OutputProcess): Output {
  const { stdout, stderr } = host;
  const writeAnswer = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  // The reader of a pipe may leave early (`| head`): nothing is wrong then.
  for (const stream of [stdout, stderr]) stream.on("error", (error: NodeJS.ErrnoException) => endOnBrokenPipe(error, host));
  const write = (text: string): void => void writeAnswer(text);
  return {
    answerView: viewOf(stdout, host.env),
    noteView: viewOf(stderr, host.env),
    noteStream: stderr,
    write,
    print: (text) => write(`${text}\n`),
    printJson: (document) => write(`${toSafeJson(document, stdout.isTTY ? 2 : undefined)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    flush: () => new Promise((resolve) => writeAnswer("", () => resolve())),
  };
}

/** JSON text that is safe to show: what `JSON.stringify` leaves raw though a terminal acts on it is written as `\uXXXX`, too. */
export function toSafeJson(document: unknown, indent?: number): string {
  const text = JSON.stringify(document, undefined, indent);
  return indent === undefined ? escapeText(text) : text.split("\n").map(escapeText).join("\n");
}

function viewOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): View {
  const isTerminal = isTerminalStream(stream, env);
  return {
    isTerminal,
    colors: pc.createColors(hasColors(isTerminal, env)),
    width: () => stream.columns || DEFAULT_WIDTH,
    height: () => stream.rows || DEFAULT_HEIGHT,
  };
}

/** A pipe has no `isTTY` at all, whatever its type says, and to picocolors `undefined` would mean that it may decide for itself. */
function isTerminalStream({ isTTY }: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return isTTY === true && env["TERM"] !== "dumb";
}

function hasColors(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return isTerminal;
}

function endOnBrokenPipe(error: NodeJS.ErrnoException, host: OutputProcess): void {
  if (error.code === "EPIPE") host.exit(0);
  else throw new Error(format("cannot write: %s", error.message), { cause: error });
}
