/** A URL that may be asked for as far as its text tells, or the reason why not. */
export type UrlCheck = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly reason: string };

const WEB_SCHEME = /^ *https?:/i;
/** `//` and a host: after user information, which ends at the last `@`, something that is neither empty nor a port. */
const AUTHORITY = /^ *https?:\/\/([^/\\?#]*)/i;

/**
 * Reads a URL and checks what its text alone decides: rules 1 to 5 of `docs/http.md`, in their order. With `base`, the text is the
 * target of a redirect from there and may be relative.
 */
export function checkUrl(text: string, base?: URL): UrlCheck {
  if (hasControlCharacter(text)) return refuse("invalid URL");
  if (WEB_SCHEME.test(text) && !hasHost(text)) return refuse("URL must have a hostname");
  const url = parseUrl(text, base);
  if (url === undefined) return refuse("invalid URL");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return refuse(`invalid URL scheme '${url.protocol.slice(0, -1)}': only http and https are allowed`);
  }
  if (url.username !== "" || url.password !== "") return refuse("URL must not contain a user name or password");
  return { ok: true, url };
}

function refuse(reason: string): UrlCheck {
  return { ok: false, reason };
}

/** U+0000 to U+001F and U+007F. The parser would leave some of them out. */
function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}

function hasHost(text: string): boolean {
  const authority = AUTHORITY.exec(text)?.[1] ?? "";
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  return host !== "" && !host.startsWith(":");
}

function parseUrl(text: string, base: URL | undefined): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
