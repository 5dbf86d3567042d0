import { DEFAULTS } from "../../core/config/defaults.ts";
import { followRedirects } from "./follow-redirects.ts";
import type { GuardedAgent } from "./guarded-agent.ts";
import type { HttpRequest } from "./http-request.ts";
import { systemNetwork, type HttpNetwork } from "./network.ts";
import { readBody } from "./read-body.ts";
import { headerOf, requireSuccess } from "./response.ts";
import { withTimeLimit } from "./time-limit.ts";
import { createUrlGuard } from "./url-guard.ts";

/** What `http` nodes may reach, and the limits of one request. */
export interface HttpSettings {
  /** Hosts that may be fetched from: exact names or `*.example.org`. @default [] any */
  readonly httpAllowedHosts?: readonly string[];
  /** Internal hosts that may be reached all the same: a host or address, either with `:port`, an address range, or `*`. @default [] none */
  readonly httpAllowInternal?: readonly string[];
  /** How long a request may take, redirects and bodies included, in ms. @default 30_000 */
  readonly httpTimeoutMs?: number;
  /** Largest body, decoded, in bytes. @default 10_485_760 */
  readonly httpMaxResponseBytes?: number;
  /** The redirect of this number is refused. @default 10 */
  readonly httpMaxRedirects?: number;
}

/** Makes requests within the rules of `docs/http.md`. */
export interface HttpClient {
  /** The body of the answer as text. Rejects with what the `http` node fails with, or with the signal's reason. */
  fetchText(request: HttpRequest, signal: AbortSignal): Promise<string>;
  /** Closes idle connections. They keep no process alive and close by themselves, so this is for those who count them. */
  close(): Promise<void>;
}

/** Builds a client with a connection pool of its own. Does no I/O; a list entry that cannot be read is `INVALID_SETTING`. */
export function createHttpClient(settings: HttpSettings, network: HttpNetwork = systemNetwork): HttpClient {
  const timeoutMs = settings.httpTimeoutMs ?? DEFAULTS.httpTimeoutMs;
  const maxBytes = settings.httpMaxResponseBytes ?? DEFAULTS.httpMaxResponseBytes;
  const maxRedirects = settings.httpMaxRedirects ?? DEFAULTS.httpMaxRedirects;
  let opening: Promise<GuardedAgent> | undefined;
  const guard = createUrlGuard({
    allowedHosts: settings.httpAllowedHosts ?? [],
    allowInternal: settings.httpAllowInternal ?? [],
    network,
  });
  return {
    fetchText: (request, signal) =>
      withTimeLimit(timeoutMs, signal, async (limitedSignal) => {
        // Loaded and made with the first request: most processes that know the type never fetch anything.
        opening ??= import("./guarded-agent.ts").then(({ createGuardedAgent }) => createGuardedAgent(timeoutMs));
        const agent = await opening;
        const response = await followRedirects({ agent, guard, maxRedirects, signal: limitedSignal }, request);
        await requireSuccess(response, limitedSignal);
        return readBody(response.body, headerOf(response, "content-encoding") ?? "", maxBytes);
      }),
    close: async () => (await opening)?.close(),
  };
}
