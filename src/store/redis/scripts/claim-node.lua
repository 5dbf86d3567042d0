-- Takes a lane's next node.
-- KEYS   2 of every run script; also the free list of the lane's pool
-- ARGV   2 dispatch, 3 level of the barrier, 4 pool, 5 worker, 6 ms to wait at the concurrency limit,
--        7 '1' to go on with what the lane holds, 8 '1' if that counts no crash, 9 lane, 10 token
-- RETURNS first|level|epoch|node, as one text: the node's first attempt, without order
--         | claimed, node, level, epoch, attempt, crash count, ordered (1 or 0), ms since its type was first unknown if it was
--         | wait, ms | drained | stopped, status | superseded
-- WHY ATOMIC a node leaves its list only as a claim, and the concurrency limit is counted where it is used
local pool, worker, lane, token = ARGV[4], ARGV[5], ARGV[9], ARGV[10]
local level, epoch = RUN:get('level'), RUN:get('epoch')
if RUN:get('dispatch') ~= ARGV[2] or (RUN:get('barrierLevel') or level) ~= ARGV[3] then return { 'superseded' } end
if RUN:get('status') ~= 'running' then return { 'stopped', RUN:get('status') } end

raise_version()
local retries = retries_of(lane)

-- What most claims are: a node of no order for the first time, by a lane that has nothing else to look after.
local free = free_list(pool)
if not LANES:get(lane) and not next(retries) and not is_at_limit() and not ordered_head(pool) then
  local id = free:peek()
  if id and not NODES:get(id) then
    free:take()
    hold_node(id, first_record(worker), token, lane)
    add_node_event(STARTED, id, '1', worker)
    return 'first|' .. level .. '|' .. epoch .. '|' .. id
  end
end

local function claim(id, node, ordered)
  local is_taken_over = node.status == 'running'
  if not is_taken_over then
    node.attempt, node.crashCount = node.attempt + 1, node.releasedCrashCount or 0
  end
  node.status, node.retryAt, node.releasedCrashCount, node.lane = 'running', nil, nil, nil
  node.worker, node.ordered, node.startedAt = worker, ordered, node.startedAt or NOW
  if ordered then RUN:set('orderedBusy', id) end
  local attempt = whole(node.attempt)
  hold_node(id, cjson.encode(node), token, lane)
  if not is_taken_over then add_node_event(STARTED, id, attempt, worker) end
  local unknown_for = node.unknownSince and whole(NOW - node.unknownSince)
  return { 'claimed', id, level, epoch, attempt, whole(node.crashCount), ordered and '1' or '0', unknown_for }
end

-- 1. What this lane had claimed when its process died.
local held = LANES:get(lane)
if held then
  local node = read_node(held)
  if node.status == 'running' and lane_of(held, node) == lane then
    -- This very claim once more: its answer was lost with a connection, and the client asked again.
    if holds_claim(held, token) then return claim(held, node, node.ordered) end
    if ARGV[7] ~= '1' then return { 'superseded' } end
    disarm_timeout(node)
    if ARGV[8] ~= '1' then node.crashCount = node.crashCount + 1 end
    return claim(held, node, node.ordered)
  end
end

-- 2. A retry of this lane that is due. It kept its place, so no limit applies.
local earliest, earliest_at
for id, due_at in pairs(retries) do
  if not earliest_at or due_at < earliest_at or (due_at == earliest_at and id < earliest) then earliest, earliest_at = id, due_at end
end
if earliest and earliest_at <= NOW then
  retries[earliest] = nil
  set_retries(lane, retries)
  local node = read_node(earliest)
  return claim(earliest, node, node.ordered)
end

-- 3. A new one, while the run is below its limit.
-- Claims `id` unless somebody has; a retry that is not due yet is kept by this lane.
local function try_claim(id, ordered)
  local node = read_node(id)
  -- A record that says running without a claim is nobody's: listed again, the node is taken up again.
  if node.status == 'running' and not CLAIMS:get(id) then
    node.status, node.attempt, node.releasedCrashCount = 'pending', node.attempt - 1, node.crashCount
  end
  if node.status ~= 'pending' then return nil end
  if node.retryAt and node.retryAt > NOW then
    node.ordered = ordered
    write_node(id, node)
    retries[id] = node.retryAt
    if not earliest_at or node.retryAt < earliest_at then earliest, earliest_at = id, node.retryAt end
    CLAIMS:set(id, '')
    if ordered then RUN:set('orderedBusy', id) end
    set_retries(lane, retries)
    return nil
  end
  return claim(id, node, ordered)
end

local limited = is_at_limit()
while not limited do
  local id = ordered_head(pool)
  if not id then break end
  ORDERED:take()
  local claimed = try_claim(id, true)
  if claimed then return claimed end
  limited = is_at_limit()
end
while not limited do
  local id = free:peek()
  if not id then break end
  free:take()
  local claimed = try_claim(id, false)
  if claimed then return claimed end
  limited = is_at_limit()
end

-- 4. Nothing now.
local wait
if limited and (free:peek() or ordered_head(pool)) then wait = tonumber(ARGV[6]) end
if earliest_at and (not wait or earliest_at - NOW < wait) then wait = earliest_at - NOW end
if wait then return { 'wait', whole(math.max(1, wait)) } end
return { 'drained' }
