import { BRANCHES } from "./branches.ts";
import type { Family } from "./page-entry.ts";
import { SHARED_STATE } from "./shared-state.ts";
import { STRUCTURES } from "./structures.ts";
import { TEXT_AND_NUMBERS } from "./text-and-numbers.ts";
import { VALUES } from "./values.ts";
import { WAITING_AND_ERRORS } from "./waiting-and-errors.ts";
import { WEB } from "./web.ts";

/** The built-in types in the order of the page. */
export const FAMILIES: readonly Family[] = [
  VALUES,
  TEXT_AND_NUMBERS,
  STRUCTURES,
  BRANCHES,
  SHARED_STATE,
  WAITING_AND_ERRORS,
  WEB,
];
