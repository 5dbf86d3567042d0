import type { Settings } from "../core/config/settings.ts";
import type { Logger } from "../core/ports/logger.ts";
import { createLogger } from "../telemetry/logger.ts";
import { createLineLogger } from "./line-logger.ts";
import type { Colors, Output } from "./output.ts";
import { escapeText } from "./render/escape-text.ts";
import { formatMoment } from "./render/format-time.ts";

/** The log of a role that is a process of its own: lines for people in a terminal, JSON for collectors elsewhere, or as `logFormat` says. */
export function createRoleLogger(
  { logLevel, logFormat }: Pick<Settings, "logLevel" | "logFormat">,
  { noteView: { isTerminal, colors }, note }: Pick<Output, "noteView" | "note">,
): Logger {
  if (logFormat === "json" || (logFormat === "auto" && !isTerminal)) return createLogger({ logLevel });
  return createLineLogger(logLevel, (line, level) => {
    const [, time = ""] = formatMoment(Date.now()).split(" ");
    note(`${colors.dim(time)} ${paintLevel(level, colors, escapeText(line))}`);
  });
}

/** Only what asks for attention is dressed. */
function paintLevel(level: string, colors: Colors, line: string): string {
  if (level === "error") return colors.red(line);
  if (level === "warn") return colors.yellow(line);
  return level === "debug" ? colors.dim(line) : line;
}
