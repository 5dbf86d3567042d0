-- A run as its scripts see it. Put before `shared.lua`; behind the names that `key-names.ts` writes: TAG, RUN_KEY, RUN_ID, MAX_EVENTS and
-- RECORD_VERSION. KEY.nodes and so on stand for keys of the run, for indexes and for channels, PART.nodes and so on for what a key of the run
-- ends in.

-- Calls a command of a key with many values: those from first to last.
local MAX_VALUES = 4000 -- that Lua hands over in a call
local function call_with(command, key, values, first, last)
  if last < first then return end
  if last - first < MAX_VALUES then return redis.call(command, key, unpack(values, first, last)) end
  for i = first, last, MAX_VALUES do redis.call(command, key, unpack(values, i, math.min(i + MAX_VALUES - 1, last))) end
end

-- A hash as a script sees it: a field is read once, what changes is written at the end, in one call for all.
local Hash = {}
Hash.__index = Hash

-- `part`: what its key ends in.
local function new_hash(part)
  return setmetatable({ part = part, known = {}, changed = {}, is_known = false, is_new = false }, Hash)
end

function Hash:key()
  return RUN_KEY .. self.part
end

-- Forgets what it knows, and leaves out what was to be written.
function Hash:reset()
  self.size, self.is_known, self.is_new = nil, false, false
  if next(self.known) then self.known, self.changed = {}, {} end
end

-- Fields that are not there: they are not looked up.
function Hash:lack(fields)
  for _, field in ipairs(fields) do
    if self.known[field] == nil then self.known[field] = false end
  end
end

-- From now on nothing is read of it: there is nothing of it in Redis.
function Hash:start()
  self.is_known, self.is_new = true, true
end

-- Reads fields that will be asked for, in one call.
function Hash:fetch(fields)
  if self.is_known then return end
  local known, missing, count = self.known, {}, 0
  for i = 1, #fields do
    local field = fields[i]
    if known[field] == nil then
      count = count + 1
      missing[count], known[field] = field, false
    end
  end
  for first = 1, count, MAX_VALUES do
    local last = math.min(first + MAX_VALUES - 1, count)
    local values = redis.call('HMGET', self:key(), unpack(missing, first, last))
    for i = first, last do known[missing[i]] = values[i - first + 1] end
  end
end

-- A field's value, or false.
function Hash:get(field)
  local value = self.known[field]
  if value == nil then
    if self.is_known then return false end
    value = redis.call('HGET', self:key(), field)
    self.known[field] = value
  end
  return value
end

function Hash:set(field, value)
  if self.size and not self:get(field) then self.size = self.size + 1 end
  self.known[field], self.changed[field] = value, true
end

function Hash:delete(field)
  if self.known[field] == false then return end
  if self.size and self:get(field) then self.size = self.size - 1 end
  self.known[field], self.changed[field] = false, true
end

function Hash:count()
  if not self.size then
    self:write()
    self.size = redis.call('HLEN', self:key())
  end
  return self.size
end

-- Leaves out what was to be written: the whole hash goes, and has nothing any more. Answers whether there may be one in Redis.
function Hash:drop()
  local was_new = self.is_new
  self:reset()
  self:start()
  return not was_new
end

function Hash:write()
  local known, changed = self.known, self.changed
  if not next(changed) then return end
  local set, set_count, deleted, deleted_count = {}, 0, {}, 0
  for field in pairs(changed) do
    local value = known[field]
    if value then
      set[set_count + 1], set[set_count + 2] = field, value
      set_count = set_count + 2
    else
      deleted_count = deleted_count + 1
      deleted[deleted_count] = field
    end
  end
  self.changed, self.is_new = {}, false
  call_with('HSET', self:key(), set, 1, set_count)
  call_with('HDEL', self:key(), deleted, 1, deleted_count)
end

-- A list that a script takes from: what it took leaves the list at the end, and what it put into a new one comes to it then.
local List = {}
List.__index = List

-- Reads so many items at a time, and has `look_up` prepare for them.
local function open_list(key, window_count, look_up)
  return setmetatable({ name = key, window_count = window_count, look_up = look_up, items = {}, taken = 0, is_known = false, is_new = false }, List)
end

function List:key()
  return self.name
end

-- The first item, or nil.
function List:peek()
  local items = self.items
  if self.taken == #items and not self.is_known then
    local more = redis.call('LRANGE', self.name, #items, #items + self.window_count - 1)
    if self.look_up then self.look_up(more) end
    for _, item in ipairs(more) do items[#items + 1] = item end
    self.is_known = #more < self.window_count
  end
  return items[self.taken + 1]
end

function List:take()
  self.taken = self.taken + 1
end

-- Fills a list that is not there yet, with `source` from first to last. Answers the items that a script may look at next.
function List:fill(source, first, last)
  local items = self.items
  for i = first, last do items[#items + 1] = source[i] end
  self.is_new, self.is_known = true, true
  return { unpack(items, 1, math.min(self.window_count, #items)) }
end

-- Leaves out what was taken or put: the whole list goes. Answers whether there may be one in Redis.
function List:drop()
  local was_new = self.is_new
  self.items, self.taken, self.is_known, self.is_new = {}, 0, true, true
  return not was_new
end

function List:write()
  local items = self.items
  if self.is_new then
    call_with('RPUSH', self.name, items, self.taken + 1, #items)
  elseif self.taken > 0 then
    redis.call('LPOP', self.name, self.taken)
  end
  self.items, self.taken, self.is_known, self.is_new = {}, 0, false, false
end

local RUN, NODES, RESULTS = new_hash(''), new_hash(PART.nodes), new_hash(PART.results)
local TIMINGS, STATE = new_hash(PART.timings), new_hash(PART.state)
local CLAIMS, LANES, RETRIES = new_hash(PART.claims), new_hash(PART.lanes), new_hash(PART.retries)
local ORDERED = open_list(KEY.ordered, 1)

-- How many nodes a script is about to claim, at the most.
local CLAIM_COUNT = 1

-- The nodes of a pool that any of its lanes may take.
local FREE = {}
local function free_list(pool)
  local list = FREE[pool]
  if not list then
    list = open_list(RUN_KEY .. ':free:' .. pool, CLAIM_COUNT, function(ids)
      NODES:fetch(ids)
      -- They are looked at only where they are counted.
      if RUN:get('maxConcurrency') then CLAIMS:fetch(ids) end
    end)
    FREE[pool] = list
  end
  return list
end

-- Takes all lists that lanes take from out of the view, and perhaps more. Answers the keys of those that there may be in Redis, to be removed.
local function drop_lists(...)
  local parts, keys = { ORDERED, ... }, {}
  for pool in pairs(cjson.decode(RUN:get('freeLists') or '{}')) do parts[#parts + 1] = free_list(pool) end
  for _, part in ipairs(parts) do
    if part:drop() then keys[#keys + 1] = part:key() end
  end
  return keys
end

-- Turns to another run. What was to be written to the one before is left out.
local function turn_to(run_key, run_id)
  RUN_ID = run_id
  if run_key == RUN_KEY then return end
  RUN_KEY = run_key
  for _, hash in ipairs({ RUN, NODES, RESULTS, TIMINGS, STATE, CLAIMS, LANES, RETRIES }) do hash:reset() end
  ORDERED, FREE = open_list(KEY.ordered, 1), {}
end

local function write_view()
  RUN:write()
  NODES:write()
  CLAIMS:write()
  LANES:write()
  RETRIES:write()
  RESULTS:write()
  STATE:write()
  TIMINGS:write()
  ORDERED:write()
  for _, list in pairs(FREE) do list:write() end
end
