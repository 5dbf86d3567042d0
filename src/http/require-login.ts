import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { Logger } from "../core/ports/logger.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const CHALLENGE = { "www-authenticate": 'Basic realm="levelflow", charset="UTF-8"' };
const HINT = "Log in with LEVELFLOW_SERVE_USER and LEVELFLOW_SERVE_PASSWORD of this levelflow serve (HTTP Basic).\n";
const NO_UTF8 = "\u{FFFD}";

/**
 * HTTP Basic: browsers ask for it by themselves, `curl -u` and Prometheus send it, and there is no session to steal or to keep. A wrong
 * login is answered 401 and logged, with the user's name but never the password.
 */
export function requireLogin(credentials: Credentials, log: Logger): MiddlewareHandler {
  const expected = digest(`${credentials.user}:${credentials.password}`);
  return async (context, next) => {
    const given = readBasic(context.req.header("authorization"));
    // Digests are of one length, and comparing them takes the same time wherever they differ.
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return next();
    if (given !== undefined) log.warn({ user: userOf(given), path: context.req.path }, "a login was refused");
    return context.text(`${given === undefined ? "A login is needed." : "The login is wrong."} ${HINT}`, 401, CHALLENGE);
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** `user:password` of an `Authorization: Basic …` header. */
function readBasic(header: string | undefined): string | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  return text.includes(":") && !text.includes(NO_UTF8) ? text : undefined;
}

const MAX_SHOWN_LENGTH = 64;

function userOf(given: string): string {
  return given.slice(0, given.indexOf(":")).slice(0, MAX_SHOWN_LENGTH);
}
