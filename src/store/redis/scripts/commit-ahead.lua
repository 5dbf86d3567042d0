-- Claims nodes and commits their results at once: those of pure handlers, which ran before.
-- KEYS   2 of every run script; also the free list of the lane's pool
-- ARGV   2 dispatch, 3 level of the barrier, 4 pool, 5 worker, 6 epoch, 7 level, then for each node: its id, its result (JSON)
-- RETURNS how many of them were committed: all before the first that is not the next node of its list, for its first attempt
-- WHY ATOMIC nobody else is given the nodes, and results, counters and events take effect together and once
local pool, worker = ARGV[4], ARGV[5]
if RUN:get('dispatch') ~= ARGV[2] or RUN:get('barrierLevel') ~= ARGV[3] or RUN:get('status') ~= 'running' then return 0 end
if RUN:get('epoch') ~= ARGV[6] or RUN:get('level') ~= ARGV[7] or is_at_limit() then return 0 end

local count = 0
for i = 8, #ARGV, 2 do
  local id = ARGV[i]
  local ordered = ordered_head(pool)
  local list = ordered and ORDERED or free_list(pool)
  if (ordered or list:peek()) ~= id or NODES:get(id) then break end
  raise_version()
  list:take()
  RESULTS:set(id, ARGV[i + 1])
  NODES:set(id, ahead_record(worker, ordered ~= nil))
  add_node_event(STARTED, id, '1', worker)
  add_node_event(AHEAD, id, '1')
  -- Of nodes that run one after another, or so many at a time, no more are told to run.
  if ordered or RUN:get('maxConcurrency') then tell_of_nodes() end
  count = count + 1
end
if count > 0 then count_commits(count) end
return count
