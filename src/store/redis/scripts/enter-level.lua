-- Makes the next level current for lanes that go on with it: the barrier of an earlier level goes on standing for the run.
-- KEYS   2 of every run script; also the free list of the lane's pool
-- ARGV   2 epoch, 3 dispatch, 4 level of the barrier, 5 level, 6 strands of a lane, 7 count of ordered entries, then those, then for each pool:
--        its name, a count, that many nodes
-- RETURNS entered | not-over | superseded
-- WHY ATOMIC a level is entered once, when every node of the one before is committed, and its lists are there with it
local run = redis.call('HMGET', KEY.run, 'epoch', 'dispatch', 'plannedDispatch', 'barrierLevel', 'status', 'level', 'committedInLevel', 'levelWidth')
if run[1] ~= ARGV[2] or run[2] ~= ARGV[3] or run[3] ~= ARGV[3] or run[4] ~= ARGV[4] or run[5] ~= 'running' then return { 'superseded' } end
if run[6] == ARGV[5] then return { 'entered' } end
if tonumber(run[6]) ~= ARGV[5] - 1 then return { 'superseded' } end
if run[7] ~= run[8] then return { 'not-over' } end
local free_lists, node_count = fill_lists(ARGV, 7)
redis.call('HSET', KEY.run, 'strands', ARGV[6], 'freeLists', cjson.encode(free_lists))
begin_level(run[6], ARGV[5], run[1], node_count, 0)
return { 'entered' }
