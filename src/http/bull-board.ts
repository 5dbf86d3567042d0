import { createBullBoard } from "@bull-board/api";
import type { BaseAdapter } from "@bull-board/api/baseAdapter";
import { HonoAdapter } from "@bull-board/hono";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";

export interface BullBoardOptions {
  /** Where it is mounted. */
  readonly path: `/${string}`;
  /** The queues that there are now. */
  readonly queues: () => Promise<readonly BaseAdapter[]>;
}

/** How long the list of queues counts as known, in ms: pools come and go. */
const QUEUES_MAX_AGE_MS = 5_000;

/** Bull Board over levelflow's queues. A pool that comes up later shows with the next look. */
export function bullBoard({ path, queues }: BullBoardOptions): Hono {
  const adapter = new HonoAdapter(serveStatic);
  adapter.setBasePath(path);
  const board = createBullBoard({
    queues: [],
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: "levelflow", hideDocsLink: true } },
  });
  let lookedAt = -Infinity;
  const app = new Hono();
  app.use("/api/*", async (_, next) => {
    const now = performance.now();
    if (now - lookedAt > QUEUES_MAX_AGE_MS) {
      board.replaceQueues(await queues());
      lookedAt = now;
    }
    await next();
  });
  app.route("/", adapter.registerPlugin());
  return app;
}
