-- Keeps a worker, or a scheduler, known as live and answers which of its claims are lost, and what runs ahead of a claim in vain.
-- KEYS   1 workers, or schedulers, then for each claim: run, claims
-- ARGV   1 its id, 2 its entry (JSON without the time), then for each claim: epoch, node, token, '1' if its node runs ahead of it: there is none yet
-- RETURNS tokens of the claims that moved, or whose run takes no results
-- WHY ATOMIC one look at all of them
local clock = redis.call('TIME')
local now = math.floor(clock[1] * 1000 + clock[2] / 1000)
local is_new = redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now) .. '|' .. ARGV[2]) == 1
if is_new then
  -- The moment to forget workers that were killed: an hour of silence is far beyond any that comes back.
  local workers = redis.call('HGETALL', KEYS[1])
  for i = 1, #workers, 2 do
    if tonumber(string.match(workers[i + 1], '^%d+')) < now - 3600000 then redis.call('HDEL', KEYS[1], workers[i]) end
  end
end
local lost = {}
local position = 3
for i = 2, #KEYS, 2 do
  local epoch, node, token, ahead = ARGV[position], ARGV[position + 1], ARGV[position + 2], ARGV[position + 3] == '1'
  position = position + 4
  local run = redis.call('HMGET', KEYS[i], 'epoch', 'status')
  local holds = run[1] == epoch
  if holds and not ahead then holds = token ~= '' and string.match(redis.call('HGET', KEYS[i + 1], node) or '', '^[^|]*') == token end
  -- The start of a run may be under way while its first nodes run ahead.
  local goes_on = run[2] == 'running' or run[2] == 'paused' or (ahead and run[2] == 'queued')
  if not (holds and goes_on) then lost[#lost + 1] = token end
end
return lost
