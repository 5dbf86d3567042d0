import { defineNode, TerminalError } from "levelflow";
import { z } from "zod";

/** What one service says of the products, by article number. */
const facts = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number()])));
const rates = z.record(z.string(), z.number());
const body = z.tuple([z.string()]);

/** Transforms: the answer of an http node is text; each of these reads one service's format. */
export const parsers = [
  defineNode({
    type: "parse_catalogue",
    data: z.object({}),
    inputs: body,
    run({ inputs: [text] }) {
      const { items } = parseJson(text, z.object({ items: z.array(z.object({ sku: z.string(), name: z.string() })) }));
      return Object.fromEntries(items.map(({ sku, name }) => [sku, { name }]));
    },
  }),
  defineNode({
    type: "parse_prices",
    data: z.object({}),
    inputs: body,
    run({ inputs: [text] }) {
      const rows = linesOf(text)
        .slice(1)
        .map((line) => line.split(","));
      return Object.fromEntries(rows.map(([sku = "", currency = "", cents]) => [sku, { currency, cents: Number(cents) }]));
    },
  }),
  defineNode({
    type: "parse_stock",
    data: z.object({}),
    inputs: body,
    run({ inputs: [text] }) {
      const entries = linesOf(text).map((line) => parseJson(line, z.object({ sku: z.string(), count: z.number() })));
      const totals = new Map<string, number>();
      for (const { sku, count } of entries) totals.set(sku, (totals.get(sku) ?? 0) + count);
      return Object.fromEntries([...totals].map(([sku, inStock]) => [sku, { inStock }]));
    },
  }),
  defineNode({
    type: "parse_ratings",
    data: z.object({}),
    inputs: body,
    run({ inputs: [text] }) {
      const ratings = Object.entries(parseJson(text, z.record(z.string(), z.array(z.number()).min(1))));
      const mean = (stars: number[]): number => stars.reduce((total, star) => total + star, 0) / stars.length;
      return Object.fromEntries(ratings.map(([sku, stars]) => [sku, { rating: round(mean(stars)), ratings: stars.length }]));
    },
  }),
  defineNode({
    type: "parse_rates",
    data: z.object({}),
    inputs: body,
    run({ inputs: [text] }) {
      const lines = linesOf(text).filter((line) => !line.startsWith("#"));
      return Object.fromEntries(lines.map((line) => line.split("=")).map(([currency = "", rate]) => [currency, Number(rate)]));
    },
  }),
];

/** One record a product: exchange rates first, then any number of services' facts. What no service knows is `null`. */
export const mergeProducts = defineNode({
  type: "merge_products",
  data: z.object({}),
  inputs: z.tuple([rates], facts),
  run({ inputs: [perEuro, ...services] }) {
    const skus = [...new Set(services.flatMap((service) => Object.keys(service)))].sort();
    const products = skus.map((sku) => mergeProduct(sku, Object.assign({}, ...services.map((service) => service[sku])), perEuro));
    const stockValueEuro = products.reduce((total, { priceEuro, inStock }) => total + (priceEuro ?? 0) * (inStock ?? 0), 0);
    return { products, stockValueEuro: round(stockValueEuro) };
  },
});

const product = z.object({
  name: z.string().nullable().default(null),
  currency: z.string().optional(),
  cents: z.number().optional(),
  inStock: z.number().nullable().default(null),
  rating: z.number().nullable().default(null),
  ratings: z.number().default(0),
});

function mergeProduct(sku: string, known: unknown, perEuro: Readonly<Record<string, number>>) {
  const { name, currency, cents, inStock, rating, ratings } = product.parse(known);
  const rate = currency === undefined ? undefined : perEuro[currency];
  const priceEuro = cents === undefined || rate === undefined ? null : round(cents / 100 / rate);
  return { sku, name, priceEuro, inStock, rating, ratings };
}

/** A service that answers something else will do so again: no retry mends it. */
function parseJson<T>(text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TerminalError(`the service answered something else than expected: ${String(cause)}`);
  }
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
