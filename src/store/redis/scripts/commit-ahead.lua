-- Claims a node and commits its result at once: that of a pure handler, which ran before.
-- KEYS   2 of every run script; also the free list of the lane's pool
-- ARGV   2 dispatch, 3 level of the barrier, 4 pool, 5 worker, 6 epoch, 7 level, 8 node, 9 result (JSON)
-- RETURNS committed | committed-level: the last one of its level | refused: it is not the next node of its list, for its first attempt
-- WHY ATOMIC nobody else is given the node, and result, counters and events take effect together and once
local pool, worker, level, id = ARGV[4], ARGV[5], ARGV[7], ARGV[8]
if RUN:get('dispatch') ~= ARGV[2] or RUN:get('barrierLevel') ~= ARGV[3] or RUN:get('status') ~= 'running' then return 'refused' end
if RUN:get('epoch') ~= ARGV[6] or RUN:get('level') ~= level or is_at_limit() then return 'refused' end
local ordered = ordered_head(pool)
local list = ordered and ORDERED or free_list(pool)
if (ordered or list:peek()) ~= id or NODES:get(id) then return 'refused' end

raise_version()
list:take()
RESULTS:set(id, ARGV[9])
NODES:set(id, ahead_record(worker, ordered ~= nil))
add_node_event('node-started', id, '1', worker)
add_node_event('ahead-completed', id, '1')
-- Of nodes that run one after another, or so many at a time, no more are told to run.
if ordered or RUN:get('maxConcurrency') then tell_of_nodes() end
return count_commit()
