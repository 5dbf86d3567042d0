import type { MiddlewareHandler } from "hono";
import { isLoopback } from "./is-loopback.ts";

/** What a request says of where it comes from. */
export interface Provenance {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which browsers set and pages cannot. */
  readonly fetchSite: string | undefined;
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
const OWN_SITES = new Set(["same-origin", "none"]);

/**
 * Why a request is refused, if it is. Browsers send a login along with requests that other sites' pages make, so what changes something has
 * to come from a page of this server, or from no browser at all. Without a login the host has to be this machine's own name, too: another
 * site's name may be made to point here (DNS rebinding), and its pages would pass for ours.
 */
export function foreignness(
  { method, host, origin, fetchSite }: Provenance,
  { hasLogin }: { hasLogin: boolean },
): string | undefined {
  if (!hasLogin && !isLoopback(hostName(host))) {
    return "without a login this server answers to localhost only: use that name, or set LEVELFLOW_SERVE_PASSWORD";
  }
  if (SAFE_METHODS.has(method)) return undefined;
  const isOwn = fetchSite === undefined ? origin === undefined || hostOf(origin) === host : OWN_SITES.has(fetchSite);
  return isOwn ? undefined : "this request comes from a page of another site";
}

/** Answers 403 to what {@link foreignness} refuses. */
export function refuseForeign(options: { readonly hasLogin: boolean }): MiddlewareHandler {
  return async ({ req, text }, next) => {
    const [host, origin, fetchSite] = [req.header("host"), req.header("origin"), req.header("sec-fetch-site")];
    const reason = foreignness({ method: req.method, host, origin, fetchSite }, options);
    return reason === undefined ? next() : text(`Refused: ${reason}.\n`, 403);
  };
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** `[::1]:8420` → `::1`. */
function hostName(host = ""): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, "") : "";
}
