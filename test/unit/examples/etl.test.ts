import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readDatasetNode, transformNodes, writeReportNode } from "../../../examples/etl/nodes.ts";
import type { AnyNodeDefinition } from "../../../src/core/node/define-node.ts";
import type { JsonValue } from "../../../src/core/json/json-value.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { definitionOf, runHandler } from "./run-handler.ts";

const WEATHER = table({
  location: ["Oslo", "Oslo", "Oslo", "Rome", "Oslo"],
  date: ["2012-01-01", "2012-01-02", "2013-01-01", "2012-07-01", "2012-12-31"],
  precipitation: [0, 5, 1, 0.5, 2],
  temp_max: [1, 2, 3, 30, -5],
  temp_min: [-1, -2, -3, 20, -9],
  weather: ["snow", "rain", "snow", "sun", "snow"],
});
const FLIGHTS = table({
  date: ["2001/01/01 08:00", "2001/01/01 09:00", "2001/01/02 10:00", "2001/01/02 11:00"],
  delay: [10, 30, -4, 0],
  distance: [100, 100, 300, 100],
  origin: ["AAA", "BBB", "CCC", "AAA"],
  destination: ["BBB", "AAA", "AAA", "CCC"],
});
const AIRPORTS = table({
  iata: ["AAA", "BBB"],
  city: ["Aville", "Btown"],
  state: ["AK", "BC"],
  latitude: [0, 0],
  longitude: [0, 90],
});

describe("read_dataset", () => {
  test("reads the asked columns, numbers as numbers, quoted fields whole", async () => {
    const data = { file: "airports.csv", columns: { iata: "text", name: "text", latitude: "number" } };
    const read = (await runHandler(readDatasetNode, { data })) as { rowCount: number; columns: Record<string, JsonValue[]> };
    expect(read.rowCount).toBe(3376);
    expect(Object.keys(read.columns)).toEqual(["iata", "name", "latitude"]);
    expect(read.columns["name"]).toHaveLength(3376);
    expect(typeof read.columns["latitude"]?.[0]).toBe("number");
  });

  test("fails for good where a column is missing", async () => {
    const data = { file: "airports.csv", columns: { altitude: "number" } };
    await expect(runHandler(readDatasetNode, { data })).rejects.toMatchObject({ name: "TerminalError" });
  });

  test("reads no file outside the data sets", async () => {
    await expect(runHandler(readDatasetNode, { data: { file: "../package.json", columns: {} } })).rejects.toThrow(
      "vega-datasets",
    );
  });

  test("ends its wait when the signal comes", async () => {
    const data = { file: "airports.csv", columns: {}, latencyMs: 60_000 };
    await expect(runHandler(readDatasetNode, { data, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
  });
});

describe("transforms", () => {
  test("monthly_weather averages over the years a month was seen in", async () => {
    const rows = await runHandler(transform("monthly_weather"), { inputs: { WEATHER } });
    expect(rows).toEqual([
      { city: "Oslo", month: "01", days: 3, meanHighC: 2, meanLowC: -2, meanPrecipitationMm: 3, wetDayShare: 0.667 },
      { city: "Oslo", month: "12", days: 1, meanHighC: -5, meanLowC: -9, meanPrecipitationMm: 2, wetDayShare: 1 },
      { city: "Rome", month: "07", days: 1, meanHighC: 30, meanLowC: 20, meanPrecipitationMm: 0.5, wetDayShare: 0 },
    ]);
  });

  test("weather_by_season puts December into winter", async () => {
    const rows = await runHandler(transform("weather_by_season"), { inputs: { WEATHER } });
    expect(rows).toEqual([
      {
        city: "Oslo",
        season: "winter",
        days: 4,
        warmestC: 3,
        coldestC: -9,
        precipitationMm: 8,
        weatherShares: { rain: 0.25, snow: 0.75 },
      },
      { city: "Rome", season: "summer", days: 1, warmestC: 30, coldestC: 20, precipitationMm: 0.5, weatherShares: { sun: 1 } },
    ]);
  });

  test("delays_by_airport leaves out airports with too few flights", async () => {
    const rows = await runHandler(transform("delays_by_airport"), { data: { minFlights: 2 }, inputs: { FLIGHTS, AIRPORTS } });
    expect(rows).toEqual([{ iata: "AAA", city: "Aville, AK", flights: 2, meanDelayMinutes: 5, lateShare: 0 }]);
  });

  test("delays_by_airport keeps an airport that is not in the list, without a city", async () => {
    const rows = await runHandler(transform("delays_by_airport"), { data: { top: 3 }, inputs: { FLIGHTS, AIRPORTS } });
    expect(rows).toMatchObject([{ iata: "BBB", lateShare: 1 }, { iata: "AAA" }, { iata: "CCC", city: null }]);
  });

  test("busiest_routes counts both directions and measures a quarter of the equator", async () => {
    const rows = await runHandler(transform("busiest_routes"), { data: { top: 1 }, inputs: { FLIGHTS, AIRPORTS } });
    expect(rows).toEqual([{ route: "AAA-BBB", flights: 2, meanDelayMinutes: 20, reportedMiles: 100, greatCircleMiles: 6218 }]);
  });

  test("rain_and_delays matches calendar days of different years", async () => {
    const data = { airports: { Oslo: ["BBB", "CCC"], Rome: ["AAA"] } };
    const rows = await runHandler(transform("rain_and_delays"), { data, inputs: { WEATHER, FLIGHTS } });
    // Oslo: 0.5 mm and 20 min on 1 January, 5 mm and -2 min on 2 January. Rome has no weather in January.
    expect(rows).toEqual([
      { city: "Oslo", airports: ["BBB", "CCC"], days: 2, correlation: -1 },
      { city: "Rome", airports: ["AAA"], days: 0, correlation: 0 },
    ]);
  });
});

describe("write_report", () => {
  test("writes the sections by name, leaves no draft, and the same bytes again", async () => {
    const folder = tempFolder();
    const output = join(folder, "deep", "report.json");
    const given = { data: { output }, inputs: { b: [1, 2], a: [{ x: 1 }] } };
    const first = await runHandler(writeReportNode, given);
    expect(JSON.parse(readFileSync(output, "utf8"))).toEqual({ a: [{ x: 1 }], b: [1, 2] });
    expect(first).toMatchObject({
      file: output,
      bytes: readFileSync(output).length,
      sections: { a: { rowCount: 1, first: { x: 1 } }, b: { rowCount: 2, first: 1 } },
    });
    expect(await runHandler(writeReportNode, given)).toEqual(first);
    expect(readdirSync(join(folder, "deep"))).toEqual(["report.json"]);
  });

  test("leaves no draft where the report cannot be written", async () => {
    const folder = tempFolder();
    await expect(runHandler(writeReportNode, { data: { output: folder }, inputs: { a: [] } })).rejects.toThrow();
    expect(existsSync(folder)).toBe(true);
    expect(
      readdirSync(join(folder, "..")).filter((name) => name.endsWith(".tmp") && folder.endsWith(name.split(".")[0] ?? "")),
    ).toEqual([]);
  });
});

function transform(type: string): AnyNodeDefinition {
  return definitionOf({ type }, transformNodes);
}

function table(columns: Record<string, (string | number)[]>): JsonValue {
  return { file: "test", rowCount: Object.values(columns)[0]?.length ?? 0, columns };
}
