import type { WorkflowIssue } from "../../core/errors/levelflow-error.ts";
import type { AddCommand, CommandContext } from "../command-context.ts";
import { example, jsonOption, nodesOption } from "../options.ts";
import type { Output } from "../output.ts";

interface ValidateOptions {
  readonly nodes: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `validate`: looks a workflow over without running it. */
export const addValidate: AddCommand = (program, context, done) => {
  program
    .command("validate <file>")
    .description("check a workflow and print every fault; - reads it from stdin")
    .addOption(nodesOption())
    .option("--strict", "warnings make it fail, too")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      example("levelflow validate workflow.json", "levelflow validate workflow.json --nodes ./nodes.ts --strict"),
    )
    .action(async (file: string, options: ValidateOptions) => done(await validate(file, options, context)));
};

async function validate(file: string, options: ValidateOptions, { output, env }: CommandContext): Promise<number> {
  const [{ settingsFromEnvironment }, { readPayload }, { validateWorkflow }, { planLevels }, { loadDefinitions }] =
    await Promise.all([
      import("../../core/config/settings.ts"),
      import("../read-json.ts"),
      import("../../core/workflow/validate-workflow.ts"),
      import("../../core/workflow/plan-levels.ts"),
      import("../load-definitions.ts"),
    ]);
  const settings = settingsFromEnvironment(env);
  const payload = await readPayload(file, settings);
  const definitions = await loadDefinitions(options.nodes, settings);
  const { workflow, issues, warnings } = validateWorkflow(payload, { definitions, limits: settings });
  const isValid = workflow !== undefined && (options.strict !== true || warnings.length === 0);
  const counts =
    workflow === undefined
      ? {}
      : { nodeCount: workflow.nodes.length, edgeCount: workflow.edges.length, levelCount: planLevels(workflow).length };
  const report = { valid: isValid, issues, warnings, ...counts };
  if (options.json === true) output.printJson(report);
  else await printReport(report, output);
  return isValid ? 0 : 2;
}

interface Report {
  readonly valid: boolean;
  readonly issues: readonly WorkflowIssue[];
  readonly warnings: readonly WorkflowIssue[];
  readonly nodeCount?: number;
  readonly edgeCount?: number;
  readonly levelCount?: number;
}

async function printReport({ valid, issues, warnings, nodeCount, edgeCount, levelCount }: Report, output: Output): Promise<void> {
  const [{ renderIssues }, { countOf }] = await Promise.all([import("../render/issues.ts"), import("../render/format-time.ts")]);
  const { colors } = output.answerView;
  for (const line of renderIssues(issues)) output.print(`${colors.red("error")}    ${line}`);
  for (const line of renderIssues(warnings)) output.print(`${colors.yellow("warning")}  ${line}`);
  const size =
    nodeCount === undefined
      ? ""
      : `: ${countOf(nodeCount, "node")}, ${countOf(edgeCount ?? 0, "edge")}, ${countOf(levelCount ?? 0, "level")}`;
  const verdict = valid ? colors.green("✔ valid") : colors.red("✖ invalid");
  output.print(`${verdict}${size}; ${countOf(issues.length, "error")}, ${countOf(warnings.length, "warning")}`);
}
