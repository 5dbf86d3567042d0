import { InvalidWorkflowError, type WorkflowIssue } from "../errors/levelflow-error.ts";

/** How much of the issues the message of the error repeats; `issues` has all of them in full. */
const MAX_LISTED_COUNT = 20;
const MAX_PATH_LENGTH = 200;
const MAX_LINE_LENGTH = 500;

/** Makes the error for a payload that was refused: a heading, then the first issues, one on the same line or each on one of its own. */
export function invalidWorkflow(heading: string, issues: readonly WorkflowIssue[]): InvalidWorkflowError {
  const lines = issues.slice(0, MAX_LISTED_COUNT).map(describeIssue);
  if (issues.length > lines.length) lines.push(`and ${issues.length - lines.length} more`);
  const [only] = lines;
  const list = lines.length === 1 && only !== undefined ? ` ${only}` : lines.map((line) => `\n  - ${line}`).join("");
  return new InvalidWorkflowError(`${heading}:${list}`, issues);
}

function describeIssue({ path, message }: WorkflowIssue): string {
  return shorten(path === "" ? message : `${shorten(path, MAX_PATH_LENGTH)}: ${message}`, MAX_LINE_LENGTH);
}

function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
