import type { AttemptSpan } from "../core/ports/tracing.ts";
import type { AheadResult } from "../core/ports/worker-store.ts";

/** Nodes under way at the most: enough for Redis to have some while the process works on the next. */
const MAX_OPEN_COUNT = 192;
/** Characters of results in them: where one has more, it is the only one. */
const MAX_OPEN_CHARS = 4 * 1024 * 1024;
/** Nodes, and characters of their results, that are committed together. */
const MAX_GROUP_COUNT = 96;
const MAX_GROUP_CHARS = 1024 * 1024;

/** Nodes that are run without a look at the clock: well under a millisecond, mostly. */
export const AHEAD_STEP_COUNT = 16;

/** A node that was run ahead. */
export interface AheadNode extends AheadResult {
  readonly span: AttemptSpan | undefined;
}

/** Whose nodes are to be committed at the next tick, unless they are by then. */
interface Due {
  commits: AheadCommits | undefined;
}

export interface AheadCommitsOptions {
  /** Asks for the commit of nodes of a level; answers how many of them were committed, the first ones. */
  readonly commit: (level: number, nodes: readonly AheadNode[]) => Promise<number>;
  /** Called once it is known what has become of a node. */
  readonly heard: (node: AheadNode, isCommitted: boolean) => void;
}

/** The nodes that a lane has run ahead and not heard of yet. Those of a level that it runs in one go are committed together. */
export class AheadCommits {
  readonly #options: AheadCommitsOptions;
  /** Of one level, not asked for yet. */
  #group: AheadNode[] = [];
  #due: Due = { commits: undefined };
  #level = 0;
  #groupChars = 0;
  #addedCount = 0;
  #openCount = 0;
  #openChars = 0;
  #isRefused = false;
  #fault: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(options: AheadCommitsOptions) {
    this.#options = options;
  }

  /** Has a node committed: once the lane waits for something, or leaves the level, for which it calls {@link flush}. */
  add(level: number, node: AheadNode): void {
    this.#addedCount += 1;
    this.#openCount += 1;
    this.#openChars += node.result.length;
    this.#groupChars += node.result.length;
    this.#level = level;
    if (this.#group.push(node) === 1) this.#flushNext();
    if (this.#group.length >= MAX_GROUP_COUNT || this.#groupChars >= MAX_GROUP_CHARS) this.flush();
  }

  /** Asks for the commit of what is not under way yet: what is asked for from here on comes behind it. */
  flush(): void {
    const nodes = this.#group;
    if (nodes.length === 0) return;
    this.#due.commits = undefined;
    this.#group = [];
    this.#groupChars = 0;
    const end = (committedCount: number): void => {
      this.#isRefused ||= committedCount < nodes.length;
      this.#openCount -= nodes.length;
      for (const { result } of nodes) this.#openChars -= result.length;
      this.#wake?.();
      for (const [i, node] of nodes.entries()) this.#options.heard(node, i < committedCount);
    };
    this.#options.commit(this.#level, nodes).then(end, (error: unknown) => {
      this.#fault ??= { error };
      end(0);
    });
  }

  /** While one promise follows another no tick comes, and runs that are over by then are not to be kept for theirs. */
  #flushNext(): void {
    const due: Due = { commits: this };
    this.#due = due;
    process.nextTick(() => due.commits?.flush());
  }

  /** Whether so many nodes were run that others may want a turn. */
  get isStepOver(): boolean {
    return this.#addedCount > 0 && this.#addedCount % AHEAD_STEP_COUNT === 0;
  }

  /** Whether one was refused: things are otherwise than this lane takes them to be. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Whether some have to be heard of before another one is run. */
  get isFull(): boolean {
    return this.#openCount >= MAX_OPEN_COUNT || this.#openChars >= MAX_OPEN_CHARS;
  }

  /** Resolves once there is room for another one. */
  async room(): Promise<void> {
    while (this.isFull) await this.#nextEnd();
  }

  /** Resolves once all have been heard of: whether none was refused. Throws what one of them failed with. */
  async settled(): Promise<boolean> {
    while (this.#openCount > 0) await this.#nextEnd();
    if (this.#fault !== undefined) throw this.#fault.error;
    return !this.#isRefused;
  }

  #nextEnd(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
