import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { redisFaultOf } from "../core/errors/redis-fault.ts";
import type { Logger } from "../core/ports/logger.ts";
import { metricsRoute, probeRoutes, type Probes } from "./probe-routes.ts";
import { refuseForeign } from "./refuse-foreign.ts";
import { requireLogin, type Credentials } from "./require-login.ts";

export interface ServeAppOptions extends Probes {
  /** Where pages are behind the login, and what answers there. */
  readonly pages: Readonly<Record<`/${string}`, Hono>>;
  /** Where `/` leads. */
  readonly home: `/${string}`;
  /** Who may see them; `undefined`: everybody on this machine. */
  readonly credentials: Credentials | undefined;
  readonly log: Logger;
}

/** Pages take scripts, fonts and data from this server only, and stand in no frame. Bull Board puts style into its elements. */
const POLICY = {
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    objectSrc: ["'none'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
  referrerPolicy: "same-origin",
  // Whether there is TLS in front is not known here.
  strictTransportSecurity: false,
} as const satisfies Parameters<typeof secureHeaders>[0];

/** What `levelflow serve` answers: health checks to everybody, all else behind the login, metrics too. */
export function createServeApp({ pages, home, credentials, log, ...probes }: ServeAppOptions): Hono {
  const app = new Hono({ strict: false });
  app.use(secureHeaders(mutable(POLICY)));
  app.route("/", probeRoutes(probes));
  app.use(refuseForeign({ hasLogin: credentials !== undefined }));
  if (credentials !== undefined) app.use(requireLogin(credentials, log));
  app.use(async (context, next) => {
    await next();
    // What was seen behind a login is not to be found in a cache after it. Files whose names hold their hash may stay.
    if (!context.req.path.includes("/static/")) context.header("cache-control", "no-store");
  });
  app.route("/", metricsRoute(probes));
  app.get("/", (context) => context.redirect(home));
  for (const [path, page] of Object.entries(pages)) app.route(path, page);
  app.notFound((context) => context.text("There is nothing here.\n", 404));
  app.onError((error, context) => {
    const fault = redisFaultOf(error);
    if (fault !== undefined) return context.text(`Redis cannot be asked now: ${fault.reason}.\n`, 503);
    log.error({ err: error, path: context.req.path }, "a request failed");
    return context.text("The request failed; the log of levelflow serve says why.\n", 500);
  });
  return app;
}

function mutable<T>(value: T): Mutable<T> {
  return structuredClone(value);
}
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends object ? Mutable<T[Key]> : T[Key] };
