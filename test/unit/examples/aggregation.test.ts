import { afterEach, describe, expect, test } from "vitest";
import { mergeProducts, parsers } from "../../../examples/aggregation/nodes.ts";
import { SERVICE_NAMES, startServices, type RunningServices } from "../../../examples/aggregation/services.ts";
import type { AnyNodeDefinition } from "../../../src/core/node/define-node.ts";
import { definitionOf, runHandler } from "./run-handler.ts";

let services: RunningServices | undefined;
afterEach(() => services?.stop());

describe("startServices", () => {
  test("answers on five ports of loopback until it is stopped", async () => {
    const running = (services = await startServices({ lifeMs: 60_000 }));
    const { ports } = running;
    const bodies = await Promise.all(SERVICE_NAMES.map(async (name) => (await fetch(`http://127.0.0.1:${ports[name]}/`)).text()));
    expect(new Set(bodies).size).toBe(5);
    await running.stop();
    await running.stop();
    await expect(fetch(`http://127.0.0.1:${ports.rates}/`)).rejects.toThrow();
  });

  test("starts none if one port is taken", async () => {
    services = await startServices({ lifeMs: 60_000 });
    const taken = services.ports.rates;
    await expect(startServices({ lifeMs: 60_000, firstPort: taken })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("parsers", () => {
  test.each([
    ["parse_catalogue", '{"items":[{"sku":"A","name":"Lamp","extra":1}]}', { A: { name: "Lamp" } }],
    ["parse_prices", "sku,currency,cents\r\nA,EUR,150\n", { A: { currency: "EUR", cents: 150 } }],
    ["parse_stock", '{"sku":"A","count":2}\n{"sku":"A","count":3}\n', { A: { inStock: 5 } }],
    ["parse_ratings", '{"A":[5,4,4]}', { A: { rating: 4.33, ratings: 3 } }],
    ["parse_rates", "# comment\nUSD=1.25\n", { USD: 1.25 }],
  ])("%s", async (type, body, expected) => {
    expect(await runHandler(parser(type), { inputs: { body } })).toEqual(expected);
  });

  test("fail for good on an answer of another shape", async () => {
    await expect(runHandler(parser("parse_catalogue"), { inputs: { body: "<html>" } })).rejects.toMatchObject({
      name: "TerminalError",
    });
  });
});

describe("merge_products", () => {
  test("converts prices and shows as null what no service knows", async () => {
    const inputs = {
      rates: { USD: 1.25 },
      names: { A: { name: "Lamp" } },
      prices: { A: { currency: "USD", cents: 1000 }, B: { currency: "?", cents: 1 } },
      stock: { A: { inStock: 3 } },
    };
    expect(await runHandler(mergeProducts, { inputs })).toEqual({
      products: [
        { sku: "A", name: "Lamp", priceEuro: 8, inStock: 3, rating: null, ratings: 0 },
        { sku: "B", name: null, priceEuro: null, inStock: null, rating: null, ratings: 0 },
      ],
      stockValueEuro: 24,
    });
  });
});

function parser(type: string): AnyNodeDefinition {
  return definitionOf({ type }, parsers);
}
