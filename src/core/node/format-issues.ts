import type { z } from "zod";
import { formatPath } from "../text/format-path.ts";

/** Issues that a message tells; a list of thousands helps nobody. */
const MAX_TOLD_COUNT = 5;

/** What was refused: a node's data, its inputs or its result. */
export type IssueRoot = "data" | "inputs" | "output";

/** Puts a schema's issues into one message, first issue first: its own text if it has no path, else `<message> at data.<path>`. */
export function formatIssues(issues: readonly Pick<z.core.$ZodIssue, "path" | "message">[], root: IssueRoot): string {
  return issues
    .slice(0, MAX_TOLD_COUNT)
    .map(({ path, message }) => (path.length === 0 ? message : `${message} at ${formatPath([root, ...path])}`))
    .join("; ");
}
