-- Keeps a worker known as live and answers which of its claims are lost.
-- KEYS   1 workers, then for each claim: run, claims
-- ARGV   1 worker, 2 its entry (JSON without the time), then for each claim: node, token
-- RETURNS tokens of the claims that moved, or whose run takes no results
-- WHY ATOMIC one look at all of them
local clock = redis.call('TIME')
local is_new = redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', clock[1] * 1000) .. '|' .. ARGV[2]) == 1
if is_new then
  -- The moment to forget workers that were killed: an hour of silence is far beyond any that comes back.
  local workers = redis.call('HGETALL', KEYS[1])
  for i = 1, #workers, 2 do
    if tonumber(string.match(workers[i + 1], '^%d+')) < (clock[1] - 3600) * 1000 then redis.call('HDEL', KEYS[1], workers[i]) end
  end
end
local lost = {}
for i = 2, #KEYS, 2 do
  local status = redis.call('HGET', KEYS[i], 'status')
  local holds = redis.call('HGET', KEYS[i + 1], ARGV[i + 1]) == ARGV[i + 2]
  if not holds or (status ~= 'running' and status ~= 'paused') then lost[#lost + 1] = ARGV[i + 2] end
end
return lost
