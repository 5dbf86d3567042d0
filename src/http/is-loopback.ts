import { isIPv4, isIPv6 } from "node:net";

/** Whether only this machine reaches a server on this host: a name or an address, without brackets. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (isIPv4(name)) return name.startsWith("127.");
  if (isIPv6(name)) return name === "::1" || /^(0+:){7}0*1$/.test(name);
  return name === "localhost";
}
