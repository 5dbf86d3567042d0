-- Opens a new epoch of a run that failed or was cancelled. Committed results stay.
-- KEYS   2 of every run script
-- RETURNS retrying, dispatch | nothing-to-retry | conflict | no-such-run
-- WHY ATOMIC node records of two epochs must not mix
local status = redis.call('HGET', KEY.run, 'status')
if not status then return { 'no-such-run' } end
if status == 'completed' then return { 'nothing-to-retry' } end
if not FINAL[status] then return { 'conflict' } end
local nodes = redis.call('HGETALL', KEY.nodes)
for i = 1, #nodes, 2 do
  if cjson.decode(nodes[i + 1]).status ~= 'completed' then redis.call('HDEL', KEY.nodes, nodes[i]) end
end
redis.call('HDEL', KEY.run, 'cause', 'finishBy', 'finishedAt', 'startedAt', 'orderedBusy', 'lanes', 'remainingMs', 'plannedDispatch')
redis.call('DEL', KEY.timings)
redis.call('HSET', KEY.run, 'status', 'queued', 'level', '-1', 'committedInLevel', '0')
redis.call('ZREM', KEY.finished, RUN_ID)
redis.call('ZADD', KEY.unfinished, whole(NOW), RUN_ID)
add_event('queued', whole(redis.call('HINCRBY', KEY.run, 'epoch', 1)))
return { 'retrying', whole(redis.call('HINCRBY', KEY.run, 'dispatch', 1)) }
