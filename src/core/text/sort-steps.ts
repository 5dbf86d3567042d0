import { inSlices, ITEMS_A_STEP, type Steps } from "../time/in-turns.ts";
import { compareIds, sortIds } from "./compare-bytes.ts";

/** Ids that are sorted, and ids that are merged, between two steps. */
const IDS_A_STEP = 8 * ITEMS_A_STEP;

/** Sorts ids by {@link compareIds} in steps: runs of some thousand by themselves, which are then merged two by two. */
export function* sortSteps(ids: string[]): Steps<string[]> {
  if (ids.length <= IDS_A_STEP) return sortIds(ids);
  let runs: string[][] = [];
  for (let start = 0; start < ids.length; start += IDS_A_STEP) {
    runs.push(sortIds(ids.slice(start, start + IDS_A_STEP)));
    yield;
  }
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let i = 0; i < runs.length; i += 2) merged.push(yield* merge(runs[i] ?? [], runs[i + 1] ?? []));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge(left: readonly string[], right: readonly string[]): Steps<string[]> {
  const merged: string[] = [];
  let [l, r] = [0, 0];
  yield* inSlices(left.length + right.length, IDS_A_STEP, (start, end) => {
    for (let index = start; index < end; index++) {
      const [a, b] = [left[l], right[r]];
      const takesLeft = b === undefined || (a !== undefined && compareIds(a, b) <= 0);
      merged.push((takesLeft ? a : b) ?? "");
      if (takesLeft) l += 1;
      else r += 1;
    }
  });
  return merged;
}
