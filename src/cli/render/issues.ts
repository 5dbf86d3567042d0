import type { WorkflowIssue } from "../../core/errors/levelflow-error.ts";
import { escapeText } from "./escape-text.ts";

/** Faults of a payload that are listed in text; `--json` has them all. */
const MAX_LISTED = 50;

/** A line for each fault: `nodes[3].data.op: expected text`. */
export function renderIssues(issues: readonly WorkflowIssue[]): string[] {
  const lines = issues.slice(0, MAX_LISTED).map(renderIssue);
  const rest = issues.length - lines.length;
  return rest > 0 ? [...lines, `… and ${rest} more, see --json`] : lines;
}

function renderIssue({ path, message }: WorkflowIssue): string {
  return `${path === "" ? "" : `${escapeText(path)}: `}${escapeText(message)}`;
}
