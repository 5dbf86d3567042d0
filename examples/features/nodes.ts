import { setTimeout as sleep } from "node:timers/promises";
import { defineNode } from "levelflow";
import { z } from "zod";
import { car, FEATURE_NAMES, FEATURES, readCars } from "./cars.ts";
import { selectFeatures } from "./select-features.ts";
import { minMax, zScore } from "./statistics.ts";

/** Stands in for the time that a feature store takes to answer; the work itself comes on top of it. */
const latencyMs = z.number().int().min(0).max(60_000).default(0);
const values = z.array(z.number());

/** The raw rows. */
export const loadCars = defineNode({
  type: "load_cars",
  data: z.object({ latencyMs }),
  async run({ data, signal }) {
    await sleep(data.latencyMs, undefined, { signal });
    return readCars(signal);
  },
});

/** One feature: a number for each row. */
export const computeFeature = defineNode({
  type: "feature",
  data: z.object({ feature: z.enum(FEATURE_NAMES), latencyMs }),
  inputs: z.tuple([z.array(car)]),
  async run({ data, inputs: [cars], signal }) {
    await sleep(data.latencyMs, undefined, { signal });
    return { feature: data.feature, values: cars.map(FEATURES[data.feature]) };
  },
});

/** The same feature on a common scale. */
export const normalise = defineNode({
  type: "normalise",
  data: z.object({ method: z.enum(["z-score", "min-max"]), latencyMs }),
  inputs: z.tuple([z.object({ feature: z.string(), values })]),
  async run({ data, inputs: [{ feature, values }], signal }) {
    await sleep(data.latencyMs, undefined, { signal });
    return { feature, method: data.method, values: data.method === "z-score" ? zScore(values) : minMax(values) };
  },
});

/** The features that say most about fuel consumption. Takes the raw rows first, then the normalised features. */
export const select = defineNode({
  type: "select_features",
  data: z.object({
    top: z.number().int().min(1).default(5),
    minVariance: z.number().min(0).default(0),
    maxOverlap: z.number().min(0).max(1).default(1),
  }),
  inputs: z.tuple([z.array(car)], z.object({ feature: z.string(), method: z.string(), values })),
  run({ data, inputs: [cars, ...features] }) {
    return {
      target: "milesPerGallon",
      ...selectFeatures(
        features,
        cars.map((car) => car.milesPerGallon),
        data,
      ),
    };
  },
});
