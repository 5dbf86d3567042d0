import { CommanderError } from "commander";
import { InvalidWorkflowError, LevelflowError, type WorkflowIssue } from "../core/errors/levelflow-error.ts";
import type { Output } from "./output.ts";
import { escapeText } from "./render/escape-text.ts";
import { renderIssues } from "./render/issues.ts";

/** What `--json` prints, under `error`, for a command that could not do its work. */
interface ErrorDocument {
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly WorkflowIssue[];
  readonly runId?: string;
}

/** Tells of an error, on stdout as JSON or on stderr as text, and answers the exit code for it. */
export function reportError(error: unknown, { output, asJson }: { readonly output: Output; readonly asJson: boolean }): number {
  if (error instanceof CommanderError) return reportUsage(error, output, asJson);
  if (!(error instanceof LevelflowError)) return reportUnexpected(error, output, asJson);
  if (asJson) output.printJson({ error: toDocument(error) });
  else for (const line of describe(error)) output.note(line);
  return error.exitCode;
}

/** Help and version are no errors; commander has printed them. */
function reportUsage(error: CommanderError, output: Output, asJson: boolean): number {
  if (error.exitCode === 0) return 0;
  const isHelp = error.code === "commander.help";
  const message = isHelp ? "no command was given: see levelflow --help" : error.message.replace(/^error: /, "");
  if (asJson) output.printJson({ error: { code: "INVALID_SETTING", message } satisfies ErrorDocument });
  else if (!isHelp) output.note(`levelflow: ${message.split("\n").map(escapeText).join("\n")}\nTry: levelflow --help`);
  return 2;
}

function reportUnexpected(error: unknown, output: Output, asJson: boolean): number {
  const message = error instanceof Error ? error.message : String(error);
  if (asJson) output.printJson({ error: { code: "UNEXPECTED", message } satisfies ErrorDocument });
  const detail = error instanceof Error ? (error.stack ?? message) : message;
  output.note(`levelflow: unexpected error, please report it\n${detail.split("\n").map(escapeText).join("\n")}`);
  return 1;
}

function toDocument(error: LevelflowError): ErrorDocument {
  return {
    code: error.code,
    message: error.message,
    ...(error instanceof InvalidWorkflowError ? { issues: error.issues } : {}),
    ...(error.runId === undefined ? {} : { runId: error.runId }),
  };
}

function describe(error: LevelflowError): string[] {
  const issues = error instanceof InvalidWorkflowError ? error.issues : [];
  // A single fault is in the message already. Of several the message has some, below its first line.
  if (issues.length < 2) return [`levelflow: ${escapeText(error.message)} [${error.code}]`];
  const heading = error.message.split("\n", 1)[0] ?? "";
  return [`levelflow: ${escapeText(heading)} [${error.code}]`, ...renderIssues(issues).map((line) => `  ${line}`)];
}
