import { View, parse } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { countOf } from "./growth-cost.ts";
import type { SeriesFigures } from "./measure-growth.ts";

/** The two that are told of each point, with their colours: apart for those who see no red, too. */
const KINDS = { elapsed: "elapsed", computed: "computed by all processes" } as const;
const COLOURS = ["#0b6bcb", "#b35900"];

type LayerPosition = Extract<NonNullable<Extract<TopLevelSpec, { mark: unknown }>["encoding"]>["x"], { axis?: unknown }>;

/** A series as an SVG: median and range of what one node or run costs. Both axes are logarithmic: a flat line is a cost that does not grow. */
export async function drawSeries(series: SeriesFigures): Promise<string> {
  const view = new View(parse(compile(specOf(series)).spec), { renderer: "none" });
  return view.toSVG();
}

function specOf(series: SeriesFigures): TopLevelSpec {
  const xs = series.points.map(({ x }) => x);
  const values = series.points.flatMap((point) =>
    (["ms", "cpuMs"] as const).map((measure) => {
      const count = countOf(series, point);
      const { median, min, max } = point[measure];
      const kind = measure === "ms" ? KINDS.elapsed : KINDS.computed;
      return { x: point.x, kind, median: median / count, min: min / count, max: max / count };
    }),
  );
  const domain = [Math.min(...xs), Math.max(...xs)];
  // Zero has no place on a logarithmic axis.
  const isLinear = xs.includes(0);
  const x: LayerPosition = {
    field: "x",
    type: "quantitative",
    scale: { type: isLinear ? "linear" : "log", domain },
    axis: { title: series.xTitle, values: xs, format: ",", grid: false },
  };
  const y = {
    type: "quantitative",
    scale: { type: "log" },
    axis: { format: "~g", tickCount: 5, grid: false, title: `ms a ${series.per}` },
  } as const;
  const color = {
    field: "kind",
    type: "nominal",
    scale: { domain: Object.values(KINDS), range: COLOURS },
    legend: { title: null, orient: "top", labelLimit: 0, symbolOpacity: 1, labelFontSize: 12 },
  } as const;
  return {
    title: { text: series.title, anchor: "start", fontSize: 15, offset: 8 },
    width: 520,
    height: 260,
    background: "white",
    padding: 12,
    config: { font: "Helvetica, Arial, sans-serif", view: { stroke: null }, axis: { labelFontSize: 12, titleFontSize: 12 } },
    data: { values },
    layer: [
      { mark: { type: "area", opacity: 0.15 }, encoding: { x, y: { ...y, field: "min" }, y2: { field: "max" }, color } },
      { mark: { type: "line", point: { size: 40 }, strokeWidth: 2 }, encoding: { x, y: { ...y, field: "median" }, color } },
    ],
  };
}
