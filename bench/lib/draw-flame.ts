import { View, parse, type Spec } from "vega";
import type { FlameFrame, Origin } from "./flame-frames.ts";

const COLOURS: Readonly<Record<Origin, string>> = {
  levelflow: "#f2a65a",
  bullmq: "#e06c75",
  ioredis: "#7fb3d5",
  "Node.js": "#c8d6c1",
  handlers: "#b39ddb",
  others: "#dddddd",
};

const WIDTH = 1_200;
const ROW = 17;
/** Wide enough for a letter of the labels, in px. */
const LETTER = 6.4;

/** A flame graph as an SVG: who called whom lies under it, as wide as the time that it took with all that it called. */
export async function drawFlame(title: string, frames: readonly FlameFrame[]): Promise<string> {
  const depth = Math.max(...frames.map((frame) => frame.depth)) + 1;
  const values = frames.map(({ depth: row, from, to, name, origin }) => {
    const letters = Math.floor(((to - from) * WIDTH - 4) / LETTER);
    const label = letters < 3 ? "" : name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
    return {
      x: from * WIDTH,
      x2: to * WIDTH,
      y: (depth - 1 - row) * ROW,
      label,
      origin,
      tooltip: `${name}: ${((to - from) * 100).toFixed(1)} %`,
    };
  });
  const origins = Object.keys(COLOURS) as Origin[];
  const heading = { text: title, anchor: "start", fontSize: 15, offset: 10 } as const;
  const spec: Spec = {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    width: WIDTH,
    height: depth * ROW,
    padding: 12,
    background: "white",
    config: { text: { font: "Helvetica, Arial, sans-serif" }, title: { font: "Helvetica, Arial, sans-serif" } },
    title: heading,
    data: [{ name: "frames", values }],
    scales: [{ name: "origin", type: "ordinal", domain: origins, range: origins.map((origin) => COLOURS[origin]) }],
    legends: [{ fill: "origin", orient: "bottom", direction: "horizontal", symbolType: "square", labelFontSize: 12 }],
    marks: [
      {
        type: "rect",
        from: { data: "frames" },
        encode: {
          enter: {
            x: { field: "x" },
            x2: { field: "x2" },
            y: { field: "y" },
            height: { value: ROW - 1 },
            fill: { scale: "origin", field: "origin" },
            stroke: { value: "white" },
            strokeWidth: { value: 0.5 },
            tooltip: { field: "tooltip" },
          },
        },
      },
      {
        type: "text",
        from: { data: "frames" },
        encode: {
          enter: {
            x: { field: "x", offset: 3 },
            y: { field: "y", offset: 12 },
            text: { field: "label" },
            fontSize: { value: 11 },
            fill: { value: "#222" },
          },
        },
      },
    ],
  };
  return new View(parse(spec), { renderer: "none" }).toSVG();
}
