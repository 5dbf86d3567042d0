-- Removes a finished run, and its definition if no other run uses it.
-- KEYS   2 of every run script, 3 definition, 4 runs that use it, 5 index of all runs, 6 input
-- RETURNS deleted | not-finished
-- WHY ATOMIC a retry or a new run with the same definition may come at the same moment
local run = redis.call('HMGET', KEY.run, 'status', 'idempotencyKey')
if run[1] and not FINAL[run[1]] then return { 'not-finished' } end
if run[2] then redis.call('DEL', run[2]) end
redis.call('SREM', KEYS[4], RUN_ID)
if redis.call('SCARD', KEYS[4]) == 0 then redis.call('UNLINK', KEYS[3], KEYS[4]) end
redis.call('ZREM', KEYS[5], RUN_ID)
redis.call('ZREM', KEY.finished, RUN_ID)
redis.call('ZREM', KEY.unfinished, RUN_ID)
-- Large keys are taken apart by a thread of Redis that serves nobody.
redis.call('UNLINK', KEY.run, KEY.nodes, KEY.results, KEY.state, KEY.claims, KEY.lanes, KEY.retries, KEY.ordered, KEY.timings,
  KEY.events, KEYS[6])
return { 'deleted' }
