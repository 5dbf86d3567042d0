import type { Dispatcher } from "undici";
import { DEFAULTS } from "../../core/config/defaults.ts";
import { RetryableError, TerminalError } from "../../core/errors/node-errors.ts";
import { ACCEPT_ENCODING } from "./decode-body.ts";
import { describeError } from "./describe-error.ts";
import type { GuardedAgent } from "./guarded-agent.ts";
import { readBody } from "./read-body.ts";
import { resolveHostBySystem, type ResolveHost } from "./resolve-host.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { withTimeLimit } from "./time-limit.ts";
import { createUrlGuard, type UrlGuard, type UrlVerdict } from "./url-guard.ts";

/** What `http` nodes may reach, and the limits of one request. */
export interface HttpSettings {
  /** Hosts that may be fetched from: exact names or `*.example.org`. @default [] any */
  readonly httpAllowedHosts?: readonly string[];
  /** Internal hosts that may be reached all the same: a host or address, either with `:port`, an address range, or `*`. @default [] none */
  readonly httpAllowInternal?: readonly string[];
  /** How long a request may take, redirects and body included, in ms. @default 30_000 */
  readonly httpTimeoutMs?: number;
  /** Largest body, decoded, in bytes. @default 10_485_760 */
  readonly httpMaxResponseBytes?: number;
  /** The redirect of this number is refused. @default 10 */
  readonly httpMaxRedirects?: number;
}

/** Fetches texts with GET, within the rules of `docs/payload.md`. */
export interface HttpClient {
  /** The body as text. Rejects with what the `http` node fails with, or with the signal's reason. */
  fetchText(url: string, signal: AbortSignal): Promise<string>;
  /** Closes idle connections. They keep no process alive and close by themselves, so this is for those who count them. */
  close(): Promise<void>;
}

type Response = Dispatcher.ResponseData;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** How much of a body that nobody reads is taken in so that its connection can be used again. */
const MAX_DISCARDED_BYTES = 64 * 1024;

/** Builds a client with a connection pool of its own. Does no I/O; a list entry that cannot be read is `INVALID_SETTING`. */
export function createHttpClient(settings: HttpSettings, resolveHost: ResolveHost = resolveHostBySystem): HttpClient {
  const timeoutMs = settings.httpTimeoutMs ?? DEFAULTS.httpTimeoutMs;
  const maxBytes = settings.httpMaxResponseBytes ?? DEFAULTS.httpMaxResponseBytes;
  const maxRedirects = settings.httpMaxRedirects ?? DEFAULTS.httpMaxRedirects;
  let opening: Promise<GuardedAgent> | undefined;
  const guard = createUrlGuard({
    allowedHosts: settings.httpAllowedHosts ?? [],
    allowInternal: settings.httpAllowInternal ?? [],
    resolveHost,
  });
  return {
    fetchText: (url, signal) =>
      withTimeLimit(timeoutMs, signal, async (limitedSignal) => {
        // Loaded and made with the first request: most processes that know the type never fetch anything.
        opening ??= import("./guarded-agent.ts").then(({ createGuardedAgent }) => createGuardedAgent(timeoutMs));
        const agent = await opening;
        const response = await followRedirects({ agent, guard, maxRedirects, signal: limitedSignal }, url);
        await requireSuccess(response, limitedSignal);
        return readBody(response.body, header(response, "content-encoding") ?? "", maxBytes);
      }),
    close: async () => (await opening)?.close(),
  };
}

interface FollowOptions {
  readonly agent: GuardedAgent;
  readonly guard: UrlGuard;
  readonly maxRedirects: number;
  readonly signal: AbortSignal;
}

/** Asks for the URL and for what it redirects to, each target checked like the first, until there is an answer. */
async function followRedirects({ agent, guard, maxRedirects, signal }: FollowOptions, text: string): Promise<Response> {
  let { url, addresses } = requireAllowed(await guard(text), "URL validation failed");
  for (let redirectCount = 1; ; redirectCount++) {
    agent.allow(url, addresses);
    const response = await get(url, agent, signal);
    const location = REDIRECTS.has(response.statusCode) ? header(response, "location") : undefined;
    if (location === undefined) return response;
    await discardBody(response, signal);
    if (redirectCount >= maxRedirects) throw new TerminalError(`too many redirects (max ${maxRedirects})`);
    ({ url, addresses } = requireAllowed(await guard(location, url), "redirect URL validation failed"));
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

async function get(url: URL, agent: GuardedAgent, signal: AbortSignal): Promise<Response> {
  try {
    return await agent.get(url, {
      signal,
      headers: { accept: "*/*", "accept-encoding": ACCEPT_ENCODING, "user-agent": "levelflow" },
    });
  } catch (error) {
    throw new Error(`HTTP request failed: ${describeError(error)}`, { cause: error });
  }
}

/** Lets 2xx pass. A server that is busy or broken may answer later, perhaps after the time it asks for; other answers stay as they are. */
async function requireSuccess(response: Response, signal: AbortSignal): Promise<void> {
  const { statusCode } = response;
  if (statusCode >= 200 && statusCode <= 299) return;
  await discardBody(response, signal);
  const message = `HTTP request returned error status: ${statusCode}`;
  if (statusCode < 500 && statusCode !== 429) throw new TerminalError(message);
  const retryAfterMs = parseRetryAfter(header(response, "retry-after"), Date.now());
  throw new RetryableError(message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

async function discardBody({ body }: Response, signal: AbortSignal): Promise<void> {
  try {
    await body.dump({ limit: MAX_DISCARDED_BYTES, signal });
  } catch {
    // Its connection is gone; what counts is the status, which is known.
  }
}

function header({ headers }: Response, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}
