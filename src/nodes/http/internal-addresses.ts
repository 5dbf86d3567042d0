import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Networks in which nothing public answers. */
export const INTERNAL_RANGES: readonly string[] = [
  "0.0.0.0/8", // this machine
  "10.0.0.0/8", // private
  "100.64.0.0/10", // behind a provider's NAT
  "127.0.0.0/8", // loopback
  "168.63.129.16/32", // what Azure tells its machines, in the middle of public addresses
  "169.254.0.0/16", // link-local, and what other clouds tell their machines
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments, and what older Oracle clouds tell their machines
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks, and what proxies and VPNs invent for names
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, and broadcast
  "::/128", // this machine
  "::1/128", // loopback
  "64:ff9b:1::/48", // NAT64 inside a network
  "2001::/32", // Teredo, which hides IPv4 addresses and serves nobody any more
  "5f00::/16", // segment routing inside a network
  "fc00::/7", // private
  "fe80::/10", // link-local
  "fec0::/10", // private, of old
  "ff00::/8", // multicast
];

/** The forms of IPv6 that stand for an IPv4 address, and the byte at which that begins. */
export const EMBEDDING_RANGES: ReadonlyMap<string, number> = new Map([
  ["::ffff:0:0/96", 12], // mapped
  ["::ffff:0:0:0/96", 12], // translated
  ["::/96", 12], // compatible
  ["64:ff9b::/96", 12], // NAT64
  ["2002::/16", 2], // 6to4
]);

const INTERNAL_IPV4 = INTERNAL_RANGES.filter((range) => !range.includes(":")).map((range) => ipaddr.IPv4.parseCIDR(range));
const INTERNAL_IPV6 = INTERNAL_RANGES.filter((range) => range.includes(":")).map((range) => ipaddr.IPv6.parseCIDR(range));
const EMBEDDING_IPV6 = Array.from(EMBEDDING_RANGES, ([range, offset]) => ({ range: ipaddr.IPv6.parseCIDR(range), offset }));

/** Bytes 8 to 11 of an address, of any prefix, whose last four are an IPv4 address: ISATAP. */
const ISATAP = [
  [0x00, 0x00, 0x5e, 0xfe],
  [0x02, 0x00, 0x5e, 0xfe],
];

const NONE: readonly string[] = [];

/** Whether a host name means this machine whatever a resolver says: `localhost` and all below it, a final dot aside. */
export function isLocalhostName(host: string): boolean {
  const name = host.replace(/\.$/, "");
  return name === "localhost" || name.endsWith(".localhost");
}

/** Whether an IP address is internal (`docs/http.md`, rule 6) or one of `ownAddresses`. What is no address counts as internal. */
export function isInternalAddress(text: string, ownAddresses: readonly string[] = NONE): boolean {
  const address = parseAddress(text);
  if (address === undefined) return true;
  const own = new Set(ownAddresses.map((own) => parseAddress(own)?.toString()));
  return [address, ...embeddedIpv4(address)].some((meant) => isInInternalRange(meant) || own.has(meant.toString()));
}

/** Reads an IP address as resolvers and the URL parser print them; a zone is left out. `undefined` for a host name. */
export function parseAddress(text: string): Address | undefined {
  const [bare = ""] = text.replace(/^\[(.*)\]$/, "$1").split("%");
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.IPv6.parse(bare) : undefined;
}

function isInInternalRange(address: Address): boolean {
  if (address instanceof ipaddr.IPv4) return INTERNAL_IPV4.some((range) => address.match(range));
  return INTERNAL_IPV6.some((range) => address.match(range));
}

function embeddedIpv4(address: Address): ipaddr.IPv4[] {
  if (address instanceof ipaddr.IPv4) return [];
  const bytes = address.toByteArray();
  const offsets = EMBEDDING_IPV6.filter(({ range }) => address.match(range)).map(({ offset }) => offset);
  if (ISATAP.some((mark) => mark.every((byte, index) => bytes[8 + index] === byte))) offsets.push(12);
  return offsets.map((offset) => new ipaddr.IPv4(bytes.slice(offset, offset + 4)));
}
