import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { AnyNodeDefinition } from "../../../src/core/node/define-node.ts";
import { createBuiltinNodes } from "../../../src/nodes/builtin-nodes.ts";
import { startExampleServer } from "./example-server.ts";
import { FAMILIES } from "./families.ts";
import type { Family } from "./page-entry.ts";
import { renderType } from "./render-type.ts";

/** Where the page lies. */
export const PAGE_PATH = join(import.meta.dirname, "..", "..", "..", "docs", "node-types.md");

const INTRO = `<!-- Made by \`npm run docs\` from the definitions of the types and from the examples in test/support/node-types-page. -->

# Node types

What the built-in node types take and give. \`levelflow nodes <type>\` shows the fields of one on the terminal, your own types included.

- A field without a default may be left out unless it is **required**. \`null\` means absent. Fields that a type does not name are ignored.
- "Placeholders" tells in which fields [placeholders](payload.md#placeholders) are expanded; those inside of such a field included.
- "Inputs" are the results of a node's sources in the order of the edges. What a type does not use is not looked at.
- Types that use [shared state](writing-nodes.md#shared-state) take turns within a level, in the order of their ids.
- Every result and every message below comes from a run. In the message of a run that failed, \`error executing node <id>: \` stands before
  it. The code is \`INVALID_NODE_DATA\` if the type's schema refuses the data, otherwise \`NODE_FAILED\`. Of all these only a request of
  \`http\` may be tried again.
- A field of the wrong JSON type is refused with the payload, before anything runs.`;

/** The whole page, as prettier formats it. */
export async function renderPage(): Promise<string> {
  const definitions = new Map(createBuiltinNodes().map((definition) => [definition.type, definition]));
  const server = await startExampleServer();
  try {
    const families: string[] = [];
    for (const family of FAMILIES) families.push(await renderFamily(family, definitions, server.origin));
    const page = [INTRO, renderIndex(definitions), ...families].join("\n\n");
    return await format(page, { ...(await resolveConfig(PAGE_PATH)), filepath: PAGE_PATH, proseWrap: "always" });
  } finally {
    await server.close();
  }
}

type Definitions = ReadonlyMap<string, AnyNodeDefinition>;

function renderIndex(definitions: Definitions): string {
  const rows = FAMILIES.flatMap(({ title, entries }) =>
    entries.map(({ type }, index) => {
      const { description = "", stateful } = definitionOf(type, definitions);
      return `| ${index === 0 ? title : ""} | [\`${type}\`](#${type}) | ${description} | ${stateful === true ? "yes" : ""} |`;
    }),
  );
  return ["| Family | Type | What it does | Shared state |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

async function renderFamily({ title, intro, entries }: Family, definitions: Definitions, serverOrigin: string): Promise<string> {
  const types: string[] = [];
  for (const entry of entries)
    types.push(await renderType({ entry, definition: definitionOf(entry.type, definitions), serverOrigin }));
  return [`## ${title}`, intro, ...types].join("\n\n");
}

function definitionOf(type: string, definitions: Definitions): AnyNodeDefinition {
  const definition = definitions.get(type);
  if (definition === undefined) throw new Error(`there is no node type ${type}`);
  return definition;
}
