-- Records a failed attempt: a retry is due later, or the run is set failing.
-- KEYS   2 of every run script
-- ARGV   2 epoch, 3 node, 4 token, 5 error (JSON), 6 retry delay in ms or '', 7 grace in ms
-- RETURNS retrying | failed-run | recorded | stale
-- WHY ATOMIC the failure and the stop it causes are one: no node is claimed in between
local id, error_text = ARGV[3], ARGV[5]
local run = redis.call('HMGET', KEY.run, 'epoch', 'status', 'level')
local epoch, status = run[1], run[2]
if epoch ~= ARGV[2] or not holds_claim(id, ARGV[4]) then return { 'stale' } end

local node = read_node(id)
local open = status == 'running' or status == 'paused'
local lane, was_ordered = lane_of(id, node), node.ordered
-- Read before anything is written: a delay that is no number must not leave half a transition.
local delay = ARGV[6] ~= '' and tonumber(ARGV[6]) or nil
if ARGV[6] ~= '' and not (delay and delay >= 0 and delay < 1e14) then return redis.error_reply('fail-attempt: bad delay ' .. ARGV[6]) end
local attempt = whole(node.attempt)
signal_abort(ARGV[4])
end_claim(id, node)

if open and delay then
  local due_at = NOW + delay
  node.status, node.retryAt, node.crashCount, node.error = 'pending', due_at, 0, error_text
  write_node(id, node)
  -- It keeps its place: under the concurrency limit, with its lane, and in the ordered group.
  CLAIMS:set(id, '')
  if was_ordered then RUN:set('orderedBusy', id) end
  raise_version()
  local retries = retries_of(lane)
  retries[id] = due_at
  set_retries(lane, retries)
  add_event('node-retrying', epoch, 'level', run[3], 'node', id, 'attempt', attempt, 'delayMs', ARGV[6], 'error', error_text)
  return { 'retrying' }
end

node.status, node.finishedAt, node.error = 'failed', NOW, error_text
write_node(id, node)
add_event('node-failed', epoch, 'level', run[3], 'node', id, 'attempt', attempt, 'error', error_text)
if not open then return { 'recorded' } end
begin_stop('failing', epoch, error_text, ARGV[7])
return { 'failed-run' }
