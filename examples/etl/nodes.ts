import { setTimeout as sleep } from "node:timers/promises";
import { defineNode } from "levelflow";
import { z } from "zod";
import { readDataset } from "./dataset.ts";
import { busiestRoutes, delaysByAirport, rainAndDelays } from "./flights.ts";
import { monthlyWeather, weatherBySeason } from "./weather.ts";
import { writeReport } from "./write-report.ts";

/** Stands in for the time that a source, service or store takes to answer; the work itself comes on top of it. */
const latencyMs = z.number().int().min(0).max(60_000).default(0);
const top = z.number().int().min(1).default(10);

const texts = z.array(z.string());
const numbers = z.array(z.number());
const weatherTable = z.object({
  columns: z.object({
    location: texts,
    date: texts,
    precipitation: numbers,
    temp_max: numbers,
    temp_min: numbers,
    weather: texts,
  }),
});
const flightsTable = z.object({
  columns: z.object({ date: texts, delay: numbers, distance: numbers, origin: texts, destination: texts }),
});
const airportsTable = z.object({
  columns: z.object({ iata: texts, city: texts, state: texts, latitude: numbers, longitude: numbers }),
});

/** Extract: some columns of a CSV or JSON file of vega-datasets, as a table. */
export const readDatasetNode = defineNode({
  type: "read_dataset",
  data: z.object({
    file: z.string().regex(/^[\w.-]+\.(csv|json)$/, "use the name of a .csv or .json file of vega-datasets"),
    columns: z.record(z.string(), z.enum(["text", "number"])),
    latencyMs,
  }),
  async run({ data, signal }) {
    await sleep(data.latencyMs, undefined, { signal });
    return readDataset(data.file, data.columns, signal);
  },
});

/** Transforms: each takes tables in the order of its edges and gives the rows of one section of the report. */
export const transformNodes = [
  defineNode({
    type: "monthly_weather",
    data: z.object({ latencyMs }),
    inputs: z.tuple([weatherTable]),
    async run({ data, inputs: [weather], signal }) {
      await sleep(data.latencyMs, undefined, { signal });
      return monthlyWeather(weather.columns);
    },
  }),
  defineNode({
    type: "weather_by_season",
    data: z.object({ latencyMs }),
    inputs: z.tuple([weatherTable]),
    async run({ data, inputs: [weather], signal }) {
      await sleep(data.latencyMs, undefined, { signal });
      return weatherBySeason(weather.columns);
    },
  }),
  defineNode({
    type: "delays_by_airport",
    data: z.object({ minFlights: z.number().int().min(1).default(1), top, latencyMs }),
    inputs: z.tuple([flightsTable, airportsTable]),
    async run({ data, inputs: [flights, airports], signal }) {
      await sleep(data.latencyMs, undefined, { signal });
      return delaysByAirport(flights.columns, airports.columns, data);
    },
  }),
  defineNode({
    type: "busiest_routes",
    data: z.object({ top, latencyMs }),
    inputs: z.tuple([flightsTable, airportsTable]),
    async run({ data, inputs: [flights, airports], signal }) {
      await sleep(data.latencyMs, undefined, { signal });
      return busiestRoutes(flights.columns, airports.columns, data);
    },
  }),
  defineNode({
    type: "rain_and_delays",
    data: z.object({ airports: z.record(z.string(), z.array(z.string())), latencyMs }),
    inputs: z.tuple([weatherTable, flightsTable]),
    async run({ data, inputs: [weather, flights], signal }) {
      await sleep(data.latencyMs, undefined, { signal });
      return rainAndDelays(weather.columns, flights.columns, data.airports);
    },
  }),
];

const section = z.array(z.json());

/** Load: the report as one JSON file with a section for each source, named by its id. Repeating it writes the same bytes. */
export const writeReportNode = defineNode({
  type: "write_report",
  data: z.object({ output: z.string().min(1), latencyMs }),
  inputs: z.array(section).min(1, "write_report needs at least 1 section"),
  async run({ data, inputsBySource, idempotencyKey, signal }) {
    await sleep(data.latencyMs, undefined, { signal });
    const sections = sectionsOf(inputsBySource);
    const written = await writeReport(data.output, `${JSON.stringify(sections, null, 2)}\n`, idempotencyKey);
    const summaries = Object.entries(sections).map(
      ([name, rows]) => [name, { rowCount: rows.length, first: rows[0] ?? null }] as const,
    );
    return { ...written, sections: Object.fromEntries(summaries) };
  },
});

function sectionsOf(inputsBySource: Readonly<Record<string, unknown>>) {
  const names = Object.keys(inputsBySource).sort();
  return Object.fromEntries(names.map((name) => [name, section.parse(inputsBySource[name])]));
}
