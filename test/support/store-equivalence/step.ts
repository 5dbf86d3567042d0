import { inspect } from "node:util";
import type { RunStore } from "../../../src/core/ports/run-store.ts";

type Method = {
  [Name in keyof RunStore]: RunStore[Name] extends (params: infer Params) => Promise<unknown>
    ? unknown extends Params
      ? never
      : Params extends (...args: never) => unknown
        ? never
        : Name
    : never;
}[keyof RunStore];

type CallOf<Name extends Method> = { readonly method: Name; readonly params: Parameters<RunStore[Name]>[0] };

/** A call of either store. Everything in it is spelled out, so that a list of steps can be played again, whole or in part. */
export type StoreCall = { [Name in Method]: CallOf<Name> }[Method];

export interface Step {
  /** How far the clock of both stores moves before the call, in ms. */
  readonly afterMs: number;
  readonly call: StoreCall;
  /** What is asked for in the same turn of the event loop, right behind it: the Redis store makes it with the same script. */
  readonly together?: readonly StoreCall[];
}

export function callsOf({ call, together = [] }: Step): readonly StoreCall[] {
  return [call, ...together];
}

/** What a store answered, or that it threw. */
export type Outcome = { readonly answer: unknown } | { readonly threw: string };

export async function callStore(store: RunStore, { method, params }: StoreCall): Promise<Outcome> {
  try {
    return { answer: await (store[method] as (params: unknown) => Promise<unknown>)(params) };
  } catch (error) {
    return { threw: String(error) };
  }
}

export function describeStep(step: Step, index: number): string {
  const calls = callsOf(step).map(({ method, params }) => `${method}(${show(params)})`);
  return `${String(index + 1).padStart(3)}. +${step.afterMs} ms  ${calls.join("\n     together with  ")}`;
}

export function show(value: unknown): string {
  return inspect(value, { depth: 10, breakLength: Infinity, maxArrayLength: 50, compact: true });
}
