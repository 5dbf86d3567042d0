-- A run as its scripts see it. Put before `shared.lua`; behind the names that `key-names.ts` writes from `keys.ts`: KEY (a run's keys and the
-- indexes), RUN_ID, CHANNEL, MAX_EVENTS and RECORD_VERSION.

-- A hash as a script sees it: a field is read once, what changes is written at the end, in one call for all.
local Hash = {}
Hash.__index = Hash
local MAX_VALUES = 4000 -- that Lua hands over in a call

local function open_hash(key)
  return setmetatable({ key = key, known = {}, changed = {} }, Hash)
end

-- Reads fields that will be asked for, in one call.
function Hash:fetch(fields)
  local known, missing = self.known, {}
  for _, field in ipairs(fields) do
    if known[field] == nil then missing[#missing + 1], known[field] = field, false end
  end
  for first = 1, #missing, MAX_VALUES do
    local last = math.min(first + MAX_VALUES - 1, #missing)
    local values = redis.call('HMGET', self.key, unpack(missing, first, last))
    for i = first, last do known[missing[i]] = values[i - first + 1] end
  end
end

-- A field's value, or false.
function Hash:get(field)
  local value = self.known[field]
  if value == nil then
    value = redis.call('HGET', self.key, field)
    self.known[field] = value
  end
  return value
end

function Hash:set(field, value)
  if self.size and not self:get(field) then self.size = self.size + 1 end
  self.known[field], self.changed[field] = value, true
end

function Hash:delete(field)
  if self.size and self:get(field) then self.size = self.size - 1 end
  self.known[field], self.changed[field] = false, true
end

function Hash:count()
  if not self.size then
    self:write()
    self.size = redis.call('HLEN', self.key)
  end
  return self.size
end

function Hash:write()
  local set, deleted = {}, {}
  for field in pairs(self.changed) do
    local value = self.known[field]
    if value then set[#set + 1], set[#set + 2] = field, value else deleted[#deleted + 1] = field end
  end
  self.changed = {}
  for first = 1, #set, MAX_VALUES do redis.call('HSET', self.key, unpack(set, first, math.min(first + MAX_VALUES - 1, #set))) end
  for first = 1, #deleted, MAX_VALUES do
    redis.call('HDEL', self.key, unpack(deleted, first, math.min(first + MAX_VALUES - 1, #deleted)))
  end
end

-- A list that a script takes from: what it took leaves the list at the end.
local List = {}
List.__index = List

-- Reads so many items at a time, and has `look_up` prepare for them.
local function open_list(key, window_count, look_up)
  return setmetatable({ key = key, window_count = window_count, look_up = look_up, items = {}, taken = 0 }, List)
end

-- The first item, or nil.
function List:peek()
  local items = self.items
  if self.taken == #items then
    local more = redis.call('LRANGE', self.key, #items, #items + self.window_count - 1)
    if self.look_up then self.look_up(more) end
    for _, item in ipairs(more) do items[#items + 1] = item end
  end
  return items[self.taken + 1]
end

function List:take()
  self.taken = self.taken + 1
end

function List:clear()
  redis.call('DEL', self.key)
  self.items, self.taken = {}, 0
end

function List:write()
  if self.taken > 0 then redis.call('LPOP', self.key, self.taken) end
  self.items, self.taken = {}, 0
end

local RUN, NODES, CLAIMS, LANES = open_hash(KEY.run), open_hash(KEY.nodes), open_hash(KEY.claims), open_hash(KEY.lanes)
local RESULTS, STATE, ORDERED = open_hash(KEY.results), open_hash(KEY.state), open_list(KEY.ordered, 1)

-- How many nodes a script is about to claim, at the most.
local CLAIM_COUNT = 1

-- The nodes of a pool that any of its lanes may take.
local FREE = {}
local function free_list(pool)
  local function look_up(ids)
    NODES:fetch(ids)
    CLAIMS:fetch(ids)
  end
  FREE[pool] = FREE[pool] or open_list(KEY.run .. ':free:' .. pool, CLAIM_COUNT, look_up)
  return FREE[pool]
end

local function write_view()
  RUN:write()
  NODES:write()
  CLAIMS:write()
  LANES:write()
  RESULTS:write()
  STATE:write()
  ORDERED:write()
  for _, list in pairs(FREE) do list:write() end
end
