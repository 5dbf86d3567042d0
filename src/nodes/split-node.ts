import { z } from "zod";
import { defineNode } from "../core/node/define-node.ts";
import { PLACEHOLDER_FIELDS } from "../core/node/expand-placeholders.ts";
import { builtinData } from "./builtin-data.ts";
import { firstInput } from "./first-input.ts";
import { ownRecord } from "./own-record.ts";

/** Used if `paths` is absent or empty. */
const DEFAULT_PATHS: readonly string[] = ["path1", "path2"];

/** `split`: offers one value under several names. */
export const splitNode = defineNode({
  type: "split",
  description: "Offers one value under several names.",
  data: builtinData({
    paths: z
      .array(z.string())
      .default([...DEFAULT_PATHS])
      .describe("The names; an empty list means the default."),
  }),
  placeholders: PLACEHOLDER_FIELDS,
  pure: true,
  run({ data, inputs }) {
    const value = firstInput(inputs, "split node requires at least one input");
    const paths = data.paths.length > 0 ? data.paths : DEFAULT_PATHS;
    return { value, paths, outputs: ownRecord(paths.map((path) => [path, value])) };
  },
});
