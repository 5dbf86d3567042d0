import { distance } from "fastest-levenshtein";
import { quote } from "./quote.ts";

/**
 * The candidate that a mistyped word was most likely meant to be, or `undefined` if none is close: the same word in other case or with
 * other separators, the same letters in another order, or one within two edits (one for words of up to four letters).
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let best = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const score = unlikeness(word, candidate);
    if (score < best) {
      best = score;
      nearest = candidate;
    }
  }
  return nearest;
}

/** The end of a message about an unknown word: `: did you mean "timeoutMs"?`, or nothing if no candidate is close. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const nearest = suggest(word, candidates);
  return nearest === undefined ? "" : `: did you mean ${quote(nearest)}?`;
}

/** 0 for the same word but for case and separators, edits otherwise; infinite when the words have nothing to do with each other. */
function unlikeness(word: string, candidate: string): number {
  // Checked first: the distance of two long texts takes time in the product of their lengths.
  if (Math.abs(word.length - candidate.length) > 4) return Number.POSITIVE_INFINITY;
  const plainWord = withoutSeparators(word);
  const plainCandidate = withoutSeparators(candidate);
  if (plainWord === plainCandidate) return 0;
  if (plainWord.length < 2) return Number.POSITIVE_INFINITY;
  if (plainWord.length > 2 && sortedLetters(plainWord) === sortedLetters(plainCandidate)) return 1;
  const edits = distance(plainWord, plainCandidate);
  const allowed = Math.max(plainWord.length, plainCandidate.length) <= 4 ? 1 : 2;
  return edits <= allowed ? edits : Number.POSITIVE_INFINITY;
}

function withoutSeparators(word: string): string {
  return word.toLowerCase().replace(/[-_. ]/g, "");
}

function sortedLetters(word: string): string {
  return Array.from(word).sort().join("");
}
