import type { AnyNodeDefinition } from "../../core/node/define-node.ts";
import type { AddCommand, CommandContext } from "../command-context.ts";
import { example, jsonOption, nodesOption } from "../options.ts";

interface NodesOptions {
  readonly nodes: readonly string[];
  readonly json?: boolean;
}

/** `nodes`: which node types a worker with these modules has, or what one of them takes. */
export const addNodes: AddCommand = (program, context, done) => {
  program
    .command("nodes [type]")
    .description("list the node types that are built in or defined by modules, or show the fields of one")
    .addOption(nodesOption())
    .addOption(jsonOption())
    .addHelpText("after", example("levelflow nodes", "levelflow nodes switch", "levelflow nodes --nodes ./nodes.ts --json"))
    .action(async (type: string | undefined, options: NodesOptions) => {
      const definitions = await loadTypes(options.nodes, context);
      done(
        type === undefined ? await listTypes(definitions, options, context) : await showType(type, definitions, options, context),
      );
    });
};

type NodeTypes = ReadonlyMap<string, AnyNodeDefinition>;

async function loadTypes(modules: readonly string[], { env }: CommandContext): Promise<NodeTypes> {
  const [{ settingsFromEnvironment }, { loadDefinitions }, { createNodeRegistry }] = await Promise.all([
    import("../../core/config/settings.ts"),
    import("../load-definitions.ts"),
    import("../../core/node/node-registry.ts"),
  ]);
  return createNodeRegistry(await loadDefinitions(modules, settingsFromEnvironment(env)));
}

async function listTypes(types: NodeTypes, { json }: NodesOptions, { output }: CommandContext): Promise<number> {
  const definitions = [...types.values()];
  if (json === true) {
    output.printJson(definitions.map(summaryOf));
    return 0;
  }
  const { renderNodeTypes } = await import("../render/node-types.ts");
  output.print(renderNodeTypes(definitions, output.answerView).join("\n"));
  return 0;
}

async function showType(type: string, types: NodeTypes, { json }: NodesOptions, { output }: CommandContext): Promise<number> {
  const definition = types.get(type) ?? (await refuseType(type, types));
  if (json === true) {
    const { toJsonSchema } = await import("../render/json-schema.ts");
    const data = toJsonSchema(definition.data);
    const isField = (name: string): boolean => data?.properties === undefined || Object.hasOwn(data.properties, name);
    const { placeholders = [], secretFields = [] } = definition;
    const expanded = { placeholders: placeholders.filter(isField), secretFields: secretFields.filter(isField) };
    output.printJson({ ...summaryOf(definition), ...expanded, data: data ?? null });
    return 0;
  }
  const { renderNodeType } = await import("../render/node-type.ts");
  output.print(renderNodeType(definition, output.answerView).join("\n"));
  return 0;
}

function summaryOf({ type, description, stateful, pure }: AnyNodeDefinition) {
  return { type, stateful: stateful === true, pure: pure === true, description: description ?? null };
}

async function refuseType(type: string, types: NodeTypes): Promise<never> {
  const [{ LevelflowError }, { suggest }, { quote }] = await Promise.all([
    import("../../core/errors/levelflow-error.ts"),
    import("../../core/text/suggest.ts"),
    import("../../core/text/quote.ts"),
  ]);
  const nearest = suggest(type, types.keys());
  const remedy = nearest === undefined ? "levelflow nodes lists those there are" : `did you mean ${quote(nearest)}?`;
  throw new LevelflowError("INVALID_SETTING", `there is no node type ${quote(type)}: ${remedy}`);
}
