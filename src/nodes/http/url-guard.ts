import { parseAllowedHosts } from "./allowed-hosts.ts";
import { checkUrl } from "./check-url.ts";
import { isInternalAddress, isLocalhostName, parseAddress } from "./internal-addresses.ts";
import { parseInternalAllowance } from "./internal-allowance.ts";
import type { HostAddress, HttpNetwork, ResolveHost } from "./network.ts";

/** The answer of a {@link UrlGuard}. A refusal is final; a host that does not resolve may do so later. */
export type UrlVerdict =
  | { readonly kind: "allowed"; readonly url: URL; readonly addresses: readonly HostAddress[] }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unresolved"; readonly reason: string; readonly cause: unknown };

/** Decides whether a URL may be fetched, and at which addresses. `base` is where a redirect comes from. */
export type UrlGuard = (text: string, base?: URL) => Promise<UrlVerdict>;

export interface UrlGuardOptions {
  readonly allowedHosts: readonly string[];
  readonly allowInternal: readonly string[];
  readonly network: HttpNetwork;
}

const INTERNAL = "access to internal/private IP addresses is blocked for security reasons";

/**
 * Builds the guard of `docs/http.md`. The rules are applied in their order, but for one thing: a host outside the list of allowed
 * hosts is not resolved, so that no name leaves the machine that way.
 */
export function createUrlGuard({ allowedHosts, allowInternal, network }: UrlGuardOptions): UrlGuard {
  const isAllowedHost = parseAllowedHosts(allowedHosts);
  const allowance = parseInternalAllowance(allowInternal);

  function isBlockedName(host: string, port: number): boolean {
    return isLocalhostName(host) && !allowance.allowsHost(host, port);
  }

  function isBlockedAddress({ address }: HostAddress, host: string, port: number): boolean {
    if (allowance.allowsHost(host, port) || allowance.allowsAddress(address, port)) return false;
    return isInternalAddress(address, network.ownAddresses());
  }

  return async (text, base) => {
    const check = checkUrl(text, base);
    if (!check.ok) return { kind: "refused", reason: check.reason };
    const { url } = check;
    const host = url.hostname;
    const port = portOf(url);
    const literal = literalAddress(host);
    if (isBlockedName(host, port) || (literal !== undefined && isBlockedAddress(literal, host, port))) {
      return { kind: "refused", reason: INTERNAL };
    }
    if (!isAllowedHost(host)) return { kind: "refused", reason: `URL hostname '${host}' is not in the allowed list` };
    const resolution = literal === undefined ? await resolve(host, network.resolveHost) : { addresses: [literal] };
    if (resolution.addresses.length === 0) {
      return { kind: "unresolved", reason: `cannot resolve host '${host}'`, cause: resolution.cause };
    }
    if (resolution.addresses.some((address) => isBlockedAddress(address, host, port)))
      return { kind: "refused", reason: INTERNAL };
    return { kind: "allowed", url, addresses: resolution.addresses };
  };
}

function portOf(url: URL): number {
  return url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
}

/** The address that a host is by itself; `undefined` for names. */
function literalAddress(host: string): HostAddress | undefined {
  const address = parseAddress(host);
  return address === undefined ? undefined : { address: address.toString(), family: address.kind() === "ipv6" ? 6 : 4 };
}

async function resolve(
  host: string,
  resolveHost: ResolveHost,
): Promise<{ readonly addresses: readonly HostAddress[]; readonly cause?: unknown }> {
  try {
    return { addresses: await resolveHost(host) };
  } catch (cause) {
    return { addresses: [], cause };
  }
}
