import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";

/** One address of a host name. */
export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Gives every address of a host name; rejects, or answers an empty list, if there is none. */
export type ResolveHost = (host: string) => Promise<readonly HostAddress[]>;

/** What a client has to know of the machine it runs on. */
export interface HttpNetwork {
  readonly resolveHost: ResolveHost;
  /** The addresses of this machine, as they are now. */
  readonly ownAddresses: () => readonly string[];
}

/** Asks the system's resolver, as connections do. */
export const systemNetwork: HttpNetwork = {
  async resolveHost(host) {
    const addresses = await lookup(host, { all: true });
    return addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  },
  ownAddresses() {
    try {
      return Object.values(networkInterfaces()).flatMap((entries = []) => entries.map(({ address }) => address));
    } catch {
      // Some sandboxes do not tell. The ranges of internal addresses are refused all the same.
      return [];
    }
  },
};
