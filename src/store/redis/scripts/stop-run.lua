-- Sets a run failing or cancelling.
-- KEYS   12 of the run
-- ARGV   4 failing | cancelling, 5 cause (JSON), 6 grace in ms
-- RETURNS stopping | already-stopping | finished | no-such-run
-- WHY ATOMIC the first cause wins
local run = redis.call('HMGET', KEY.run, 'status', 'epoch')
local status = run[1]
if not status then return { 'no-such-run' } end
if FINAL[status] then return { 'finished' } end
if status == 'failing' or status == 'cancelling' then return { 'already-stopping' } end
begin_stop(ARGV[4], run[2], ARGV[5], ARGV[6])
return { 'stopping' }
