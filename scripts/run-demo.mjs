import { EXAMPLES } from "./lib/demo-examples.mjs";
import { showAll, showExample } from "./lib/demo-run.mjs";
import { main, SetupError } from "./lib/project.mjs";

const USAGE_EXIT_CODE = 2;
const USAGE = [
  "npm run demo -- [example | all] [arguments of levelflow run]",
  "",
  ...EXAMPLES.map(({ name, shows }) => `  ${name.padEnd(12)} ${shows}`),
  `  ${"all".padEnd(12)} each of them, with a bar a level and a closing table`,
].join("\n");

/** The demo itself, on a set-up checkout: one example (the first, if none is named) or all of them. */
await main(async (args) => {
  if (args[0] === "--help" || args[0] === "-h") {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const isNamed = args[0] !== undefined && !args[0].startsWith("-");
  const name = isNamed ? args[0] : EXAMPLES[0].name;
  const rest = isNamed ? args.slice(1) : args;
  if (name === "all") return showAll(rest);
  const example = EXAMPLES.find((candidate) => candidate.name === name);
  if (example === undefined) throw new SetupError(`There is no example ${JSON.stringify(name)}.\n\n${USAGE}`, USAGE_EXIT_CODE);
  return showExample(example, rest);
});
