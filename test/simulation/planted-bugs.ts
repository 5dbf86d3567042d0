import type { SourceChange } from "../support/changed-build.ts";

/** A mistake that somebody could make, and the broken promise by which the simulation notices. */
export interface PlantedBug extends SourceChange {
  readonly name: string;
  readonly noticedBy: RegExp;
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "the fence is dropped: any token may commit",
    file: "src/store/memory/memory-state.ts",
    find: "return run.record.epoch === ref.epoch && claim.token === ref.token ? { run, claim } : undefined;",
    replace: "return { run, claim };",
    noticedBy: /by a claim that had moved|that had moved failed it|was claimed while it was held/,
  },
  {
    name: "a level advances one commit early",
    file: "src/core/run/decide-next.ts",
    find: "if (run.committedInLevel < levelWidth) return",
    replace: "if (run.committedInLevel < levelWidth - 1) return",
    noticedBy: /level \d+ was dispatched before node \w+ was committed|a run that is active completed/,
  },
  {
    name: "the epoch is forgotten: a retry goes on in the old one",
    file: "src/store/memory/control-run.ts",
    find: "  record.epoch += 1;\n",
    replace: "",
    noticedBy: /was (claimed|committed ahead) for epoch 1|ms were not enough/,
  },
  {
    name: "a retry runs again what was committed",
    file: "src/store/memory/control-run.ts",
    find: 'if (node.status !== "completed") run.nodes.delete(nodeId);',
    replace: "run.nodes.delete(nodeId);",
    noticedBy: /was claimed after its commit|is skipped, against its result/,
  },
  {
    name: "nodes are claimed although the run is being stopped",
    file: "src/store/memory/claim-node.ts",
    find: 'if (run.record.status !== "running") return',
    replace: 'if (run.record.status === "paused" || run.record.finishedAt !== undefined) return',
    noticedBy: /was claimed in a run that is stopping/,
  },
  {
    name: "a lane that ran ahead ends the run whether its nodes were committed or not",
    file: "src/worker/run-ahead.ts",
    find: 'outcome: "completed", behindLevel: level',
    replace: 'outcome: "completed"',
    noticedBy: /a run that is active completed/,
  },
  {
    name: "a late result is taken by a run that is being stopped",
    file: "src/store/memory/commit-node.ts",
    find: 'if (record.status !== "running" && record.status !== "paused") {',
    replace: 'if (record.status === "cancelling") {',
    noticedBy: /was committed in a run that is stopping/,
  },
  {
    name: "state changes are applied before the claim is checked",
    file: "src/store/memory/commit-node.ts",
    find: "const held = findClaim(state, ref);",
    replace:
      "for (const change of stateChanges) applyChange(state.runs.get(ref.runId)!, change, state.now());\n  const held = findClaim(state, ref);",
    noticedBy: /gave \d+ instead of \d+/,
  },
  {
    name: "the ordered group runs at a time",
    file: "src/store/memory/claim-node.ts",
    find: "if (head?.pool === pool && !run.orderedBusy) return",
    replace: "if (head?.pool === pool) return",
    noticedBy: /took effect after|gave \d+ instead of \d+/,
  },
  {
    name: "a node that waits for its retry gives up its place",
    file: "src/store/memory/claim-node.ts",
    find: "claims.size + waitingRetryCount < record.maxConcurrency",
    replace: "claims.size < record.maxConcurrency",
    noticedBy: /nodes were claimed or waited for a retry at a time/,
  },
  {
    name: "runs whose jobs were lost are not looked for",
    file: "src/scheduler/sweep-runs.ts",
    find: "if (isStopping(run.status) || (await isCarried(context, run, run.dispatch))) return;",
    replace: "if (isStopping(run.status) || (await isCarried(context, run, run.dispatch)) || run.dispatch > 0) return;",
    noticedBy: /ms were not enough/,
  },
  {
    name: "a lane that was taken over goes on claiming",
    file: "src/store/memory/claim-node.ts",
    find: 'if (!params.takeOver) return { kind: "superseded" };',
    replace: "",
    noticedBy: /was claimed while it was held/,
  },
  {
    name: "lost claims are not told with the heartbeat",
    file: "src/store/memory/workers.ts",
    find: "const lost = claims.filter((ref) =>",
    replace: "const lost = claims.filter((ref) => ref.token === 'none' &&",
    noticedBy: /which was not told to stop it/,
  },
  {
    name: "a run finishes although it has finished",
    file: "src/store/memory/finish-run.ts",
    find: 'if (isFinal(record.status)) return { kind: "already-finished" };\n  if (!RUN_TRANSITIONS[record.status].includes(outcome)) return { kind: "superseded" };',
    replace: "",
    noticedBy: /the run finished twice in one epoch|a run that is \w+ (completed|ended as)/,
  },
  {
    name: "a lane goes on with the next level although nodes of this one are not committed",
    file: "src/store/memory/dispatch-level.ts",
    find: '  if (record.committedInLevel !== run.levelWidth) return "not-over";\n',
    replace: "",
    noticedBy: /level \d+ was entered before node \w+ was committed/,
  },
  {
    name: "a lane ends the run a level early",
    file: "src/worker/next-step.ts",
    find: "if (ids === undefined) return FINISH;",
    replace: "if (ids === undefined || levels[at.level + 2] === undefined) return FINISH;",
    noticedBy: /a run that is active completed/,
  },
];
