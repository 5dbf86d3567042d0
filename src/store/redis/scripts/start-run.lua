-- Starts a run with its first level, for the lane that it starts with. No barrier stands behind that lane.
-- KEYS   2 of every run script
-- ARGV   2 epoch, 3 dispatch, 4 lanes (JSON), 5 strands of the lane, 6 count of ordered entries, then those (`pool|node`), then for each pool: its name,
--        a count, that many nodes
-- RETURNS advanced | already-advanced | superseded | finished
-- WHY ATOMIC a run starts once, and its lists are there with it
local epoch, dispatch, status, level = RUN:get('epoch'), RUN:get('dispatch'), RUN:get('status'), RUN:get('level')
if not epoch or epoch ~= ARGV[2] then return { 'superseded' } end
if FINAL[status] then return { 'finished' } end
if status ~= 'queued' and status ~= 'running' then return { 'superseded' } end
if dispatch == ARGV[3] and RUN:get('plannedDispatch') == dispatch and (RUN:get('barrierLevel') or level) == '0' then return { 'already-advanced' } end
if dispatch ~= ARGV[3] or level ~= '-1' then return { 'superseded' } end
-- Nobody has claimed anything yet.
for _, part in ipairs({ CLAIMS, LANES, RETRIES }) do part:start() end
local free_lists, node_count = fill_lists(ARGV, 6, epoch == '1')
RUN:set('status', 'running')
RUN:set('barrierLevel', '0')
RUN:set('lanes', ARGV[4])
RUN:set('strands', ARGV[5])
RUN:set('plannedDispatch', dispatch)
RUN:set('freeLists', cjson.encode(free_lists))
RUN:set('startedAt', NOW_TEXT)
redis.call('ZADD', KEY.unfinished, NOW_TEXT, RUN_ID)
add_event('started', epoch)
if RUN:get('timeoutMs') then set_deadline('run|' .. RUN_ID, RUN:get('timeoutMs')) end
begin_level(level, '0', epoch, node_count, 0)
return { 'advanced' }
