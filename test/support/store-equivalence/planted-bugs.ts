import type { ScriptBug } from "./virtual-time.ts";

/** A mistake that somebody could make in a script, and by which difference it is noticed. */
export interface PlantedBug extends ScriptBug {
  readonly name: string;
  readonly noticedBy: RegExp;
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "the token is not compared: whoever asks for a claimed node holds it",
    script: "shared",
    find: "return token ~= '' and CLAIMS:get(id) == token",
    replace: "return CLAIMS:get(id)",
    noticedBy: /^the answer|nodes|events/,
  },
  {
    name: "the epoch is forgotten: a commit of another one is taken",
    script: "commit-node",
    find: "if epoch ~= ARGV[2] or not",
    replace: "if not",
    noticedBy: /^the answer: memory 'stale', Redis 'committed/,
  },
  {
    name: "a commit does not count for its level",
    script: "commit-node",
    find: "RUN:set('committedInLevel', committed_in_level)\n",
    replace: "",
    noticedBy: /record · committedInLevel/,
  },
  {
    name: "entries of the shared state live for ever",
    script: "commit-node",
    find: "ARGV[i + 3] ~= '' and string.format('%.6f', NOW_EXACT + ARGV[i + 3]) or ''",
    replace: "''",
    noticedBy: /state · \d · kind: memory 'expired', Redis 'present'/,
  },
  {
    name: "a level is entered before the one before it is over",
    script: "enter-level",
    find: "if RUN:get('committedInLevel') ~= RUN:get('levelWidth') then return { 'not-over' } end\n",
    replace: "",
    noticedBy: /^the answer: memory 'not-over', Redis 'entered'/,
  },
  {
    name: "a level is entered under a barrier that was replaced",
    script: "enter-level",
    find: "if RUN:get('barrierLevel') ~= ARGV[4] or",
    replace: "if",
    noticedBy: /^the answer: memory 'superseded', Redis '(entered|not-over)'/,
  },
  {
    name: "a node that waits for its retry gives up its place",
    script: "fail-attempt",
    find: "CLAIMS:set(id, '')",
    replace: "",
    noticedBy: /^the answer|status: memory 'cancelled', Redis 'pending'/,
  },
  {
    name: "a node that waits for its retry is overtaken in the ordered group",
    script: "fail-attempt",
    find: "if was_ordered then RUN:set('orderedBusy', id) end",
    replace: "",
    noticedBy: /^the answer · (kind|nodeId)/,
  },
  {
    name: "a deadline is not disarmed: the timeout of an attempt outlives it",
    script: "shared",
    find: "    redis.call('ZREM', KEY.deadlines, node.deadline)\n",
    replace: "",
    noticedBy: /^the answer · \d+: memory .*, Redis '.*"kind":"node"/,
  },
  {
    name: "the turn of the ordered group is not given on",
    script: "shared",
    find: "then RUN:delete('orderedBusy') end",
    replace: "then end",
    noticedBy: /^the answer · (kind|nodeId)/,
  },
  {
    name: "handlers are not told that their run stops",
    script: "shared",
    find: "  signal_abort(nil)\n",
    replace: "",
    noticedBy: /^signals/,
  },
  {
    name: "maxConcurrency is off by one",
    script: "claim-node",
    find: "CLAIMS:count() >= limit",
    replace: "CLAIMS:count() > limit",
    noticedBy: /^the answer · (kind|nodeId)/,
  },
  {
    name: "claims of one call are not counted until it ends",
    script: "shared",
    find: "  if self.size and not self:get(field) then self.size = self.size + 1 end\n",
    replace: "",
    noticedBy: /^the answer/,
  },
  {
    name: "places that one call gives up are not free until it ends",
    script: "shared",
    find: "  if self.size and self:get(field) then self.size = self.size - 1 end\n",
    replace: "",
    noticedBy: /^the answer/,
  },
  {
    name: "a node that was taken from its list is left in it",
    script: "shared",
    find: "redis.call('LPOP', self.key, self.taken)",
    replace: "redis.call('LPOP', self.key, self.taken - 1)",
    noticedBy: /^the answer|has kept keys|lists/,
  },
  {
    name: "what is read ahead of a list is taken from it",
    script: "shared",
    find: "redis.call('LPOP', self.key, self.taken)",
    replace: "redis.call('LPOP', self.key, #self.items)",
    noticedBy: /^the answer|lists/,
  },
  {
    name: "a lane that was taken over goes on claiming",
    script: "claim-node",
    find: "if ARGV[7] ~= '1' then return { 'superseded' } end",
    replace: "",
    noticedBy: /^the answer · kind: memory 'superseded', Redis 'claimed'/,
  },
  {
    name: "a dispatch leaves the lists of pools that its plan does not name",
    script: "dispatch-level",
    find: "for _, list in pairs(cjson.decode(run[8] or '{}')) do redis.call('UNLINK', list) end\n",
    replace: "",
    noticedBy: /^the answer|has kept keys/,
  },
  {
    name: "a superseded claim uses up its attempt",
    script: "dispatch-level",
    find: "'pending', node.attempt - 1, node.crashCount",
    replace: "'pending', node.attempt, node.crashCount",
    noticedBy: /nodes · .* · attempt: memory \d+, Redis \d+/,
  },
  {
    name: "a run's timeout goes on while it is paused",
    script: "pause-run",
    find: "  redis.call('ZREM', KEY.deadlines, 'run|' .. RUN_ID)\n",
    replace: "",
    noticedBy: /^the answer · \d+: memory .*, Redis '.*"kind":"run"/,
  },
  {
    name: "a retried run forgets what was committed",
    script: "retry-run",
    find: "if cjson.decode(nodes[i + 1]).status ~= 'completed' then redis",
    replace: "if true then redis",
    noticedBy: /nodes · .*: memory \{ status: 'completed'/,
  },
  {
    name: "an idempotency key outlives its run",
    script: "delete-run",
    find: "if run[2] then redis.call('DEL', run[2]) end\n",
    replace: "",
    noticedBy: /has kept keys|^the answer/,
  },
];
