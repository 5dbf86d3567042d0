const cliRun = (name, ...modules) => [
  "dist/cli/main.js",
  "run",
  `examples/${name}/workflow.json`,
  ...modules.flatMap((module) => ["--nodes", `examples/${name}/${module}`]),
];

/** Every example: its folder, what it shows, what Node runs it with, and the status and exit code that are right for it. */
export const EXAMPLES = [
  {
    name: "etl",
    shows: "weather and flights: 3 sources, 5 transforms, 1 report",
    note: "The data is real; each node also waits 300–600 ms, as a remote source would (latencyMs in its data).",
    command: cliRun("etl", "nodes.ts"),
    status: "completed",
    exitCode: 0,
  },
  {
    name: "features",
    shows: "cars: 10 features, 10 normalisers, 1 selection",
    note: "The data is real; each node also waits 100–200 ms, as a remote feature store would (latencyMs in its data).",
    command: cliRun("features", "nodes.ts"),
    status: "completed",
    exitCode: 0,
  },
  {
    name: "aggregation",
    shows: "5 HTTP services on loopback, 5 parsers, 1 merge",
    note: "The services are started for the run; they take 150–400 ms to answer, as remote ones would.",
    command: ["examples/aggregation/run.mjs"],
    status: "completed",
    exitCode: 0,
  },
  {
    name: "diamonds",
    shows: "branches that part and meet again, built-in node types only",
    note: "The slow arms are delay nodes of 250 and 300 ms.",
    command: cliRun("diamonds"),
    status: "completed",
    exitCode: 0,
  },
  {
    name: "failing",
    shows: "one branch fails, and nobody waits for the others",
    note: "One node fails after 300 ms, its siblings would sleep for 10 s. This run is meant to fail.",
    command: cliRun("failing", "nodes.ts"),
    status: "failed",
    exitCode: 1,
  },
];
