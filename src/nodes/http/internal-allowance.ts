import ipaddr from "ipaddr.js";
import { LevelflowError } from "../../core/errors/levelflow-error.ts";
import { quote } from "../../core/text/quote.ts";
import { parseHostSetting, withoutFinalDot } from "./host-name.ts";
import { parseAddress } from "./internal-addresses.ts";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What configuration lets `http` nodes reach although it is internal. */
export interface InternalAllowance {
  /** Whether the host may be internal, whatever it resolves to. */
  allowsHost(host: string, port: number): boolean;
  /** Whether this one address may be reached. */
  allowsAddress(address: string, port: number): boolean;
}

type Entry =
  | { readonly kind: "all" }
  | { readonly kind: "range"; readonly range: [Address, number]; readonly port: number | undefined }
  | { readonly kind: "host"; readonly host: string; readonly port: number | undefined };

/**
 * Reads `httpAllowInternal`: a host name (`localhost`, `db.internal`), an address, either with `:port`, an address range
 * (`10.1.0.0/16`), or `*` for everything. An address or range also covers names that resolve into it, except for localhost names,
 * which must be listed themselves. An entry that is none of these is `INVALID_SETTING`.
 */
export function parseInternalAllowance(entries: readonly string[]): InternalAllowance {
  const rules = entries.map(parseEntry);
  return {
    allowsHost: (host, port) =>
      rules.some(
        (rule) =>
          rule.kind === "all" || (rule.kind === "host" && rule.host === withoutFinalDot(host) && hasPort(rule.port, port)),
      ),
    allowsAddress: (text, port) => {
      const address = unmapped(parseAddress(text));
      return (
        address !== undefined &&
        rules.some((rule) => rule.kind === "range" && covers(rule.range, address) && hasPort(rule.port, port))
      );
    },
  };
}

function parseEntry(entry: string): Entry {
  if (entry === "*") return { kind: "all" };
  if (entry.includes("/")) return { kind: "range", range: parseRange(entry), port: undefined };
  const [, host, port] = splitPort(entry);
  const address = unmapped(parseAddress(host));
  if (address !== undefined) return { kind: "range", range: [address, address.toByteArray().length * 8], port };
  return { kind: "host", host: parseHostSetting("httpAllowInternal", entry, host), port };
}

function parseRange(entry: string): [Address, number] {
  if (!ipaddr.isValidCIDR(entry)) {
    throw new LevelflowError(
      "INVALID_SETTING",
      `setting httpAllowInternal: ${quote(entry)} is not an address range like 10.1.0.0/16`,
    );
  }
  return ipaddr.parseCIDR(entry);
}

/** `host:port` into its parts; the colons of a bare IPv6 address are no ports. */
function splitPort(entry: string): [entry: string, host: string, port: number | undefined] {
  const parts = ipaddr.IPv6.isValid(entry) ? null : /^(.+):(\d{1,5})$/.exec(entry);
  return parts === null ? [entry, entry, undefined] : [entry, parts[1] ?? "", Number(parts[2])];
}

function covers(range: [Address, number], address: Address): boolean {
  return range[0].kind() === address.kind() && address.match(range);
}

function hasPort(allowed: number | undefined, port: number): boolean {
  return allowed === undefined || allowed === port;
}

/** An IPv4 address in its IPv6 dress is the IPv4 address. */
function unmapped(address: Address | undefined): Address | undefined {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}
