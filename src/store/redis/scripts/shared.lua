-- Put before every script of a run, behind `run-view.lua`: its version, the clock, its events. Every run script gets KEYS 1 the hash tag, 2 the
-- run, ARGV 1 its id.
-- Node ids arrive encoded (`encode-text.ts`). A node's record is JSON; texts that users wrote lie in it as opaque JSON texts.
-- RETURNS besides what each script answers: newer-record, version

local FINAL = { completed = true, failed = true, cancelled = true }

local clock = redis.call('TIME')
local NOW_EXACT = clock[1] * 1000 + clock[2] / 1000
local NOW = math.floor(NOW_EXACT)

-- Lua prints large numbers as 1.795e+12; everything stored goes through here.
local function whole(number)
  return string.format('%d', number)
end
local NOW_TEXT = whole(NOW)

local stored_version

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
local told, told_size, told_count = { 'at', NOW_TEXT }, 2, 0
local node_events = { {}, {}, {} }

local function forget_events()
  told, told_size, told_count, node_events = { 'at', NOW_TEXT }, 2, 0, { {}, {}, {} }
end

local function write_events()
  if told_count > 1 then raise_version() end
  if told_count > 0 then
    redis.call('XADD', KEY.events, 'MAXLEN', '~', MAX_EVENTS, '*', unpack(told))
    told, told_size, told_count = { 'at', NOW_TEXT }, 2, 0
  end
end

local function end_event(size)
  told_size, told_count = told_size + size, told_count + 1
  if told_size > MAX_TOLD then write_events() end
end

-- What many nodes have in common is told once: one event for all those that a script completes, one for all that it starts, of the same
-- attempt. Ends come first, since a start may have needed the place; but those of nodes that were committed ahead come behind their starts.
local COMPLETED, STARTED, AHEAD = 1, 2, 3
local NODE_EVENT_TYPES = { 'node-completed', 'node-started', 'node-completed' }

local function tell_of_nodes()
  for kind, events in ipairs(node_events) do
    for i, event in ipairs(events) do
      local nodes, at = event.nodes, told_size
      local field, value = 'node', nodes[1]
      if nodes[2] then field, value = 'nodes', cjson.encode(nodes) end
      told[at + 1], told[at + 2], told[at + 3], told[at + 4] = 'type', NODE_EVENT_TYPES[kind], field, value
      told[at + 5], told[at + 6], told[at + 7], told[at + 8] = 'epoch', event.epoch, 'level', event.level
      told[at + 9], told[at + 10] = 'attempt', event.attempt
      if event.worker then told[at + 11], told[at + 12] = 'worker', event.worker end
      end_event(event.worker and 12 or 10)
      events[i] = nil
    end
  end
end

-- `worker`: who starts it.
local function add_node_event(kind, id, attempt, worker)
  local events = node_events[kind]
  local event = events[#events]
  if not event or event.attempt ~= attempt or event.worker ~= worker then
    event = { nodes = {}, epoch = RUN:get('epoch'), level = RUN:get('level'), attempt = attempt, worker = worker }
    events[#events + 1] = event
  end
  event.nodes[#event.nodes + 1] = id
end

local function add_event(type, epoch, ...)
  tell_of_nodes()
  local at, fields = told_size, { 'type', type, 'epoch', epoch, ... }
  for i = 1, #fields do told[at + i] = fields[i] end
  end_event(#fields)
end

-- What is done once the rest is written: a script that is refused something halfway is asked for again, and what that needs must still be there.
local closing = {}
local function call_at_end(...)
  closing[#closing + 1] = { ... }
end

-- Sets a deadline that passes in so many ms. Word of it is a hint: who may not publish sets it all the same.
local function set_deadline(deadline, in_ms)
  redis.call('ZADD', KEY.deadlines, whole(NOW + in_ms), deadline)
  if tonumber(in_ms) < DEADLINE_NOTICE_MS then redis.pcall('PUBLISH', KEY.alarms, whole(in_ms)) end
end

-- Makes a transition of a run, and writes what it has changed. `fields`: those of the run that will be looked at, `version` among them. Answers
-- what the transition does. A run that a newer version of levelflow has written is left to that.
local function change_run(run_key, run_id, fields, transition)
  turn_to(run_key, run_id)
  closing = {}
  RUN:fetch(fields)
  stored_version = tonumber(RUN:get('version') or '1')
  if stored_version > RECORD_VERSION then return { 'newer-record', whole(stored_version) } end
  local answer = transition()
  tell_of_nodes()
  write_events()
  write_view()
  for _, call in ipairs(closing) do redis.call(unpack(call)) end
  return answer
end
