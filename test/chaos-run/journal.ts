import { appendFileSync } from "node:fs";
import { join } from "node:path";

/** What is done to the processes, to Redis and to the connections. */
export const FAULT_KINDS = [
  "kill worker",
  "kill scheduler",
  "freeze worker",
  "freeze scheduler",
  "kill Redis",
  "slow connection",
  "cut connection",
  "halve connection",
  "block event loop",
  "restart worker",
  "restart scheduler",
  "rolling deploy",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault as it was inflicted. Times are those of this machine's clock, in ms; Redis on the same machine has the same. */
export interface Fault {
  readonly kind: FaultKind;
  /** The process that it was done to, with its incarnation; empty for Redis. */
  readonly target: string;
  readonly at: number;
  /** When things were as before: the process went on, Redis was back, the connection was whole. */
  until: number;
}

/** Something that must not be. */
export interface Finding {
  readonly runId?: string;
  readonly what: string;
  readonly evidence?: unknown;
}

/** Takes down what is done, and what is found. */
export class Journal {
  readonly startedAt = Date.now();
  readonly faults: Fault[] = [];
  readonly findings: Finding[] = [];
  readonly #file: string;
  readonly #isVerbose: boolean;

  constructor(folder: string, isVerbose: boolean) {
    this.#file = join(folder, "faults.log");
    this.#isVerbose = isVerbose;
  }

  begin(kind: FaultKind, target: string, detail = ""): Fault {
    const at = Date.now();
    const fault: Fault = { kind, target, at, until: at };
    this.faults.push(fault);
    this.note([kind, target, detail].filter((part) => part !== "").join(" · "));
    return fault;
  }

  end(fault: Fault): void {
    fault.until = Date.now();
    this.note(`over: ${fault.kind} · ${fault.target} · after ${String(fault.until - fault.at)} ms`);
  }

  find(finding: Finding): void {
    this.findings.push(finding);
    this.note(`FOUND ${finding.runId ?? ""} ${finding.what}`);
  }

  note(text: string): void {
    const line = `${((Date.now() - this.startedAt) / 1_000).toFixed(3).padStart(9)} ${text}`;
    appendFileSync(this.#file, `${line}\n`);
    if (this.#isVerbose) console.error(line);
  }
}
