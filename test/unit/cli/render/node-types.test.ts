import { describe, expect, test } from "vitest";
import { z } from "zod";
import { renderNodeType } from "../../../../src/cli/render/node-type.ts";
import { renderNodeTypes } from "../../../../src/cli/render/node-types.ts";
import { defineNode } from "../../../../src/core/node/define-node.ts";
import { HOSTILE_IDS, plainView, UNSAFE_FOR_TERMINALS } from "../cli-fixtures.ts";

const WIDTH = 60;

const mixer = defineNode({
  type: "mixer",
  description: "Mixes colours of any number of sources into one, or takes a mix apart.",
  data: z.object({ ratio: z.number().default(0.5).describe("How much of the first colour there is to be in the mix.") }),
  inputs: z.array(z.string()),
  output: z.string(),
  stateful: true,
  run: () => "#fff",
});
const bare = defineNode({ type: "bare", data: z.object({}), run: () => null });

describe("renderNodeTypes", () => {
  test("wraps descriptions on a terminal, under each other", () => {
    expect(renderNodeTypes([mixer, bare], plainView({ width: WIDTH, isTerminal: true }))).toEqual([
      "type   state   description",
      "mixer  shared  Mixes colours of any number of sources into",
      "               one, or takes a mix apart.",
      "bare",
    ]);
  });

  test("keeps each type on a line elsewhere", () => {
    expect(renderNodeTypes([mixer, bare], plainView({ width: WIDTH }))).toHaveLength(3);
  });
});

describe("renderNodeType", () => {
  test("shows what the definition tells", () => {
    expect(renderNodeType(mixer, plainView({ width: WIDTH }))).toEqual([
      "mixer",
      "Mixes colours of any number of sources into one, or takes a",
      "mix apart.",
      "",
      "  ratio  number; default 0.5",
      "         How much of the first colour there is to be in the",
      "         mix.",
      "",
      "inputs: list of texts",
      "result: text",
      "shared state: yes",
      "pure: no",
    ]);
  });

  test("says so where there are no fields", () => {
    expect(renderNodeType(bare, plainView())).toEqual([
      "bare",
      "",
      "Its data has no fields.",
      "",
      "shared state: no",
      "pure: no",
    ]);
  });

  test.each(HOSTILE_IDS)("prints %j safely", (text) => {
    const shape = Object.fromEntries([[text, z.string().default(text).describe(text)]]);
    const hostile = defineNode({ type: text, description: text, data: z.object(shape), run: () => null });
    const view = plainView({ isTerminal: true });
    for (const line of [...renderNodeTypes([hostile], view), ...renderNodeType(hostile, view)]) {
      expect(line).not.toMatch(UNSAFE_FOR_TERMINALS);
      expect(line).not.toContain("\n");
    }
  });
});
