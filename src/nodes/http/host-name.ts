import { LevelflowError } from "../../core/errors/levelflow-error.ts";
import { quote } from "../../core/text/quote.ts";

/** A name or an IPv6 address in brackets; nothing else of a URL. */
const PLAIN_HOST = /^(?:[^/\\?#@*:\s]+|\[[\d:.a-f]+\])$/i;

/** The host of a setting's entry as the URL parser normalises hosts, so that the two compare. Refuses others with `INVALID_SETTING`. */
export function parseHostSetting(setting: string, entry: string, host: string): string {
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  if (url !== undefined && PLAIN_HOST.test(host)) return withoutFinalDot(url.hostname);
  throw new LevelflowError("INVALID_SETTING", `setting ${setting}: ${quote(entry)} is not a host this list can hold`);
}

/** `example.org.` and `example.org` are one host. */
export function withoutFinalDot(host: string): string {
  return host.replace(/\.$/, "");
}
