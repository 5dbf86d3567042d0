import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A service of the example: what it answers, in a format of its own, and how long it takes to. */
interface Service {
  readonly contentType: string;
  readonly latencyMs: number;
  readonly body: string;
}

export const SERVICE_NAMES = ["catalogue", "prices", "stock", "ratings", "rates"] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

const SERVICES: Readonly<Record<ServiceName, Service>> = {
  catalogue: {
    contentType: "application/json",
    latencyMs: 300,
    body: JSON.stringify({
      items: [
        { sku: "T-100", name: "Trail tent" },
        { sku: "S-210", name: "Sleeping bag" },
        { sku: "C-330", name: "Camp stove" },
        { sku: "L-420", name: "Lantern" },
      ],
    }),
  },
  prices: {
    contentType: "text/csv",
    latencyMs: 250,
    body: "sku,currency,cents\nT-100,EUR,18900\nS-210,USD,12000\nC-330,NOK,69900\n",
  },
  stock: {
    contentType: "application/x-ndjson",
    latencyMs: 400,
    body: [
      { sku: "T-100", warehouse: "Bergen", count: 4 },
      { sku: "S-210", warehouse: "Bergen", count: 11 },
      { sku: "T-100", warehouse: "Porto", count: 3 },
      { sku: "C-330", warehouse: "Porto", count: 0 },
      { sku: "L-420", warehouse: "Porto", count: 25 },
    ]
      .map((line) => JSON.stringify(line))
      .join("\n"),
  },
  ratings: {
    contentType: "application/json",
    latencyMs: 200,
    body: JSON.stringify({ "T-100": [5, 4, 5, 4], "S-210": [3, 4], "C-330": [2, 5, 5] }),
  },
  rates: { contentType: "text/plain", latencyMs: 150, body: "# units of a currency for one euro\nEUR=1\nUSD=1.25\nNOK=11.65\n" },
};

export interface RunningServices {
  readonly ports: Readonly<Record<ServiceName, number>>;
  /** Ends the services and the connections to them. Can be called again. */
  stop(): Promise<void>;
}

/**
 * Starts the five services, each on a port of its own of 127.0.0.1: `firstPort` and the four after it, or free ones if that is 0.
 * They end by themselves after `lifeMs`.
 */
export async function startServices(options: { readonly lifeMs: number; readonly firstPort?: number }): Promise<RunningServices> {
  const servers: Server[] = [];
  const stop = async (): Promise<void> => {
    clearTimeout(endOfLife);
    await Promise.all(servers.map(closeServer));
  };
  const endOfLife = setTimeout(() => void stop(), options.lifeMs);
  try {
    const ports: Partial<Record<ServiceName, number>> = {};
    for (const [index, name] of SERVICE_NAMES.entries()) {
      const server = createService(SERVICES[name]);
      servers.push(server);
      ports[name] = await listen(server, options.firstPort ? options.firstPort + index : 0);
    }
    return { ports: ports as Record<ServiceName, number>, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createService({ contentType, latencyMs, body }: Service): Server {
  return createServer((_request, response) => {
    void sleep(latencyMs).then(() => {
      response.writeHead(200, { "content-type": contentType });
      response.end(body);
    });
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
