import { createLogUpdate } from "log-update";
import type { RunEvent } from "../core/run/run-event.ts";
import type { Output } from "./output.ts";
import { escapeText } from "./render/escape-text.ts";
import { progressLine } from "./render/progress-log.ts";
import { renderProgress } from "./render/progress-lines.ts";
import { applyEvent, createProgressModel } from "./render/progress-model.ts";

/** Shows on stderr how far a run is. */
export interface ProgressDisplay {
  /** Idempotent. */
  start(): void;
  onEvent(event: RunEvent): void;
  /** Shows a line of text that does not belong to the run, such as a worker's log. */
  note(line: string): void;
  /** Shows the last state for good. Idempotent. */
  stop(): void;
}

export interface ProgressDisplayParams {
  readonly output: Output;
  readonly levels: readonly (readonly string[])[];
  readonly title: string;
}

const FRAME_MS = 70;

/** Redraws in a terminal; elsewhere writes a line for what is worth one. */
export function createProgressDisplay(params: ProgressDisplayParams): ProgressDisplay {
  return params.output.noteView.isTerminal ? new LiveProgress(params) : new PlainProgress(params);
}

class LiveProgress implements ProgressDisplay {
  readonly #output: Output;
  readonly #title: string;
  readonly #model: ReturnType<typeof createProgressModel>;
  readonly #update: ReturnType<typeof createLogUpdate>;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor({ output, levels, title }: ProgressDisplayParams) {
    this.#output = output;
    this.#title = escapeText(title);
    this.#model = createProgressModel(levels);
    this.#update = createLogUpdate(output.noteStream);
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
  }

  onEvent(event: RunEvent): void {
    applyEvent(this.#model, event, Date.now());
  }

  note(line: string): void {
    if (this.#isStopped) this.#output.note(escapeText(line));
    else this.#update.persist(escapeText(line));
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#draw();
    this.#update.done();
    this.#output.note("");
  }

  #draw(): void {
    const { colors, width, height } = this.#output.noteView;
    const view = { now: Date.now(), width: width(), height: height(), colors, title: this.#title };
    this.#update(renderProgress(this.#model, view).join("\n"));
  }
}

class PlainProgress implements ProgressDisplay {
  readonly #output: Output;
  readonly #model: ReturnType<typeof createProgressModel>;

  constructor({ output, levels }: ProgressDisplayParams) {
    this.#output = output;
    this.#model = createProgressModel(levels);
  }

  start(): void {
    return;
  }

  onEvent(event: RunEvent): void {
    applyEvent(this.#model, event, Date.now());
    const line = progressLine(event, this.#model);
    if (line !== undefined) this.#output.note(line);
  }

  note(line: string): void {
    this.#output.note(escapeText(line));
  }

  stop(): void {
    return;
  }
}
