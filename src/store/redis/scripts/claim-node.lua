-- Takes a lane's next node.
-- KEYS   2 of every run script; also the free list of the lane's pool
-- ARGV   2 dispatch, 3 level of the barrier, 4 lane, 5 pool, 6 token, 7 worker, 8 ms to wait at the concurrency limit,
--        9 '1' to go on with what the lane holds, 10 '1' if that counts no crash
-- RETURNS claimed, node, level, epoch, attempt, crash count, ordered, ms since its type was first unknown or ''
--         | wait, ms | drained | stopped, status | superseded
-- WHY ATOMIC a node leaves its list only as a claim, and the concurrency limit is counted where it is used
local lane, pool, token = ARGV[4], ARGV[5], ARGV[6]
local free = free_list(pool)
local run = redis.call('HMGET', KEY.run, 'dispatch', 'level', 'status', 'epoch', 'maxConcurrency', 'orderedBusy', 'barrierLevel')
if run[1] ~= ARGV[2] or (run[7] or run[2]) ~= ARGV[3] then return { 'superseded' } end
if run[3] ~= 'running' then return { 'stopped', run[3] } end

local function claim(id, node, ordered)
  local is_taken_over = node.status == 'running'
  if not is_taken_over then
    node.attempt, node.crashCount = node.attempt + 1, node.releasedCrashCount or 0
  end
  node.status, node.retryAt, node.releasedCrashCount = 'running', nil, nil
  node.token, node.lane, node.worker, node.ordered = token, lane, ARGV[7], ordered
  node.startedAt = node.startedAt or NOW
  redis.call('HSET', KEY.claims, id, token)
  redis.call('HSET', KEY.lanes, lane, id)
  if ordered then redis.call('HSET', KEY.run, 'orderedBusy', id) end
  write_node(id, node)
  if not is_taken_over then
    add_event('node-started', run[4], 'level', run[2], 'node', id, 'attempt', whole(node.attempt), 'worker', ARGV[7])
  end
  local unknown_for = node.unknownSince and whole(NOW - node.unknownSince) or ''
  return { 'claimed', id, run[2], run[4], whole(node.attempt), whole(node.crashCount), ordered and '1' or '0', unknown_for }
end

-- 1. What this lane had claimed when its process died.
local held = redis.call('HMGET', KEY.lanes, lane, lane .. ':retries')
if held[1] then
  local node = read_node(held[1])
  if node.status == 'running' and node.lane == lane then
    -- This very claim once more: its answer was lost with a connection, and the client asked again.
    if holds_claim(held[1], token) then return claim(held[1], node, node.ordered) end
    if ARGV[9] ~= '1' then return { 'superseded' } end
    disarm_timeout(node)
    if ARGV[10] ~= '1' then node.crashCount = node.crashCount + 1 end
    return claim(held[1], node, node.ordered)
  end
end

-- 2. A retry of this lane that is due. It kept its place, so no limit applies.
local retries = held[2] and cjson.decode(held[2]) or {}
local earliest, earliest_at
for id, due_at in pairs(retries) do
  if not earliest_at or due_at < earliest_at or (due_at == earliest_at and id < earliest) then earliest, earliest_at = id, due_at end
end
local function store_retries()
  if next(retries) then redis.call('HSET', KEY.lanes, lane .. ':retries', cjson.encode(retries))
  else redis.call('HDEL', KEY.lanes, lane .. ':retries') end
end
if earliest and earliest_at <= NOW then
  retries[earliest] = nil
  store_retries()
  local node = read_node(earliest)
  return claim(earliest, node, node.ordered)
end

-- 3. A new one, while the run is below its limit.
local limit = tonumber(run[5])
local function at_limit()
  return limit and redis.call('HLEN', KEY.claims) >= limit
end
local function hold_retry(id, node, ordered)
  node.ordered, node.lane = ordered, lane
  write_node(id, node)
  retries[id] = node.retryAt
  if not earliest_at or node.retryAt < earliest_at then earliest, earliest_at = id, node.retryAt end
  redis.call('HSET', KEY.claims, id, '')
  if ordered then redis.call('HSET', KEY.run, 'orderedBusy', id); run[6] = id end
  store_retries()
end
-- Claims `id` unless somebody has; a retry that is not due yet is kept by this lane.
local function try_claim(id, ordered)
  local node = read_node(id)
  -- A record that says running without a claim is nobody's: listed again, the node is taken up again.
  if node.status == 'running' and redis.call('HEXISTS', KEY.claims, id) == 0 then
    node.status, node.attempt, node.releasedCrashCount = 'pending', node.attempt - 1, node.crashCount
  end
  if node.status ~= 'pending' then return nil end
  if node.retryAt and node.retryAt > NOW then
    hold_retry(id, node, ordered)
    return nil
  end
  return claim(id, node, ordered)
end

local function ordered_head()
  if run[6] then return nil end
  local head = redis.call('LINDEX', KEY.ordered, 0)
  if not head then return nil end
  local head_pool, id = string.match(head, '^([^|]*)|(.*)$')
  return head_pool == pool and id or nil
end
local limited = at_limit()
while not limited do
  local id = ordered_head()
  if not id then break end
  redis.call('LPOP', KEY.ordered)
  local claimed = try_claim(id, true)
  if claimed then return claimed end
  limited = at_limit()
end
while not limited do
  local id = redis.call('LPOP', free)
  if not id then break end
  local claimed = try_claim(id, false)
  if claimed then return claimed end
  limited = at_limit()
end

-- 4. Nothing now.
local wait
if limited and (redis.call('LLEN', free) > 0 or ordered_head()) then wait = tonumber(ARGV[8]) end
if earliest_at and (not wait or earliest_at - NOW < wait) then wait = earliest_at - NOW end
if wait then return { 'wait', whole(math.max(1, wait)) } end
return { 'drained' }
