import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect } from "vitest";

// What the examples have to find out, worked out from their data in another way.

const DATA = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data");

interface Weather {
  location: string;
  date: string;
  precipitation: number;
  temp_max: number;
}

interface Flight {
  date: string;
  delay: number;
  origin: string;
  destination: string;
}

function weather(): Weather[] {
  const lines = readFileSync(join(DATA, "weather.csv"), "utf8").trim().split("\n").slice(1);
  return lines.map((line) => {
    const [location = "", date = "", precipitation, temp_max] = line.split(",");
    return { location, date, precipitation: Number(precipitation), temp_max: Number(temp_max) };
  });
}

export function flights(): Flight[] {
  return JSON.parse(readFileSync(join(DATA, "flights-10k.json"), "utf8")) as Flight[];
}

export function novemberInSeattle(): Record<string, unknown> {
  const days = weather().filter(({ location, date }) => location === "Seattle" && date.slice(5, 7) === "11");
  expect(days).toHaveLength(4 * 30);
  const precipitation = days.reduce((total, day) => total + day.precipitation, 0);
  const wetDays = days.filter((day) => day.precipitation >= 1).length;
  return {
    city: "Seattle",
    month: "11",
    days: 120,
    meanPrecipitationMm: expect.closeTo(precipitation / 4, 2) as number,
    wetDayShare: expect.closeTo(wetDays / 120, 3) as number,
  };
}

export function summerInNewYork(): Record<string, unknown> {
  const days = weather().filter(({ location, date }) => location === "New York" && ["06", "07", "08"].includes(date.slice(5, 7)));
  return { city: "New York", season: "summer", days: 4 * 92, warmestC: Math.max(...days.map((day) => day.temp_max)) };
}

export function mostDelayedAirport(): Record<string, unknown> {
  const totals: Record<string, { flights: number; minutes: number; late: number }> = {};
  for (const { origin, delay } of flights()) {
    const total = (totals[origin] ??= { flights: 0, minutes: 0, late: 0 });
    total.flights += 1;
    total.minutes += delay;
    if (delay > 15) total.late += 1;
  }
  let worst = { iata: "", mean: -Infinity, flights: 0, late: 0 };
  for (const [iata, { flights, minutes, late }] of Object.entries(totals)) {
    if (flights >= 50 && minutes / flights > worst.mean) worst = { iata, mean: minutes / flights, flights, late };
  }
  return {
    iata: worst.iata,
    flights: worst.flights,
    meanDelayMinutes: expect.closeTo(worst.mean, 2) as number,
    lateShare: expect.closeTo(worst.late / worst.flights, 3) as number,
  };
}

export function busiestRoute(): Record<string, unknown> {
  const counts: Record<string, number> = {};
  for (const { origin, destination } of flights()) {
    const route = origin < destination ? `${origin}-${destination}` : `${destination}-${origin}`;
    counts[route] = (counts[route] ?? 0) + 1;
  }
  return { flights: Math.max(...Object.values(counts)) };
}

export function rainAndDelaysOfSeattle(): Record<string, unknown> {
  const seattleWeather = weather().filter(({ location }) => location === "Seattle");
  const seattleFlights = flights().filter(({ origin, destination }) => origin === "SEA" || destination === "SEA");
  const days = [...new Set(seattleFlights.map(({ date }) => date.slice(5, 10)))];
  const rain = days.map((day) =>
    average(seattleWeather.filter(({ date }) => date.endsWith(day.replace("/", "-"))).map(({ precipitation }) => precipitation)),
  );
  const delay = days.map((day) =>
    average(seattleFlights.filter(({ date }) => date.slice(5, 10) === day).map((flight) => flight.delay)),
  );
  return { days: days.length, correlation: expect.closeTo(pearson(rain, delay), 4) as number };
}

export function completeCars(): Record<"Miles_per_Gallon" | "Horsepower" | "Weight_in_lbs" | "Acceleration", number>[] {
  const cars = JSON.parse(readFileSync(join(DATA, "cars.json"), "utf8")) as Record<string, unknown>[];
  return cars.filter((car) => car["Miles_per_Gallon"] !== null && car["Horsepower"] !== null) as ReturnType<typeof completeCars>;
}

function average(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** By the textbook's formula of sums, unlike the examples, which centre first. */
export function pearson(xs: readonly number[], ys: readonly number[]): number {
  const n = xs.length;
  const total = (values: readonly number[]): number => values.reduce((whole, value) => whole + value, 0);
  const products = total(xs.map((x, index) => x * (ys[index] ?? 0)));
  const squares = (values: readonly number[]): number => n * total(values.map((value) => value * value)) - total(values) ** 2;
  return (n * products - total(xs) * total(ys)) / Math.sqrt(squares(xs) * squares(ys));
}
