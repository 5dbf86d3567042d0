-- Writes a run with its definition, or nothing.
-- KEYS   12 of the run, 13 definition, 14 runs that use it, 15 index of all runs, 16 idempotency key, 17 input
-- ARGV   4 request hash, 5 definition, 6 input or '', 7 '1' if an idempotency key is given, 8.. fields and values of the record
-- RETURNS created | exists, run id | conflict, run id
-- WHY ATOMIC a key must never name two runs, and a definition that is referred to must be there
local request_hash = ARGV[4]

local function answer_known(run_id, known_hash)
  return { known_hash == request_hash and 'exists' or 'conflict', run_id }
end

if ARGV[7] == '1' then
  local known = redis.call('GET', KEYS[16])
  if known then
    local run_id, known_hash = string.match(known, '^(%S+) (%S+)$')
    return answer_known(run_id, known_hash)
  end
end
local known_hash = redis.call('HGET', KEY.run, 'requestHash')
if known_hash then return answer_known(RUN_ID, known_hash) end

redis.call('SET', KEYS[13], ARGV[5])
redis.call('SADD', KEYS[14], RUN_ID)
if ARGV[6] ~= '' then redis.call('SET', KEYS[17], ARGV[6]) end
if ARGV[7] == '1' then
  redis.call('SET', KEYS[16], RUN_ID .. ' ' .. request_hash)
  redis.call('HSET', KEY.run, 'idempotencyKey', KEYS[16])
end
redis.call('HSET', KEY.run, 'runId', RUN_ID, 'status', 'queued', 'epoch', '1', 'dispatch', '1', 'level', '-1',
  'committedInLevel', '0', 'committedCount', '0', 'createdAt', whole(NOW), 'requestHash', request_hash)
redis.call('HSET', KEY.run, unpack(ARGV, 8))
redis.call('ZADD', KEYS[15], whole(NOW), RUN_ID)
redis.call('ZADD', KEY.unfinished, whole(NOW), RUN_ID)
add_event('queued', '1')
return { 'created', RUN_ID }
