-- Pauses a run: no node is claimed, its timeout and those of its running nodes stand still.
-- KEYS   2 of every run script
-- RETURNS paused | already-paused | conflict | no-such-run
-- WHY ATOMIC a claim comes before the pause or is refused
local run = redis.call('HMGET', KEY.run, 'status', 'epoch')
local status = run[1]
if not status then return { 'no-such-run' } end
if status == 'paused' then return { 'already-paused' } end
if status ~= 'queued' and status ~= 'running' then return { 'conflict' } end
local deadline = redis.call('ZSCORE', KEY.deadlines, 'run|' .. RUN_ID)
if deadline then
  redis.call('HSET', KEY.run, 'remainingMs', whole(math.max(0, deadline - NOW)))
  redis.call('ZREM', KEY.deadlines, 'run|' .. RUN_ID)
end
each_timed_claim(function(id, node)
  local due_at = redis.call('ZSCORE', KEY.deadlines, node.deadline)
  if not due_at then return end
  node.timeoutLeftMs = math.max(0, due_at - NOW)
  redis.call('ZREM', KEY.deadlines, node.deadline)
  write_node(id, node)
end)
redis.call('HSET', KEY.run, 'status', 'paused')
redis.call('ZREM', KEY.unfinished, RUN_ID)
add_event('paused', run[2])
return { 'paused' }
