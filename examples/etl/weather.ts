import { groupIndexes, mean, pick, round, sum } from "./statistics.ts";

/** Daily observations by columns, `date` as YYYY-MM-DD, `precipitation` in mm, temperatures in °C. */
export interface WeatherColumns {
  readonly location: readonly string[];
  readonly date: readonly string[];
  readonly precipitation: readonly number[];
  readonly temp_max: readonly number[];
  readonly temp_min: readonly number[];
  readonly weather: readonly string[];
}

const WET_DAY_MM = 1;

/** A row for every city and month of the year: mean temperatures, mean precipitation of such a month, share of wet days. */
export function monthlyWeather(days: WeatherColumns) {
  const groups = groupIndexes(days.date.length, (day) => `${cityOf(days, day)}/${monthOf(days, day)}`);
  const rows = [...groups].map(([key, group]) => {
    const [city = "", month = ""] = key.split("/");
    const rain = pick(days.precipitation, group);
    const years = new Set(pick(days.date, group).map((date) => date.slice(0, 4))).size;
    return {
      city,
      month,
      days: group.length,
      meanHighC: round(mean(pick(days.temp_max, group))),
      meanLowC: round(mean(pick(days.temp_min, group))),
      meanPrecipitationMm: round(sum(rain) / years),
      wetDayShare: round(rain.filter((mm) => mm >= WET_DAY_MM).length / group.length, 3),
    };
  });
  return rows.sort((a, b) => byText(a.city, b.city) || byText(a.month, b.month));
}

const SEASONS = ["winter", "spring", "summer", "autumn"] as const;

/** A row for every city and season: warmest and coldest reading, precipitation, and the share of each kind of weather. */
export function weatherBySeason(days: WeatherColumns) {
  const groups = groupIndexes(days.date.length, (day) => `${cityOf(days, day)}/${seasonOf(monthOf(days, day))}`);
  const rows = [...groups].map(([key, group]) => {
    const [city = "", season = ""] = key.split("/");
    const kinds = groupIndexes(group.length, (position) => days.weather[group[position] ?? 0] ?? "");
    const shares = [...kinds].map(([kind, members]) => [kind, round(members.length / group.length, 3)] as const);
    return {
      city,
      season,
      days: group.length,
      warmestC: Math.max(...pick(days.temp_max, group)),
      coldestC: Math.min(...pick(days.temp_min, group)),
      precipitationMm: round(sum(pick(days.precipitation, group))),
      weatherShares: Object.fromEntries(shares.sort(([a], [b]) => byText(a, b))),
    };
  });
  const rank = (season: string): number => SEASONS.findIndex((name) => name === season);
  return rows.sort((a, b) => byText(a.city, b.city) || rank(a.season) - rank(b.season));
}

function cityOf(days: WeatherColumns, day: number): string {
  return days.location[day] ?? "";
}

function monthOf(days: WeatherColumns, day: number): string {
  return (days.date[day] ?? "").slice(5, 7);
}

/** Meteorological seasons of the northern hemisphere: December to February is winter. */
function seasonOf(month: string): string {
  return SEASONS[Math.floor((Number(month) % 12) / 3)] ?? "";
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
