import type { AddCommand, CommandContext } from "../command-context.ts";
import { example, jsonOption, nodesOption } from "../options.ts";

interface NodesOptions {
  readonly nodes: readonly string[];
  readonly json?: boolean;
}

/** `nodes`: which node types a worker with these modules has. */
export const addNodes: AddCommand = (program, context, done) => {
  program
    .command("nodes")
    .description("list the node types that are built in or defined by modules")
    .addOption(nodesOption())
    .addOption(jsonOption())
    .addHelpText("after", example("levelflow nodes --nodes ./nodes.ts"))
    .action(async (options: NodesOptions) => done(await listNodes(options, context)));
};

async function listNodes({ nodes, json }: NodesOptions, { output, env }: CommandContext): Promise<number> {
  const [{ settingsFromEnvironment }, { loadDefinitions }, { createNodeRegistry }, { showId }] = await Promise.all([
    import("../../core/config/settings.ts"),
    import("../load-definitions.ts"),
    import("../../core/node/node-registry.ts"),
    import("../render/show-id.ts"),
  ]);
  const definitions = await loadDefinitions(nodes, settingsFromEnvironment(env));
  const types = [...createNodeRegistry(definitions).values()].map(({ type, stateful }) => ({
    type,
    stateful: stateful === true,
  }));
  if (json === true) output.printJson(types);
  else
    for (const { type, stateful } of types)
      output.print(showId(type) + (stateful ? output.answerView.colors.dim("  uses shared state") : ""));
  return 0;
}
