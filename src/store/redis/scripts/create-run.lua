-- Writes a run with its definition, or nothing.
-- KEYS   those of run-batch
-- ARGV   2 hash of the definition, 3 definition, or `known`, or `uploaded:` and the bytes of its parts, 4 key of the parts, 5.. fields and values
--        of the record, then request hash, input or '', key of the idempotency key or '', trace or ''
-- RETURNS created | exists, run id | conflict, run id | definition-lost
-- WHY ATOMIC a key must never name two runs, and a definition that is referred to must be there
local own_at = #ARGV - 3
local request_hash, input, idempotency_key, trace = unpack(ARGV, own_at)

local function answer_known(run_id, known_hash)
  return { known_hash == request_hash and 'exists' or 'conflict', run_id }
end

if idempotency_key ~= '' then
  local known = redis.call('GET', idempotency_key)
  if known then return answer_known(string.match(known, '^(%S+) (%S+)$')) end
end
local known_hash = RUN:get('requestHash')
if known_hash then return answer_known(RUN_ID, known_hash) end

local definition = TAG .. ':workflow:' .. ARGV[2]
local how = look_up_definition(definition, ARGV[3], ARGV[4])
if how == 'lost' then return { 'definition-lost' } end
put_definition(how, definition, ARGV[3], ARGV[4])
redis.call('SADD', definition .. ':runs', RUN_ID)
if input ~= '' then redis.call('SET', KEY.input, input) end
if idempotency_key ~= '' then redis.call('SET', idempotency_key, RUN_ID .. ' ' .. request_hash) end
local record = {
  runId = RUN_ID, version = whole(RECORD_VERSION), status = 'queued', epoch = '1', dispatch = '1', level = '-1', barrierLevel = '-1', committedInLevel = '0',
  committedCount = '0', createdAt = NOW_TEXT, requestHash = request_hash,
  idempotencyKey = idempotency_key ~= '' and idempotency_key or nil, trace = trace ~= '' and trace or nil,
}
for field, value in pairs(record) do RUN:set(field, value) end
for i = 5, own_at - 1, 2 do RUN:set(ARGV[i], ARGV[i + 1]) end
redis.call('ZADD', KEY.runs, NOW_TEXT, RUN_ID)
redis.call('ZADD', KEY.unfinished, NOW_TEXT, RUN_ID)
add_event('queued', '1')
return { 'created', RUN_ID }
