-- Commits a node's result.
-- KEYS   2 of every run script
-- ARGV   2 epoch, 3 node, 4 token, 5 result (JSON), then for each state change: set | delete, key, value (JSON), ttl in ms or ''
-- RETURNS committed | committed-level: the last one of its level | stale | run-stopped
-- WHY ATOMIC result, state, counters and event take effect together and once, and only for the claim's holder
local id = ARGV[3]
local epoch, status, level = RUN:get('epoch'), RUN:get('status'), RUN:get('level')
local function refuse(reason)
  if epoch then RUN:set('refusedCount', whole((RUN:get('refusedCount') or 0) + 1)) end
  return reason
end
if epoch ~= ARGV[2] or not holds_claim(id, ARGV[4]) then return refuse('stale') end
if status ~= 'running' and status ~= 'paused' then
  cancel_node(id, read_node(id), epoch, level)
  return refuse('run-stopped')
end

for i = 6, #ARGV, 4 do
  if ARGV[i] == 'delete' then
    STATE:delete(ARGV[i + 1])
  else
    local expires = ARGV[i + 3] ~= '' and string.format('%.6f', NOW_EXACT + ARGV[i + 3]) or ''
    STATE:set(ARGV[i + 1], expires .. '|' .. ARGV[i + 2])
  end
end
RESULTS:set(id, ARGV[5])
add_node_event(COMPLETED, id, complete_node(id))
return count_commits(1)
