-- Removes a finished run, and its definition if no other run uses it.
-- KEYS   12 of the run, 13 definition, 14 runs that use it, 15 index of all runs, 16 input
-- RETURNS deleted | not-finished
-- WHY ATOMIC a retry or a new run with the same definition may come at the same moment
local run = redis.call('HMGET', KEY.run, 'status', 'idempotencyKey')
if run[1] and not FINAL[run[1]] then return { 'not-finished' } end
if run[2] then redis.call('DEL', run[2]) end
redis.call('SREM', KEYS[14], RUN_ID)
if redis.call('SCARD', KEYS[14]) == 0 then redis.call('DEL', KEYS[13], KEYS[14]) end
redis.call('ZREM', KEYS[15], RUN_ID)
redis.call('ZREM', KEY.finished, RUN_ID)
redis.call('ZREM', KEY.unfinished, RUN_ID)
redis.call('DEL', KEY.run, KEY.nodes, KEY.results, KEY.state, KEY.claims, KEY.lanes, KEY.ordered, KEY.timings, KEY.events, KEYS[16])
return { 'deleted' }
