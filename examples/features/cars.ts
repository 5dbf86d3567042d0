import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";

/** What is known of a car whose consumption and power are both on record. */
export const car = z.object({
  milesPerGallon: z.number(),
  cylinders: z.number(),
  displacement: z.number(),
  horsepower: z.number(),
  weightPounds: z.number(),
  acceleration: z.number(),
  year: z.number(),
  origin: z.string(),
});
export type Car = z.output<typeof car>;

const RAW_CAR = z.object({
  Miles_per_Gallon: z.number().nullable(),
  Cylinders: z.number(),
  Displacement: z.number(),
  Horsepower: z.number().nullable(),
  Weight_in_lbs: z.number(),
  Acceleration: z.number(),
  Year: z.string(),
  Origin: z.string(),
});

/** The cars of vega-datasets, without those that lack a figure. */
export async function readCars(signal: AbortSignal): Promise<Car[]> {
  const folder = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data");
  const raw = z.array(RAW_CAR).parse(JSON.parse(await readFile(join(folder, "cars.json"), { encoding: "utf8", signal })));
  return raw.flatMap(({ Miles_per_Gallon: milesPerGallon, Horsepower: horsepower, ...rest }) => {
    if (milesPerGallon === null || horsepower === null) return [];
    return [
      {
        milesPerGallon,
        cylinders: rest.Cylinders,
        displacement: rest.Displacement,
        horsepower,
        weightPounds: rest.Weight_in_lbs,
        acceleration: rest.Acceleration,
        year: Number(rest.Year.slice(0, 4)),
        origin: rest.Origin,
      },
    ];
  });
}

/** The features that can be asked for by name. */
export const FEATURES = {
  horsepower: (car: Car) => car.horsepower,
  weight: (car: Car) => car.weightPounds,
  displacement: (car: Car) => car.displacement,
  acceleration: (car: Car) => car.acceleration,
  cylinders: (car: Car) => car.cylinders,
  age: (car: Car) => 1983 - car.year,
  power_to_weight: (car: Car) => car.horsepower / car.weightPounds,
  displacement_per_cylinder: (car: Car) => car.displacement / car.cylinders,
  log_weight: (car: Car) => Math.log(car.weightPounds),
  built_in_usa: (car: Car) => (car.origin === "USA" ? 1 : 0),
} as const satisfies Record<string, (car: Car) => number>;

export type FeatureName = keyof typeof FEATURES;
export const FEATURE_NAMES = Object.keys(FEATURES) as [FeatureName, ...FeatureName[]];
