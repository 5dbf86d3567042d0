/** A node as payloads write it. */
export interface PayloadNode {
  readonly id: string;
  readonly type: string;
  readonly data?: object;
  readonly options?: object;
}

export interface Payload {
  readonly nodes: readonly PayloadNode[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
  readonly options?: object;
}

/** `count` ids that sort as they count. */
export function ids(count: number, prefix = "n"): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(3, "0")}`);
}

/** One level of nodes that depend on nothing. */
export function flat(nodes: readonly PayloadNode[], options: object = {}): Payload {
  return { nodes, edges: [], options };
}

export interface LayersOptions {
  readonly levels: number;
  readonly width: number;
  readonly type: string;
  readonly data?: object;
  readonly nodeOptions?: object;
}

/** Levels of equal width, each node fed by all of the level before. */
export function layers({ levels, width, type, data = {}, nodeOptions = {} }: LayersOptions): Payload {
  const byLevel = Array.from({ length: levels }, (_, level) => ids(width, `l${String(level).padStart(2, "0")}-`));
  const edges = byLevel.flatMap((level, i) =>
    (byLevel[i + 1] ?? []).flatMap((target) => level.map((source) => ({ source, target }))),
  );
  return { nodes: byLevel.flat().map((id) => ({ id, type, data, options: nodeOptions })), edges };
}

/** What `sum` nodes (the sum of their inputs, and 1) give in {@link layers}. */
export function layerSums({ levels, width }: Pick<LayersOptions, "levels" | "width">): Record<string, number> {
  const sums: Record<string, number> = {};
  let value = 1;
  for (let level = 0; level < levels; level += 1) {
    for (const id of ids(width, `l${String(level).padStart(2, "0")}-`)) sums[id] = value;
    value = value * width + 1;
  }
  return sums;
}
