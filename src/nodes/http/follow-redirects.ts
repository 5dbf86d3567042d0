import { TerminalError } from "../../core/errors/node-errors.ts";
import { describeError } from "./describe-error.ts";
import type { GuardedAgent } from "./guarded-agent.ts";
import type { HttpRequest } from "./http-request.ts";
import { isRedirectStatus, redirectRequest } from "./redirect-request.ts";
import { discardBody, type Response } from "./response.ts";
import type { UrlGuard, UrlVerdict } from "./url-guard.ts";

export interface FollowOptions {
  readonly agent: GuardedAgent;
  readonly guard: UrlGuard;
  readonly maxRedirects: number;
  readonly signal: AbortSignal;
}

/** Makes the request and those that it is redirected to, each target checked like the first, until there is an answer. */
export async function followRedirects(options: FollowOptions, first: HttpRequest): Promise<Response> {
  const { agent, guard, maxRedirects, signal } = options;
  let request = first;
  let { url, addresses } = requireAllowed(await guard(request.url), "URL validation failed");
  for (let redirectCount = 1; ; redirectCount++) {
    agent.allow(url, addresses);
    const response = await send(request, url, options);
    const location = locationOf(response);
    if (location === undefined) return response;
    await discardBody(response, signal);
    if (redirectCount >= maxRedirects) throw new TerminalError(`too many redirects (max ${maxRedirects})`);
    const from = url;
    ({ url, addresses } = requireAllowed(await guard(location, from), "redirect URL validation failed"));
    request = redirectRequest(request, { status: response.statusCode, from, to: url });
  }
}

function requireAllowed(verdict: UrlVerdict, failure: string): UrlVerdict & { readonly kind: "allowed" } {
  switch (verdict.kind) {
    case "allowed":
      return verdict;
    case "refused":
      throw new TerminalError(`${failure}: ${verdict.reason}`);
    case "unresolved":
      throw new Error(`${failure}: ${verdict.reason}`, { cause: verdict.cause });
  }
}

async function send(request: HttpRequest, url: URL, { agent, signal }: FollowOptions): Promise<Response> {
  try {
    return await agent.send(request, url, signal);
  } catch (error) {
    throw new Error(`HTTP request failed: ${describeError(error)}`, { cause: error });
  }
}

/** Where a response leads, read as UTF-8, as browsers do; `undefined` if it is an answer. */
function locationOf({ statusCode, headers: { location } }: Response): string | undefined {
  if (!isRedirectStatus(statusCode) || location === undefined) return undefined;
  if (Array.isArray(location)) throw new TerminalError("redirect URL validation failed: more than one Location header");
  return Buffer.from(location, "latin1").toString();
}
