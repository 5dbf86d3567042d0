-- Writes a run with its definition, or nothing.
-- KEYS   2 of every run script, 3 definition, 4 runs that use it, 5 index of all runs, 6 idempotency key, 7 input, 8 parts of the definition
-- ARGV   2 request hash, 3 definition, or `known`, or `uploaded:` and the bytes of its parts, 4 input or '', 5 '1' if an idempotency key is given, 6.. fields and values of the record
-- RETURNS created | exists, run id | conflict, run id | definition-lost
-- WHY ATOMIC a key must never name two runs, and a definition that is referred to must be there
local request_hash = ARGV[2]

local function answer_known(run_id, known_hash)
  return { known_hash == request_hash and 'exists' or 'conflict', run_id }
end

if ARGV[5] == '1' then
  local known = redis.call('GET', KEYS[6])
  if known then
    local run_id, known_hash = string.match(known, '^(%S+) (%S+)$')
    return answer_known(run_id, known_hash)
  end
end
local known_hash = RUN:get('requestHash')
if known_hash then return answer_known(RUN_ID, known_hash) end

local how = look_up_definition(KEYS[3], ARGV[3], KEYS[8])
if how == 'lost' then return { 'definition-lost' } end
put_definition(how, KEYS[3], ARGV[3], KEYS[8])
redis.call('SADD', KEYS[4], RUN_ID)
if ARGV[4] ~= '' then redis.call('SET', KEYS[7], ARGV[4]) end
if ARGV[5] == '1' then
  redis.call('SET', KEYS[6], RUN_ID .. ' ' .. request_hash)
  redis.call('HSET', KEY.run, 'idempotencyKey', KEYS[6])
end
redis.call('HSET', KEY.run, 'runId', RUN_ID, 'version', RECORD_VERSION, 'status', 'queued', 'epoch', '1', 'dispatch', '1', 'level', '-1', 'barrierLevel', '-1',
  'committedInLevel', '0', 'committedCount', '0', 'createdAt', NOW_TEXT, 'requestHash', request_hash, unpack(ARGV, 6))
redis.call('ZADD', KEYS[5], NOW_TEXT, RUN_ID)
redis.call('ZADD', KEY.unfinished, NOW_TEXT, RUN_ID)
add_event('queued', '1')
return { 'created', RUN_ID }
