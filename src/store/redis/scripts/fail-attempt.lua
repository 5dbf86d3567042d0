-- Records a failed attempt: a retry is due later, or the run is set failing.
-- KEYS   12 of the run
-- ARGV   4 epoch, 5 node, 6 token, 7 error (JSON), 8 retry delay in ms or '', 9 grace in ms
-- RETURNS retrying | failed-run | recorded | stale
-- WHY ATOMIC the failure and the stop it causes are one: no node is claimed in between
local id, error_text = ARGV[5], ARGV[7]
local run = redis.call('HMGET', KEY.run, 'epoch', 'status', 'level')
local epoch, status = run[1], run[2]
if epoch ~= ARGV[4] or redis.call('HGET', KEY.claims, id) ~= ARGV[6] then return { 'stale' } end

local node = read_node(id)
local open = status == 'running' or status == 'paused'
local lane, was_ordered = node.lane, node.ordered
local attempt = whole(node.attempt)
signal_abort(ARGV[6])
end_claim(id, node)

if open and ARGV[8] ~= '' then
  local due_at = NOW + ARGV[8]
  node.status, node.retryAt, node.crashCount, node.error = 'pending', due_at, 0, error_text
  write_node(id, node)
  -- It keeps its place: under the concurrency limit, with its lane, and in the ordered group.
  redis.call('HSET', KEY.claims, id, '')
  if was_ordered then redis.call('HSET', KEY.run, 'orderedBusy', id) end
  local retries = cjson.decode(redis.call('HGET', KEY.lanes, lane .. ':retries') or '{}')
  retries[id] = due_at
  redis.call('HSET', KEY.lanes, lane .. ':retries', cjson.encode(retries))
  add_event('node-retrying', epoch, 'level', run[3], 'node', id, 'attempt', attempt, 'delayMs', ARGV[8], 'error', error_text)
  return { 'retrying' }
end

node.status, node.finishedAt, node.error = 'failed', NOW, error_text
write_node(id, node)
add_event('node-failed', epoch, 'level', run[3], 'node', id, 'attempt', attempt, 'error', error_text)
if not open then return { 'recorded' } end
begin_stop('failing', epoch, error_text, ARGV[9])
return { 'failed-run' }
