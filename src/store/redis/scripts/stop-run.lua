-- Sets a run failing or cancelling.
-- KEYS   2 of every run script
-- ARGV   2 failing | cancelling, 3 cause (JSON), 4 grace in ms
-- RETURNS stopping | already-stopping | finished | no-such-run
-- WHY ATOMIC the first cause wins
local run = redis.call('HMGET', KEY.run, 'status', 'epoch')
local status = run[1]
if not status then return { 'no-such-run' } end
if FINAL[status] then return { 'finished' } end
if status == 'failing' or status == 'cancelling' then return { 'already-stopping' } end
begin_stop(ARGV[2], run[2], ARGV[3], ARGV[4])
return { 'stopping' }
