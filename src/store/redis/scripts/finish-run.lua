-- Ends a run, once an epoch.
-- KEYS   2 of every run script
-- ARGV   2 epoch, 3 completed | failed | cancelled, 4 the level that must be over, or ''
-- RETURNS finished | already-finished | superseded | claims-live, ms until the grace is over | more: to be called again
-- WHY ATOMIC status, leftover nodes and event change together, and nothing may be committed afterwards
local SOURCE = { completed = 'running', failed = 'failing', cancelled = 'cancelling' }
local epoch, outcome, status = ARGV[2], ARGV[3], RUN:get('status')
if RUN:get('epoch') ~= epoch then return { 'superseded' } end
if FINAL[status] then return { 'already-finished' } end
if status ~= SOURCE[outcome] then return { 'superseded' } end
local is_over = RUN:get('committedInLevel') == (RUN:get('levelWidth') or '0')
if ARGV[4] ~= '' and (RUN:get('level') ~= ARGV[4] or not is_over) then return { 'superseded' } end
if outcome ~= 'completed' and NOW < tonumber(RUN:get('finishBy')) and CLAIMS:count() > 0 then
  if cancel_places(true) then return { 'more' } end
  if CLAIMS:count() > 0 then return { 'claims-live', whole(RUN:get('finishBy') - NOW) } end
end

-- A level that is over has no places that anybody holds.
if not is_over and cancel_places(false) then return { 'more' } end
RUN:set('status', outcome)
RUN:set('finishedAt', NOW_TEXT)
if outcome ~= 'completed' then RUN:delete('finishBy') end
local level, cause = RUN:get('level'), outcome ~= 'completed' and RUN:get('cause')
if tonumber(level) >= 0 then TIMINGS:set(level .. ':finishedAt', NOW_TEXT) end
if cause then add_event('finished', epoch, 'status', outcome, 'error', cause)
else add_event('finished', epoch, 'status', outcome) end
local dropped = drop_lists(CLAIMS, LANES, RETRIES)
if dropped[1] then call_at_end('UNLINK', unpack(dropped)) end
if outcome ~= 'completed' or RUN:get('timeoutMs') then call_at_end('ZREM', KEY.deadlines, 'run|' .. RUN_ID, 'finish|' .. RUN_ID) end
call_at_end('ZADD', KEY.finished, NOW_TEXT, RUN_ID)
call_at_end('ZREM', KEY.unfinished, RUN_ID)
call_at_end('PUBLISH', KEY.ends, RUN_ID)
return { 'finished' }
