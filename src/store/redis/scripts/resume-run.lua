-- Takes a paused run up again under a new dispatch.
-- KEYS   2 of every run script
-- RETURNS resumed, dispatch | not-paused | conflict | no-such-run
-- WHY ATOMIC jobs of the old dispatch are superseded in the moment the run goes on
local run = redis.call('HMGET', KEY.run, 'status', 'epoch', 'startedAt', 'remainingMs')
local status = run[1]
if not status then return { 'no-such-run' } end
if status == 'queued' or status == 'running' then return { 'not-paused' } end
if status ~= 'paused' then return { 'conflict' } end
if run[4] then
  set_deadline('run|' .. RUN_ID, run[4])
  redis.call('HDEL', KEY.run, 'remainingMs')
end
each_timed_claim(function(id, node)
  if not node.timeoutLeftMs then return end
  set_deadline(node.deadline, node.timeoutLeftMs)
  node.timeoutLeftMs = nil
  write_node(id, node)
end)
redis.call('HSET', KEY.run, 'status', run[3] and 'running' or 'queued')
redis.call('ZADD', KEY.unfinished, NOW_TEXT, RUN_ID)
add_event('resumed', run[2])
return { 'resumed', whole(redis.call('HINCRBY', KEY.run, 'dispatch', 1)) }
