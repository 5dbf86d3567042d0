import { lookup } from "node:dns/promises";

/** One address of a host name. */
export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Gives every address of a host name; rejects, or answers an empty list, if there is none. */
export type ResolveHost = (host: string) => Promise<readonly HostAddress[]>;

/** Asks the system's resolver, as connections do. */
export const resolveHostBySystem: ResolveHost = async (host) => {
  const addresses = await lookup(host, { all: true });
  return addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};
