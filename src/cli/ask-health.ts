import { z } from "zod";
import type { Settings } from "../core/config/settings.ts";
import { escapeText } from "./render/escape-text.ts";
import { formatMs } from "./render/format-time.ts";

/** How long a process may take to say how it is, in ms. One that takes longer is not well. */
const TIMEOUT_MS = 2_500;

const ANSWER = z.object({
  live: z.boolean(),
  ready: z.boolean(),
  status: z.string(),
  reason: z.string().optional(),
  forMs: z.number().optional(),
});

type Answer = z.output<typeof ANSWER>;
type Where = Pick<Settings, "healthHost" | "healthPort" | "serveHost" | "servePort">;

/** Asks the role that answers at the health port, or `serve` if there is none. `no-answer` if nobody does. */
export async function askHealth(question: "live" | "ready", where: Where): Promise<Answer> {
  const url = `${addressOf(where)}/${question}z`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
    return ANSWER.parse(await response.json());
  } catch (error) {
    return { live: false, ready: false, status: "no-answer", reason: `${url}: ${reasonOf(error)}` };
  }
}

/** `ready`, or what is the matter. */
export function describeAnswer(question: "live" | "ready", answer: Answer): string {
  const { status, reason, forMs } = answer;
  if (answer[question]) return question;
  const details = [reason === undefined ? [] : [reason], forMs === undefined ? [] : [`for ${formatMs(forMs)}`]].flat();
  return escapeText([`not ${question}: ${status}`, ...details].join(", "));
}

/** A server that listens on every address is asked on this machine's own. */
function addressOf({ healthHost, healthPort, serveHost, servePort }: Where): string {
  const [host, port] = healthPort === undefined ? [serveHost, servePort] : [healthHost, healthPort];
  const own = { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
  return `http://${own.includes(":") ? `[${own}]` : own}:${String(port)}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return "what answers is not levelflow";
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${String(TIMEOUT_MS)} ms`;
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
