import { correlation, groupIndexes, mean, pick, round } from "./statistics.ts";
import type { WeatherColumns } from "./weather.ts";

/** Flights by columns: `date` as YYYY/MM/DD hh:mm, `delay` in minutes (negative: early), `distance` in miles. */
export interface FlightColumns {
  readonly date: readonly string[];
  readonly delay: readonly number[];
  readonly distance: readonly number[];
  readonly origin: readonly string[];
  readonly destination: readonly string[];
}

export interface AirportColumns {
  readonly iata: readonly string[];
  readonly city: readonly string[];
  readonly state: readonly string[];
  readonly latitude: readonly number[];
  readonly longitude: readonly number[];
}

const LATE_MINUTES = 15;
const EARTH_RADIUS_MILES = 3958.8;

/** Departure airports with at least `minFlights` flights, the most delayed first. */
export function delaysByAirport(flights: FlightColumns, airports: AirportColumns, limits: { minFlights: number; top: number }) {
  const airportIndex = indexAirports(airports);
  const groups = groupIndexes(flights.origin.length, (flight) => flights.origin[flight] ?? "");
  const rows = [...groups]
    .filter(([, group]) => group.length >= limits.minFlights)
    .map(([iata, group]) => {
      const delays = pick(flights.delay, group);
      const airport = airportIndex.get(iata);
      return {
        iata,
        city: airport === undefined ? null : `${airports.city[airport]}, ${airports.state[airport]}`,
        flights: group.length,
        meanDelayMinutes: round(mean(delays)),
        lateShare: round(delays.filter((minutes) => minutes > LATE_MINUTES).length / group.length, 3),
      };
    });
  rows.sort((a, b) => b.meanDelayMinutes - a.meanDelayMinutes || (a.iata < b.iata ? -1 : 1));
  return rows.slice(0, limits.top);
}

/** The pairs of airports with most flights, both directions together; their great-circle distance against the reported one. */
export function busiestRoutes(flights: FlightColumns, airports: AirportColumns, limits: { top: number }) {
  const airportIndex = indexAirports(airports);
  const routeOf = (flight: number): string => [flights.origin[flight], flights.destination[flight]].sort().join("-");
  const groups = [...groupIndexes(flights.origin.length, routeOf)];
  groups.sort(([a, groupA], [b, groupB]) => groupB.length - groupA.length || (a < b ? -1 : 1));
  return groups.slice(0, limits.top).map(([route, group]) => {
    const [from, to] = route.split("-").map((iata) => airportIndex.get(iata));
    return {
      route,
      flights: group.length,
      meanDelayMinutes: round(mean(pick(flights.delay, group))),
      reportedMiles: round(mean(pick(flights.distance, group)), 0),
      greatCircleMiles: from === undefined || to === undefined ? null : round(greatCircleMiles(airports, from, to), 0),
    };
  });
}

/**
 * For each city, how the rain of a calendar day goes with the delays at its airports on that day. The weather is of other years than
 * the flights, so days are matched by month and day: what is compared is how wet such a day usually is.
 */
export function rainAndDelays(
  weather: WeatherColumns,
  flights: FlightColumns,
  airportsOf: Readonly<Record<string, readonly string[]>>,
) {
  return Object.entries(airportsOf).map(([city, codes]) => {
    const rain = meanBy(weather.date.length, weather.precipitation, (day) =>
      weather.location[day] === city ? (weather.date[day] ?? "").slice(5) : undefined,
    );
    const isHere = (iata: string | undefined): boolean => iata !== undefined && codes.includes(iata);
    const delays = meanBy(flights.date.length, flights.delay, (flight) =>
      isHere(flights.origin[flight]) || isHere(flights.destination[flight])
        ? (flights.date[flight] ?? "").slice(5, 10).replace("/", "-")
        : undefined,
    );
    const days = [...delays.keys()].filter((day) => rain.has(day));
    const rainOfDays = days.map((day) => rain.get(day) ?? 0);
    const delayOfDays = days.map((day) => delays.get(day) ?? 0);
    return { city, airports: codes, days: days.length, correlation: round(correlation(rainOfDays, delayOfDays), 4) };
  });
}

function meanBy(count: number, values: readonly number[], keyOf: (index: number) => string | undefined): Map<string, number> {
  const groups = groupIndexes(count, (index) => keyOf(index) ?? "");
  groups.delete("");
  return new Map([...groups].map(([key, group]) => [key, mean(pick(values, group))]));
}

function indexAirports(airports: AirportColumns): Map<string, number> {
  return new Map(airports.iata.map((iata, index) => [iata, index]));
}

/** The haversine formula. */
function greatCircleMiles(airports: AirportColumns, from: number, to: number): number {
  const radians = (degrees: number | undefined): number => ((degrees ?? 0) * Math.PI) / 180;
  const latitudeA = radians(airports.latitude[from]);
  const latitudeB = radians(airports.latitude[to]);
  const halfLatitude = (latitudeB - latitudeA) / 2;
  const halfLongitude = (radians(airports.longitude[to]) - radians(airports.longitude[from])) / 2;
  const chord = Math.sin(halfLatitude) ** 2 + Math.cos(latitudeA) * Math.cos(latitudeB) * Math.sin(halfLongitude) ** 2;
  return 2 * EARTH_RADIUS_MILES * Math.asin(Math.sqrt(chord));
}
