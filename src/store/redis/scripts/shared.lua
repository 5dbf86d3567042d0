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
