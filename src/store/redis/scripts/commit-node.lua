-- Commits a node's result.
-- KEYS   2 of every run script
-- ARGV   2 epoch, 3 node, 4 token, 5 result (JSON), then for each state change: set | delete, key, value (JSON), ttl in ms or ''
-- RETURNS committed | committed-level: the last one of its level | stale | run-stopped
-- WHY ATOMIC result, state, counters and event take effect together and once, and only for the claim's holder
local id = ARGV[3]
local run = redis.call('HMGET', KEY.run, 'epoch', 'status', 'level', 'levelWidth')
local function refuse(reason)
  if run[1] then redis.call('HINCRBY', KEY.run, 'refusedCount', 1) end
  return { reason }
end
if run[1] ~= ARGV[2] or not holds_claim(id, ARGV[4]) then return refuse('stale') end
if run[2] ~= 'running' and run[2] ~= 'paused' then
  cancel_node(id, read_node(id), run[1], run[3])
  return refuse('run-stopped')
end

for i = 6, #ARGV, 4 do
  if ARGV[i] == 'delete' then
    redis.call('HDEL', KEY.state, ARGV[i + 1])
  else
    local expires = ARGV[i + 3] ~= '' and string.format('%.6f', NOW_EXACT + ARGV[i + 3]) or ''
    redis.call('HSET', KEY.state, ARGV[i + 1], expires .. '|' .. ARGV[i + 2])
  end
end
redis.call('HSET', KEY.results, id, ARGV[5])
local node = read_node(id)
node.status, node.finishedAt, node.error = 'completed', NOW, nil
end_claim(id, node)
write_node(id, node)
local committed_in_level = redis.call('HINCRBY', KEY.run, 'committedInLevel', 1)
redis.call('HINCRBY', KEY.run, 'committedCount', 1)
add_event('node-completed', run[1], 'level', run[3], 'node', id, 'attempt', whole(node.attempt))
return { committed_in_level == tonumber(run[4]) and 'committed-level' or 'committed' }
