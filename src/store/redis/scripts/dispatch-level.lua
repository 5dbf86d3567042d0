-- Makes a level current and stores which nodes its lanes take. Compare-and-set on epoch, dispatch and level.
-- KEYS   2 of every run script, 3.. the free list of each pool
-- ARGV   2 epoch, 3 expected dispatch, 4 expected level, 5 dispatch, 6 level, 7 committed nodes of the level, 8 lanes (JSON), 9 strands of a lane,
--        10 committed nodes that the level before must have or '', 11 '1' if the lists were brought before, 12.. the lists: as in fill_lists, or adopt_lists
-- RETURNS advanced, lanes, strands | already-advanced, lanes, strands | superseded | finished | lists-lost
-- WHY ATOMIC lists, lanes and position must agree: a lane that starts a moment later takes nodes from them
local run = redis.call('HMGET', KEY.run, 'epoch', 'dispatch', 'level', 'status', 'lanes', 'timeoutMs', 'plannedDispatch', 'freeLists',
  'committedInLevel', 'strands', 'barrierLevel')
local epoch, status = run[1], run[4]
if not epoch or epoch ~= ARGV[2] then return { 'superseded' } end
if FINAL[status] then return { 'finished' } end
if status ~= 'queued' and status ~= 'running' then return { 'superseded' } end
if run[2] == ARGV[5] and run[7] == ARGV[5] and (run[11] or run[3]) == ARGV[6] then return { 'already-advanced', run[5], run[10] or '1' } end
if run[2] ~= ARGV[3] or run[3] ~= ARGV[4] then return { 'superseded' } end
if ARGV[10] ~= '' and run[9] ~= ARGV[10] then return { 'superseded' } end

-- Takes lists that were brought in parts: from position on, for each the pool (none: the ordered group), the key and the count of its entries.
local function adopt_lists(position)
  local free_lists, node_count = {}, 0
  for i = position, #ARGV, 3 do
    local pool = ARGV[i]
    local list = pool == '' and KEY.ordered or free_list(pool):key()
    redis.call('RENAME', ARGV[i + 1], list)
    redis.call('PERSIST', list)
    if pool ~= '' then free_lists[pool] = list end
    node_count = node_count + ARGV[i + 2]
  end
  return free_lists, node_count
end
if ARGV[11] == '1' then
  for i = 12, #ARGV, 3 do
    if redis.call('LLEN', ARGV[i + 1]) ~= tonumber(ARGV[i + 2]) then return { 'lists-lost' } end
  end
end

-- Claims of an issuing that is replaced are superseded; waiting retries keep the time they are due.
local places = redis.call('HGETALL', KEY.claims)
for i = 1, #places, 2 do
  local node = read_node(places[i])
  if node.status == 'running' then
    node.status, node.attempt, node.releasedCrashCount = 'pending', node.attempt - 1, node.crashCount
    signal_abort(token_of(places[i + 1]))
  end
  end_claim(places[i], node)
  write_node(places[i], node)
end
redis.call('UNLINK', KEY.claims, KEY.lanes, KEY.retries, KEY.ordered, unpack(KEYS, 3))
for _, list in pairs(cjson.decode(run[8] or '{}')) do redis.call('UNLINK', list) end
redis.call('HDEL', KEY.run, 'orderedBusy', 'hasRetries')

local free_lists, node_count
if ARGV[11] == '1' then free_lists, node_count = adopt_lists(12) else free_lists, node_count = fill_lists(ARGV, 12) end
redis.call('HSET', KEY.run, 'status', 'running', 'dispatch', ARGV[5], 'barrierLevel', ARGV[6], 'lanes', ARGV[8], 'strands', ARGV[9],
  'plannedDispatch', ARGV[5], 'freeLists', cjson.encode(free_lists), 'version', RECORD_VERSION)
redis.call('ZADD', KEY.unfinished, NOW_TEXT, RUN_ID)
if redis.call('HSETNX', KEY.run, 'startedAt', NOW_TEXT) == 1 then
  add_event('started', epoch)
  if run[6] then set_deadline('run|' .. RUN_ID, run[6]) end
end
begin_level(run[3], ARGV[6], epoch, node_count, tonumber(ARGV[7]))
return { 'advanced', ARGV[8], ARGV[9] }
