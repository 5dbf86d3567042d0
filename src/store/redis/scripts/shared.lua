-- Put before every script of a run: what several transitions do. Before it comes `run-view.lua`. Every run script gets KEYS 1 the run, 2 the hash
-- tag, ARGV 1 its id.
-- Node ids arrive encoded (`encode-text.ts`). A node's record is JSON; texts that users wrote lie in it as opaque JSON texts.
-- RETURNS besides what each script answers: newer-record, version

-- What most scripts look at.
RUN:fetch({ 'version', 'epoch', 'dispatch', 'plannedDispatch', 'barrierLevel', 'level', 'status', 'committedInLevel', 'levelWidth',
  'committedCount', 'maxConcurrency', 'orderedBusy', 'freeLists', 'hasRetries', 'cause', 'finishBy', 'timeoutMs' })

-- A run that a newer version of levelflow has written is left to that.
local stored_version = tonumber(RUN:get('version') or '1')
if stored_version > RECORD_VERSION then return { 'newer-record', tostring(stored_version) } end

local FINAL = { completed = true, failed = true, cancelled = true }

local clock = redis.call('TIME')
local NOW_EXACT = clock[1] * 1000 + clock[2] / 1000
local NOW = math.floor(NOW_EXACT)

-- Lua prints large numbers as 1.795e+12; everything stored goes through here.
local function whole(number)
  return string.format('%d', number)
end

local function append_event(...)
  redis.call('XADD', KEY.events, 'MAXLEN', '~', MAX_EVENTS, '*', ...)
end

-- What many nodes have in common is told once: one entry for all those that a script completes, one for all that it starts, of the same
-- attempt. Ends come first, since a start may have needed the place; but those of nodes that were committed ahead come behind their starts.
local NODE_EVENTS = { 'node-completed', 'node-started', 'ahead-completed' }
local node_events, last_node_event = {}, {}

local function write_node_events()
  for _, kind in ipairs(#node_events > 0 and NODE_EVENTS or {}) do
    local type = kind == 'ahead-completed' and 'node-completed' or kind
    for _, event in ipairs(node_events) do
      local nodes = event.nodes
      local field, value = 'node', nodes[1]
      if #nodes > 1 then field, value = 'nodes', cjson.encode(nodes) end
      if event.kind == kind then append_event('type', type, 'at', whole(NOW), field, value, unpack(event.fields)) end
    end
  end
  node_events, last_node_event = {}, {}
end

-- `worker`: who starts it.
local function add_node_event(kind, id, attempt, worker)
  local event = last_node_event[kind]
  if not event or event.attempt ~= attempt or event.worker ~= worker then
    local fields = { 'epoch', RUN:get('epoch'), 'level', RUN:get('level'), 'attempt', attempt }
    if worker then fields[7], fields[8] = 'worker', worker end
    event = { kind = kind, attempt = attempt, worker = worker, nodes = {}, fields = fields }
    node_events[#node_events + 1], last_node_event[kind] = event, event
  end
  event.nodes[#event.nodes + 1] = id
end

local function add_event(type, epoch, ...)
  write_node_events()
  append_event('type', type, 'at', whole(NOW), 'epoch', epoch, ...)
end

-- Each script ends with this.
local function write_all()
  write_node_events()
  write_view()
end

local function read_node(id)
  local text = NODES:get(id)
  return text and cjson.decode(text) or { status = 'pending', attempt = 0, crashCount = 0 }
end

local function write_node(id, node)
  NODES:set(id, cjson.encode(node))
end

local function signal_abort(token)
  redis.call('PUBLISH', CHANNEL, cjson.encode({ kind = 'abort', runId = RUN_ID, token = token }))
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

-- Counts a node that is committed. Answers whether its level is over with it.
local function count_commit()
  local committed_in_level = whole(RUN:get('committedInLevel') + 1)
  RUN:set('committedInLevel', committed_in_level)
  RUN:set('committedCount', whole(RUN:get('committedCount') + 1))
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

-- Where a large definition comes in parts, before the script that needs it: it only has to be given its name. Answers whether it is lost.
local function is_definition_lost(key, given, upload)
  if string.sub(given, 1, 1) == '{' or redis.call('EXISTS', key) == 1 then return false end
  local bytes = string.match(given, '^uploaded:(%d+)$')
  return not bytes or redis.call('STRLEN', upload) ~= tonumber(bytes)
end

local function put_definition(key, given, upload)
  if string.sub(given, 1, 1) == '{' then
    redis.call('SET', key, given)
  elseif redis.call('EXISTS', key) == 0 then
    redis.call('RENAME', upload, key)
    redis.call('PERSIST', key)
  end
end

-- The first of the ordered group, if it may start and a lane of the pool may take it.
local function ordered_head(pool)
  if RUN:get('orderedBusy') then return nil end
  local head = ORDERED:peek()
  if not head then return nil end
  local head_pool, id = string.match(head, '^([^|]*)|(.*)$')
  return head_pool == pool and id or nil
end

-- Before anything is written that the version which stored the run would misread: from here on the run is this version's. Retries of version
-- 4 and before lie among the lanes.
local function raise_version()
  if stored_version == RECORD_VERSION then return end
  local fields = redis.call('HGETALL', KEY.lanes)
  for i = 1, #fields, 2 do
    local lane = string.match(fields[i], '^(%d+):retries$')
    if lane then
      RUN:set('hasRetries', '1')
      RETRIES:set(lane, fields[i + 1])
      LANES:delete(fields[i])
    end
  end
  stored_version = RECORD_VERSION
  RUN:set('version', whole(RECORD_VERSION))
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

-- Sets a run failing or cancelling: nothing of it is claimed or committed from here on, and it ends within the grace.
local function begin_stop(status, epoch, cause, grace)
  redis.call('HSET', KEY.run, 'status', status, 'cause', cause, 'finishBy', whole(NOW + grace))
  redis.call('ZADD', KEY.deadlines, whole(NOW + grace), 'finish|' .. RUN_ID)
  redis.call('ZREM', KEY.deadlines, 'run|' .. RUN_ID)
  redis.call('ZADD', KEY.unfinished, whole(NOW), RUN_ID)
  cancel_places(true)
  add_event(status, epoch, 'error', cause)
  signal_abort(nil)
end

-- Fills the lists of nodes that lanes take, none of which is there: args from position are a count of ordered entries, those, then for each pool its name, a count,
-- that many nodes. Answers the free lists by pool, and how many nodes there are.
local function fill_lists(args, position)
  local node_count = tonumber(args[position])
  ORDERED:fill(args, position + 1, position + node_count)
  position = position + node_count + 1
  local free_lists = {}
  while args[position] do
    local pool, count = args[position], tonumber(args[position + 1])
    local list = free_list(pool)
    list:fill(args, position + 2, position + count + 1)
    free_lists[pool] = list.key
    position, node_count = position + count + 2, node_count + count
  end
  return free_lists, node_count
end

-- Makes a level current of which so many nodes are listed, and so many committed already.
local function begin_level(former, level, epoch, listed_count, committed_count)
  if former ~= level then
    RUN:set('level', level)
    RUN:set('committedInLevel', whole(committed_count))
    if tonumber(former) >= 0 then TIMINGS:set(former .. ':finishedAt', whole(NOW)) end
    TIMINGS:set(level .. ':startedAt', whole(NOW))
  end
  RUN:set('levelWidth', whole(listed_count + committed_count))
  add_event('level-started', epoch, 'level', level, 'nodeCount', whole(listed_count))
end
