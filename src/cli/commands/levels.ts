import { Option } from "commander";
import type { AddCommand, CommandContext } from "../command-context.ts";
import { example, jsonOption } from "../options.ts";

interface LevelsOptions {
  readonly format: "text" | "mermaid" | "dot";
  readonly json?: boolean;
}

/** `levels`: the plan of a workflow. */
export const addLevels: AddCommand = (program, context, done) => {
  program
    .command("levels <file>")
    .description("print the levels in which a workflow runs; - reads it from stdin")
    .addOption(new Option("--format <format>", "how to print them").choices(["text", "mermaid", "dot"]).default("text"))
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example("levelflow levels workflow.json", "levelflow levels workflow.json --format dot | dot -Tsvg > levels.svg"),
    )
    .action(async (file: string, options: LevelsOptions) => done(await printLevels(file, options, context)));
};

async function printLevels(file: string, options: LevelsOptions, { output, env }: CommandContext): Promise<number> {
  const [{ settingsFromEnvironment }, { readPayload }, { parseWorkflow }, { planLevels }] = await Promise.all([
    import("../../core/config/settings.ts"),
    import("../read-json.ts"),
    import("../../core/workflow/parse-workflow.ts"),
    import("../../core/workflow/plan-levels.ts"),
  ]);
  const settings = settingsFromEnvironment(env);
  const workflow = parseWorkflow(await readPayload(file, settings), settings);
  const levels = planLevels(workflow);
  if (options.json === true) {
    output.printJson({ ...(workflow.workflowId === undefined ? {} : { workflowId: workflow.workflowId }), levels });
    return 0;
  }
  const graph = { levels, edges: workflow.edges };
  const [{ renderLevelsText }, { renderMermaid, renderDot }] = await Promise.all([
    import("../render/levels-text.ts"),
    import("../render/levels-graph.ts"),
  ]);
  const { answerView } = output;
  const render = {
    text: () => renderLevelsText(levels, answerView.isTerminal ? answerView.width() : undefined),
    mermaid: () => renderMermaid(graph),
    dot: () => renderDot(graph),
  };
  output.print(render[options.format]().join("\n"));
  return 0;
}
