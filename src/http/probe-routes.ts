import { Hono } from "hono";
import type { Verdict } from "./judge-health.ts";

/** What a process tells of itself to whoever looks after it. */
export interface Probes {
  readonly verdict: () => Verdict;
  /** What was measured, if it is. */
  readonly metrics?: MetricsText | undefined;
}

/** Metrics as Prometheus takes them. */
export interface MetricsText {
  readonly contentType: string;
  read(): Promise<string>;
}

/**
 * `/livez`: 503 when only a restart helps; `/readyz`: 503 while it cannot do its work. Both answer with the verdict as JSON, without
 * asking Redis anything.
 */
export function probeRoutes({ verdict }: Pick<Probes, "verdict">): Hono {
  const app = new Hono();
  const answer = (isGood: (verdict: Verdict) => boolean): Response => {
    const judged = verdict();
    return Response.json(judged, { status: isGood(judged) ? 200 : 503, headers: { "cache-control": "no-store" } });
  };
  app.get("/livez", () => answer(({ live }) => live));
  app.get("/readyz", () => answer(({ ready }) => ready));
  return app;
}

/** `/metrics`, for Prometheus. */
export function metricsRoute({ metrics }: Pick<Probes, "metrics">): Hono {
  const app = new Hono();
  if (metrics === undefined) return app;
  app.get("/metrics", async (context) => context.text(await metrics.read(), 200, { "content-type": metrics.contentType }));
  return app;
}
