-- Ends a run, once an epoch.
-- KEYS   2 of every run script
-- ARGV   2 epoch, 3 completed | failed | cancelled
-- RETURNS finished | already-finished | superseded | claims-live, ms until the grace is over | more: to be called again
-- WHY ATOMIC status, leftover nodes and event change together, and nothing may be committed afterwards
local SOURCE = { completed = 'running', failed = 'failing', cancelled = 'cancelling' }
local outcome = ARGV[3]
local run = redis.call('HMGET', KEY.run, 'epoch', 'status', 'finishBy', 'level', 'cause', 'freeLists')
if run[1] ~= ARGV[2] then return { 'superseded' } end
if FINAL[run[2]] then return { 'already-finished' } end
if run[2] ~= SOURCE[outcome] then return { 'superseded' } end
if outcome ~= 'completed' and NOW < tonumber(run[3]) and redis.call('HLEN', KEY.claims) > 0 then
  if cancel_places(true) then return { 'more' } end
  if redis.call('HLEN', KEY.claims) > 0 then return { 'claims-live', whole(run[3] - NOW) } end
end

if cancel_places(false) then return { 'more' } end
redis.call('HSET', KEY.run, 'status', outcome, 'finishedAt', whole(NOW))
redis.call('HDEL', KEY.run, 'finishBy')
if tonumber(run[4]) >= 0 then redis.call('HSET', KEY.timings, run[4] .. ':finishedAt', whole(NOW)) end
redis.call('UNLINK', KEY.claims, KEY.lanes, KEY.ordered)
for _, list in pairs(cjson.decode(run[6] or '{}')) do redis.call('UNLINK', list) end
redis.call('ZREM', KEY.deadlines, 'run|' .. RUN_ID, 'finish|' .. RUN_ID)
redis.call('ZREM', KEY.unfinished, RUN_ID)
redis.call('ZADD', KEY.finished, whole(NOW), RUN_ID)
if run[5] then add_event('finished', run[1], 'status', outcome, 'error', run[5])
else add_event('finished', run[1], 'status', outcome) end
redis.call('PUBLISH', CHANNEL, cjson.encode({ kind = 'finished', runId = RUN_ID }))
return { 'finished' }
