import type { LookupFunction } from "node:net";
import { LRUCache } from "lru-cache";
import { Agent, buildConnector, request, type Dispatcher } from "undici";
import type { HttpRequest } from "./http-request.ts";
import type { HostAddress } from "./network.ts";

/** A pool of connections that go to addresses a guard has checked, and nowhere else. */
export interface GuardedAgent {
  /** Makes the request over the pool, at the URL that the guard has read of it; redirects are not followed, nothing is sent twice. */
  send(request: HttpRequest, url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
  /** Notes that connections to the URL's origin may go to these addresses. Comes before each request. */
  allow(url: URL, addresses: readonly HostAddress[]): void;
}

interface CheckedOrigin {
  addresses: readonly HostAddress[];
  readonly connect: buildConnector.connector;
}

/** Origins whose addresses are remembered; far more than one process asks for at a time. */
const MAX_ORIGINS = 10_000;
/** How long a server may keep an idle connection open by its own wish. */
const MAX_KEEP_ALIVE_MS = 60_000;

/**
 * Builds the pool. Names are not resolved again when a connection is made, so an answer that changes after the check changes nothing;
 * TLS still names and verifies the host. Proxy variables of the environment are not looked at.
 */
export function createGuardedAgent(connectTimeoutMs: number): GuardedAgent {
  const origins = new LRUCache<string, CheckedOrigin>({ max: MAX_ORIGINS });
  const dispatcher = new Agent({
    connect: (options, callback) => {
      const origin = origins.get(`${options.protocol}//${options.host}`);
      if (origin !== undefined) origin.connect(options, callback);
      else callback(new Error(`no checked address of ${options.hostname}`), null);
    },
    keepAliveMaxTimeout: MAX_KEEP_ALIVE_MS,
    // The client limits the request as a whole.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    send: ({ method, headers, body }, url, signal) => request(url, { dispatcher, signal, method, headers, body: body ?? null }),
    close: () => dispatcher.close(),
    allow(url, addresses) {
      const known = origins.get(url.origin);
      if (known === undefined) origins.set(url.origin, createCheckedOrigin(addresses, connectTimeoutMs));
      else known.addresses = addresses;
    },
  };
}

function createCheckedOrigin(addresses: readonly HostAddress[], timeout: number): CheckedOrigin {
  const lookup: LookupFunction = (_host, options, callback) => {
    const wanted = origin.addresses.filter(({ family }) => !options.family || options.family === family);
    const [first] = wanted;
    if (first === undefined) callback(new Error("no checked address of the wanted family"), "", 0);
    else if (options.all === true) callback(null, wanted);
    else callback(null, first.address, first.family);
  };
  const origin: CheckedOrigin = { addresses, connect: buildConnector({ lookup, timeout }) };
  return origin;
}
