-- Notes a handler's progress in the run's events.
-- KEYS   2 of every run script
-- ARGV   2 epoch, 3 node, 4 token, 5 fraction, 6 note (JSON) or ''
-- RETURNS reported | stale
-- WHY ATOMIC a superseded handler must not speak for the node
local run = redis.call('HMGET', KEY.run, 'epoch', 'level')
if run[1] ~= ARGV[2] or not holds_claim(ARGV[3], ARGV[4]) then return { 'stale' } end
if ARGV[6] == '' then add_event('node-progress', run[1], 'level', run[2], 'node', ARGV[3], 'fraction', ARGV[5])
else add_event('node-progress', run[1], 'level', run[2], 'node', ARGV[3], 'fraction', ARGV[5], 'note', ARGV[6]) end
return { 'reported' }
