-- Put before every script of a run, behind `run-view.lua`: its version, the clock, its events. Every run script gets KEYS 1 the run, 2 the hash
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

-- What the script has told, as fields and values of an entry of the stream. Each event begins with its `type`; all have one time.
local MAX_TOLD = 2000
local told, told_count = { 'at', whole(NOW) }, 0

local function write_events()
  if told_count > 1 then raise_version() end
  if told_count > 0 then redis.call('XADD', KEY.events, 'MAXLEN', '~', MAX_EVENTS, '*', unpack(told)) end
  told, told_count = { 'at', whole(NOW) }, 0
end

local function tell(type, ...)
  local fields, size = { 'type', type, ... }, #told
  for i = 1, #fields do told[size + i] = fields[i] end
  told_count = told_count + 1
  if #told > MAX_TOLD then write_events() end
end

-- What many nodes have in common is told once: one event for all those that a script completes, one for all that it starts, of the same
-- attempt. Ends come first, since a start may have needed the place; but those of nodes that were committed ahead come behind their starts.
local NODE_EVENTS = { 'node-completed', 'node-started', 'ahead-completed' }
local node_events, last_node_event = {}, {}

local function tell_of_nodes()
  for _, kind in ipairs(#node_events > 0 and NODE_EVENTS or {}) do
    local type = kind == 'ahead-completed' and 'node-completed' or kind
    for _, event in ipairs(node_events) do
      local nodes = event.nodes
      local field, value = 'node', nodes[1]
      if #nodes > 1 then field, value = 'nodes', cjson.encode(nodes) end
      if event.kind == kind then tell(type, field, value, unpack(event.fields)) end
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
  tell_of_nodes()
  tell(type, 'epoch', epoch, ...)
end

-- Each script ends with this.
local function write_all()
  tell_of_nodes()
  write_events()
  write_view()
end
