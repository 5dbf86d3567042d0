-- Makes the next level current for lanes that go on with it: the barrier of an earlier level goes on standing for the run.
-- KEYS   2 of every run script; also the free list of the lane's pool
-- ARGV   2 epoch, 3 dispatch, 4 level of the barrier, 5 level, 6 strands of a lane, 7 count of ordered entries, then those, then for each pool:
--        its name, a count, that many nodes
-- RETURNS entered | not-over | superseded
-- WHY ATOMIC a level is entered once, when every node of the one before is committed, and its lists are there with it
if RUN:get('epoch') ~= ARGV[2] or RUN:get('dispatch') ~= ARGV[3] or RUN:get('plannedDispatch') ~= ARGV[3] then return { 'superseded' } end
if RUN:get('barrierLevel') ~= ARGV[4] or RUN:get('status') ~= 'running' then return { 'superseded' } end
local former = RUN:get('level')
if former == ARGV[5] then return { 'entered' } end
if tonumber(former) ~= ARGV[5] - 1 then return { 'superseded' } end
if RUN:get('committedInLevel') ~= RUN:get('levelWidth') then return { 'not-over' } end
-- Nodes that were committed after the level's plan was made may be left in its lists.
local dropped = drop_lists()
if dropped[1] then redis.call('UNLINK', unpack(dropped)) end
local free_lists, node_count = fill_lists(ARGV, 7, ARGV[2] == '1')
RUN:set('strands', ARGV[6])
RUN:set('freeLists', cjson.encode(free_lists))
begin_level(former, ARGV[5], ARGV[2], node_count, 0)
return { 'entered' }
