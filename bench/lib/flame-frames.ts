import type { Profiler } from "node:inspector";

/** One function on a stack, as wide as its share of the time that the process was busy. */
export interface FlameFrame {
  readonly depth: number;
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly origin: Origin;
}

/** Whose code it is. */
export type Origin = "levelflow" | "bullmq" | "ioredis" | "Node.js" | "handlers" | "others";

interface Call {
  readonly name: string;
  readonly origin: Origin;
  readonly calls: Map<string, Call>;
  us: number;
}

/** Narrower frames are left out: nobody could point at them. */
const MIN_SHARE = 0.002;
/** Not the process' own time. */
const IDLE = new Set(["(idle)", "(program)"]);

/** The stacks of a CPU profile, equal ones together, the widest first; what is idle is left out. */
export function flameFrames(profile: Profiler.Profile): { readonly frames: readonly FlameFrame[]; readonly busyMs: number } {
  const root = callOf({ functionName: "all", url: "" });
  const parentOf = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const frameOf = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  for (const [i, sample] of (profile.samples ?? []).entries()) {
    const stack: Frame[] = [];
    for (let id: number | undefined = sample; id !== undefined; id = parentOf.get(id)) {
      const frame = frameOf.get(id);
      if (frame !== undefined && frame.functionName !== "(root)") stack.unshift(frame);
    }
    if (!IDLE.has(stack[0]?.functionName ?? "(idle)")) addStack(root, stack, Math.max(0, profile.timeDeltas?.[i] ?? 0));
  }
  return { frames: layOut(root), busyMs: root.us / 1_000 };
}

type Frame = Pick<Profiler.ProfileNode["callFrame"], "functionName" | "url">;

function addStack(root: Call, stack: readonly Frame[], us: number): void {
  let call = root;
  call.us += us;
  for (const frame of stack) {
    const key = `${frame.functionName} ${frame.url}`;
    const next = call.calls.get(key) ?? callOf(frame);
    call.calls.set(key, next);
    next.us += us;
    call = next;
  }
}

function callOf({ functionName, url }: Frame): Call {
  return { name: functionName === "" ? "(anonymous)" : functionName, origin: originOf(url), calls: new Map(), us: 0 };
}

function originOf(url: string): Origin {
  if (url.includes("/node_modules/bullmq/")) return "bullmq";
  if (url.includes("/node_modules/ioredis/")) return "ioredis";
  if (url.includes("/node_modules/")) return "others";
  if (url.includes("/bench/")) return "handlers";
  return url.startsWith("file:") ? "levelflow" : "Node.js";
}

function layOut(root: Call): readonly FlameFrame[] {
  const frames: FlameFrame[] = [];
  const place = ({ name, origin, calls, us }: Call, depth: number, from: number): void => {
    if (us / root.us < MIN_SHARE) return;
    frames.push({ depth, from, to: from + us / root.us, name, origin });
    let at = from;
    for (const call of [...calls.values()].sort((a, b) => b.us - a.us)) {
      place(call, depth + 1, at);
      at += call.us / root.us;
    }
  };
  if (root.us > 0) place(root, 0, 0);
  return frames;
}
