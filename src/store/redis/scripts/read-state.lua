-- Reads entries of a run's shared state by Redis' clock.
-- KEYS   1 state
-- ARGV   1.. keys
-- RETURNS for each key: absent | expired | present and the value (JSON)
-- WHY ATOMIC lifetimes are judged by one moment
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local answer = {}
for i, text in ipairs(redis.call('HMGET', KEYS[1], unpack(ARGV))) do
  if not text then
    answer[i] = { 'absent' }
  else
    local expires, value = string.match(text, '^([%d%.%-]*)|(.*)$')
    answer[i] = expires ~= '' and tonumber(expires) <= now and { 'expired' } or { 'present', value }
  end
end
return answer
