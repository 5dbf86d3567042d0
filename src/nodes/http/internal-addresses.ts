import ipaddr from "ipaddr.js";

const INTERNAL_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map((range) => ipaddr.IPv4.parseCIDR(range));

const INTERNAL_IPV6 = ["::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8", "64:ff9b:1::/48"].map((range) =>
  ipaddr.IPv6.parseCIDR(range),
);

/** The forms of IPv6 that stand for an IPv4 address, and the byte at which that begins. */
const EMBEDDING_IPV6 = [
  { range: "::ffff:0:0/96", offset: 12 }, // mapped
  { range: "::/96", offset: 12 }, // compatible
  { range: "64:ff9b::/96", offset: 12 }, // NAT64
  { range: "2002::/16", offset: 2 }, // 6to4
].map(({ range, offset }) => ({ range: ipaddr.IPv6.parseCIDR(range), offset }));

/** Whether a host name means this machine whatever a resolver says: `localhost` and all below it, a final dot aside. */
export function isLocalhostName(host: string): boolean {
  const name = host.replace(/\.$/, "");
  return name === "localhost" || name.endsWith(".localhost");
}

/** Whether an IP address is internal: in the ranges of `docs/payload.md`, rule 6. What is no address counts as internal. */
export function isInternalAddress(text: string): boolean {
  const address = parseAddress(text);
  if (address === undefined) return true;
  if (address instanceof ipaddr.IPv4) return isInternalIpv4(address);
  return INTERNAL_IPV6.some((range) => address.match(range)) || embeddedIpv4(address).some(isInternalIpv4);
}

/** Reads an IP address as resolvers and the URL parser print them; a zone is left out. `undefined` for a host name. */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const [bare = ""] = text.replace(/^\[(.*)\]$/, "$1").split("%");
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.IPv6.parse(bare) : undefined;
}

function isInternalIpv4(address: ipaddr.IPv4): boolean {
  return INTERNAL_IPV4.some((range) => address.match(range));
}

function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4[] {
  const bytes = address.toByteArray();
  return EMBEDDING_IPV6.filter(({ range }) => address.match(range)).map(
    ({ offset }) => new ipaddr.IPv4(bytes.slice(offset, offset + 4)),
  );
}
