-- Put behind `shared.lua`: node records, the claims on them, and the lanes that hold those.

local function read_node(id)
  local text = NODES:get(id)
  return text and cjson.decode(text) or { status = 'pending', attempt = 0, crashCount = 0 }
end

local function write_node(id, node)
  NODES:set(id, cjson.encode(node))
end

local function signal_abort(token)
  redis.call('PUBLISH', KEY.aborts, cjson.encode({ runId = RUN_ID, token = token }))
end

local function disarm_timeout(node)
  if node.deadline then
    redis.call('ZREM', KEY.deadlines, node.deadline)
    node.deadline, node.timeoutLeftMs = nil, nil
  end
end

-- A claim is `token|lane`; empty while its node waits for a retry, which nobody holds. Those of version 4 are tokens alone.
local function token_of(claim)
  return string.match(claim, '^[^|]*')
end

-- The lane that holds a node.
local function lane_of(id, node)
  return string.match(CLAIMS:get(id) or '', '|(.*)$') or node.lane
end

-- Whether a token is that of the node's claim.
local function holds_claim(id, token)
  local claim = CLAIMS:get(id)
  return token ~= '' and claim and token_of(claim) == token
end

local function hold_node(id, record, token, lane)
  NODES:set(id, record)
  CLAIMS:set(id, token .. '|' .. lane)
  LANES:set(lane, id)
end

-- Whether the run has as many places taken as it may have.
local function is_at_limit()
  local limit = RUN:get('maxConcurrency')
  return limit and CLAIMS:count() >= tonumber(limit)
end

-- Ends a claim, whatever its outcome. The ordered group goes on unless its node waits for a retry.
local function end_claim(id, node)
  disarm_timeout(node)
  local lane = lane_of(id, node)
  CLAIMS:delete(id)
  if lane and LANES:get(lane) == id then LANES:delete(lane) end
  if node.ordered and RUN:get('orderedBusy') == id then RUN:delete('orderedBusy') end
end

-- The record of a node that this worker is the first to claim, in no order. Those of many nodes are alike.
local first_records = {}
local function first_record(worker)
  local text = first_records[worker]
  if not text then
    text = cjson.encode({ status = 'running', attempt = 1, crashCount = 0, startedAt = NOW, worker = worker })
    first_records[worker] = text
  end
  return text
end

-- The record of a node that this worker has committed ahead of its claim.
local ahead_records = { [true] = {}, [false] = {} }
local function ahead_record(worker, ordered)
  local text = ahead_records[ordered][worker]
  if not text then
    text = cjson.encode({
      status = 'completed', attempt = 1, crashCount = 0, startedAt = NOW, finishedAt = NOW, worker = worker, ordered = ordered or nil,
    })
    ahead_records[ordered][worker] = text
  end
  return text
end

-- Ends a claim with its node completed. Answers the attempt. What becomes of a record is found out once for all that are alike.
local completions = {}
local function complete_node(id)
  local text = NODES:get(id)
  local completion = completions[text]
  if completion then
    end_claim(id, completion.node)
  else
    local node = read_node(id)
    end_claim(id, node)
    node.status, node.finishedAt, node.error = 'completed', NOW, nil
    completion = { node = node, text = cjson.encode(node), attempt = whole(node.attempt) }
    completions[text] = completion
  end
  NODES:set(id, completion.text)
  return completion.attempt
end

-- Counts nodes that are committed. Answers whether their level is over with them.
local function count_commits(count)
  local committed_in_level = whole(RUN:get('committedInLevel') + count)
  RUN:set('committedInLevel', committed_in_level)
  RUN:set('committedCount', whole(RUN:get('committedCount') + count))
  return committed_in_level == RUN:get('levelWidth') and 'committed-level' or 'committed'
end

-- Ends a claim whose outcome nobody takes any more.
local function cancel_node(id, node, epoch, level)
  node.status, node.finishedAt, node.retryAt = 'cancelled', NOW, nil
  end_claim(id, node)
  write_node(id, node)
  add_event('node-cancelled', epoch, 'level', level, 'node', id)
end

-- Cancels nodes that hold a place: those that wait for a retry (an empty token), or all of them. Answers whether there may be more: of very
-- many one call takes some hundred.
local function cancel_places(waiting_only)
  local cursor, ids = '0', {}
  CLAIMS:write()
  repeat
    local page = redis.call('HSCAN', KEY.claims, cursor, 'COUNT', 250)
    cursor = page[1]
    for i = 1, #page[2], 2 do
      if page[2][i + 1] == '' or not waiting_only then ids[#ids + 1] = page[2][i] end
    end
  until cursor == '0' or #ids >= 250
  NODES:fetch(ids)
  CLAIMS:fetch(ids)
  for _, id in ipairs(ids) do cancel_node(id, read_node(id), RUN:get('epoch'), RUN:get('level')) end
  CLAIMS:write()
  return cursor ~= '0'
end

-- The first of the ordered group, if it may start and a lane of the pool may take it.
local function ordered_head(pool)
  if RUN:get('orderedBusy') then return nil end
  local head = ORDERED:peek()
  if not head then return nil end
  local head_pool, id = string.match(head, '^([^|]*)|(.*)$')
  return head_pool == pool and id or nil
end

-- Which retries a lane waits for: node → when it is due. Most runs have none.
local function retries_of(lane)
  local text = RUN:get('hasRetries') and RETRIES:get(lane)
  return text and cjson.decode(text) or {}
end

local function set_retries(lane, retries)
  if next(retries) then
    RUN:set('hasRetries', '1')
    RETRIES:set(lane, cjson.encode(retries))
  else
    RETRIES:delete(lane)
  end
end

-- Calls back with every claimed node that has a timeout.
local function each_timed_claim(visit)
  local places = redis.call('HGETALL', KEY.claims)
  for i = 1, #places, 2 do
    local node = places[i + 1] ~= '' and read_node(places[i])
    if node and node.deadline then visit(places[i], node) end
  end
end
