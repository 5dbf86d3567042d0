import type { HttpMethod, HttpRequest } from "./http-request.ts";

/** An answer that leads elsewhere: where from, and where to. */
export interface Redirect {
  readonly status: number;
  readonly from: URL;
  readonly to: URL;
}

/** What goes along to another origin: an allow-list, as any other header may carry credentials. */
const HARMLESS_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-type",
  "user-agent",
]);

const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function isRedirectStatus(status: number): boolean {
  return REDIRECT_STATUSES.has(status);
}

/**
 * The request that a redirect asks for, by the WHATWG fetch standard ("HTTP-redirect fetch"), which is stricter here in one thing: of the
 * headers, only harmless ones go to another origin. What is dropped is gone for the rest of the chain.
 */
export function redirectRequest(request: HttpRequest, { status, from, to }: Redirect): HttpRequest {
  const { method, headers, body } = request;
  const becomesGet = isTurnedIntoGet(status, method);
  const isSameOrigin = from.origin === to.origin;
  const kept = [...headers].filter(
    ([name]) => (isSameOrigin || HARMLESS_HEADERS.has(name)) && !(becomesGet && name.startsWith("content-")),
  );
  const redirected = { url: to.href, method: becomesGet ? "GET" : method, headers: new Map(kept) } as const;
  return becomesGet || body === undefined ? redirected : { ...redirected, body };
}

function isTurnedIntoGet(status: number, method: HttpMethod): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return method === "POST" && (status === 301 || status === 302);
}
