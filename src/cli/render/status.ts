import type { NodeStatus, RunStatus } from "../../core/run/states.ts";
import type { Colors } from "../output.ts";

/** Dresses a status in its colour. */
export function paintStatus(status: RunStatus | NodeStatus, colors: Colors, text: string = status): string {
  switch (status) {
    case "completed":
      return colors.green(text);
    case "failed":
    case "failing":
      return colors.red(text);
    case "cancelled":
    case "cancelling":
    case "paused":
      return colors.yellow(text);
    case "running":
      return colors.cyan(text);
    case "queued":
    case "pending":
    case "skipped":
      return colors.dim(text);
  }
}

/** A sign for how a run ended or stands. */
export function markOf(status: RunStatus): string {
  switch (status) {
    case "completed":
      return "✔";
    case "failed":
    case "failing":
      return "✖";
    case "cancelled":
    case "cancelling":
      return "■";
    case "paused":
      return "‖";
    case "queued":
    case "running":
      return "◐";
  }
}
