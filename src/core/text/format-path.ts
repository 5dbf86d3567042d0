import { quote } from "./quote.ts";

const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/** Writes a path as one would in code: `nodes[3].data.op`, with keys that are no plain names as `["a b"]`; empty for no steps. */
export function formatPath(steps: readonly PropertyKey[]): string {
  let path = "";
  for (const step of steps) {
    if (typeof step === "number") path += `[${step}]`;
    else if (typeof step === "string" && PLAIN_KEY.test(step)) path += path === "" ? step : `.${step}`;
    else path += `[${quote(String(step))}]`;
  }
  return path;
}
