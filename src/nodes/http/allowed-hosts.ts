import { parseHostSetting, withoutFinalDot } from "./host-name.ts";

/** Whether a host, as the URL parser prints it, is in a list. */
export type HostTest = (host: string) => boolean;

/**
 * Reads `httpAllowedHosts`: exact names, or `*.example.org` for every name below `example.org` but not that itself. An empty list
 * allows any host. An entry that is no host is `INVALID_SETTING`.
 */
export function parseAllowedHosts(entries: readonly string[]): HostTest {
  if (entries.length === 0) return () => true;
  const names = new Set<string>();
  const suffixes: string[] = [];
  for (const entry of entries) {
    if (entry.startsWith("*.")) suffixes.push(`.${parseHostSetting("httpAllowedHosts", entry, entry.slice(2))}`);
    else names.add(parseHostSetting("httpAllowedHosts", entry, entry));
  }
  return (host) => {
    const name = withoutFinalDot(host);
    return names.has(name) || suffixes.some((suffix) => name.endsWith(suffix) && name.length > suffix.length);
  };
}
