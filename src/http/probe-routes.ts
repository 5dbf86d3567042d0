import { Hono } from "hono";
import type { Verdict } from "./judge-health.ts";

/** What a process tells of itself to whoever looks after it. */
export interface Probes {
  readonly verdict: () => Verdict;
}

/**
 * `/livez`: 503 when only a restart helps; `/readyz`: 503 while it cannot do its work. Both answer with the verdict as JSON, without
 * asking Redis anything.
 */
export function probeRoutes({ verdict }: Probes): Hono {
  const app = new Hono();
  const answer = (isGood: (verdict: Verdict) => boolean): Response => {
    const judged = verdict();
    return Response.json(judged, { status: isGood(judged) ? 200 : 503, headers: { "cache-control": "no-store" } });
  };
  app.get("/livez", () => answer(({ live }) => live));
  app.get("/readyz", () => answer(({ ready }) => ready));
  return app;
}
