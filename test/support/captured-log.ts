import type { Logger } from "../../src/core/ports/logger.ts";

type Level = "debug" | "info" | "warn" | "error";

export interface LogLine {
  readonly level: Level;
  readonly fields: object;
  readonly message: string;
}

/** Keeps what is logged, and lets a test wait for it. */
export class CapturedLog {
  readonly lines: LogLine[] = [];
  readonly logger: Logger = this.#loggerWith({});
  readonly #waiting = new Set<() => void>();

  /** Resolves with the first line whose message begins so, when it is there. */
  async find(beginning: string): Promise<LogLine> {
    for (;;) {
      const line = this.lines.find(({ message }) => message.startsWith(beginning));
      if (line !== undefined) return line;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** The messages of these levels, in the order in which they came. */
  messages(...levels: readonly Level[]): string[] {
    return this.lines.filter(({ level }) => levels.includes(level)).map(({ message }) => message);
  }

  #loggerWith(given: object): Logger {
    const write =
      (level: Level): Logger["info"] =>
      (fields, message) => {
        this.lines.push({ level, fields: { ...given, ...fields }, message });
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
      };
    return {
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
      child: (fields) => this.#loggerWith({ ...given, ...fields }),
    };
  }
}
