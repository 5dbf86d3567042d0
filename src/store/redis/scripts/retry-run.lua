-- Opens a new epoch of a run that failed or was cancelled, perhaps with another input or definition. Committed results stay.
-- KEYS   2 of every run script, 3 input, 4 definition, 5 runs that use it, 6 the former definition, 7 runs that use that, 8 parts of the definition
-- ARGV   2 the epoch that was looked at or '', 3 '1' if `clear-nodes` was done, 4 input or '', 5 definition as for create-run or '' (KEYS 4 to
--        8 only with it), 6.. fields and values of the record that follow from it
-- RETURNS retrying, dispatch | nothing-to-retry | conflict | no-such-run | definition-lost | too-many-nodes: `clear-nodes` is to be called first
-- WHY ATOMIC node records of two epochs must not mix
local run = redis.call('HMGET', KEY.run, 'status', 'epoch')
local status = run[1]
if not status then return { 'no-such-run' } end
if ARGV[2] ~= '' and run[2] ~= ARGV[2] then return { 'conflict' } end
if status == 'completed' then return { 'nothing-to-retry' } end
if not FINAL[status] then return { 'conflict' } end
local how = ARGV[5] ~= '' and look_up_definition(KEYS[4], ARGV[5], KEYS[8])
if how == 'lost' then return { 'definition-lost' } end
if ARGV[3] ~= '1' then
  if redis.call('HLEN', KEY.nodes) > 1000 then return { 'too-many-nodes' } end
  local nodes = redis.call('HGETALL', KEY.nodes)
  for i = 1, #nodes, 2 do
    if cjson.decode(nodes[i + 1]).status ~= 'completed' then redis.call('HDEL', KEY.nodes, nodes[i]) end
  end
end
redis.call('HDEL', KEY.run, 'cause', 'finishedAt', 'startedAt', 'orderedBusy', 'hasRetries', 'lanes', 'strands', 'remainingMs', 'plannedDispatch')
redis.call('DEL', KEY.timings)
redis.call('UNLINK', KEY.retries)
if ARGV[4] ~= '' then redis.call('SET', KEYS[3], ARGV[4]) end
if ARGV[5] ~= '' then
  put_definition(how, KEYS[4], ARGV[5], KEYS[8])
  redis.call('SREM', KEYS[7], RUN_ID)
  if KEYS[6] ~= KEYS[4] and redis.call('EXISTS', KEYS[7]) == 0 then redis.call('UNLINK', KEYS[6]) end
  redis.call('SADD', KEYS[5], RUN_ID)
  redis.call('HDEL', KEY.run, 'workflowId', 'maxConcurrency', 'timeoutMs')
  redis.call('HSET', KEY.run, unpack(ARGV, 6))
end
redis.call('HSET', KEY.run, 'status', 'queued', 'level', '-1', 'barrierLevel', '-1', 'committedInLevel', '0')
redis.call('ZREM', KEY.finished, RUN_ID)
redis.call('ZADD', KEY.unfinished, NOW_TEXT, RUN_ID)
add_event('queued', whole(redis.call('HINCRBY', KEY.run, 'epoch', 1)))
return { 'retrying', whole(redis.call('HINCRBY', KEY.run, 'dispatch', 1)) }
