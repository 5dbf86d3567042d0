-- Gives a claim back without an outcome. It uses no attempt and is no crash. In a run that is stopping its node ends as cancelled.
-- KEYS   2 of every run script, 3 the free list of the node's pool, 4 the stateful types
-- ARGV   2 epoch, 3 node, 4 token, 5 run-stopped | worker-stopping | unknown-type | needs-order, 6 pool, 7 type
-- RETURNS released | stale
-- WHY ATOMIC a node is claimed, listed or neither, never both
local id, reason, pool = ARGV[3], ARGV[5], ARGV[6]
local run = redis.call('HMGET', KEY.run, 'epoch', 'level', 'status')
if run[1] ~= ARGV[2] or not holds_claim(id, ARGV[4]) then return { 'stale' } end

local node = read_node(id)
if run[3] ~= 'running' and run[3] ~= 'paused' then
  cancel_node(id, node, run[1], run[2])
  return { 'released' }
end
local was_ordered = node.ordered
end_claim(id, node)
node.status, node.attempt = 'pending', node.attempt - 1
node.releasedCrashCount = node.crashCount
if reason == 'needs-order' then
  redis.call('SADD', KEYS[4], ARGV[7])
elseif was_ordered then
  redis.call('LPUSH', KEY.ordered, pool .. '|' .. id)
elseif reason == 'unknown-type' then
  redis.call('RPUSH', KEYS[3], id)
else
  redis.call('LPUSH', KEYS[3], id)
end
if reason == 'unknown-type' then node.unknownSince = node.unknownSince or NOW end
write_node(id, node)
add_event('node-released', run[1], 'level', run[2], 'node', id)
return { 'released' }
