import { LevelflowError } from "../../core/errors/levelflow-error.ts";

/**
 * The version of what is stored of a run; its record carries it. Raised with every change that an older version would misread, so that
 * processes of both may run side by side: the older one leaves newer runs to the newer one. The newer one has to read what older ones wrote.
 *
 * 1: without a version in the record. 2: with it. 3: lanes go on with levels behind that of their barrier. 4: an entry of the events may
 * be of many nodes; a lane may start a run, and stand for it without a barrier. 5: a claim names its lane, which the node's record does not
 * any more, and the retries that lanes wait for have a key of their own; the first claim makes a run of an older version one of this. 6: an entry of the events holds all that a script told; the first that
 * holds several makes a run one of this version.
 */
export const RECORD_VERSION = 6;

/** What scripts answer for a run that is too new for them. */
const NEWER_RECORD = "newer-record";

/** Throws `RECORD_TOO_NEW` if a script has refused a run for its version. */
export function refuseNewerAnswer(runId: string, reply: unknown): void {
  if (Array.isArray(reply) && reply[0] === NEWER_RECORD) throw recordTooNew(runId, String(reply[1]));
}

/** Throws `RECORD_TOO_NEW` for a run that a newer version has written. */
export function refuseNewerRecord({ runId = "", version = "1" }: Readonly<Record<string, string>>): void {
  if (Number(version) > RECORD_VERSION) throw recordTooNew(runId, version);
}

function recordTooNew(runId: string, version: string): LevelflowError {
  return new LevelflowError(
    "RECORD_TOO_NEW",
    `run ${runId} is stored in version ${version}, of which this levelflow knows up to ${String(RECORD_VERSION)}: use the version that enqueued it`,
    { runId },
  );
}
