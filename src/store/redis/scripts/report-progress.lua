-- Notes a handler's progress in the run's events.
-- KEYS   2 of every run script
-- ARGV   2 epoch, 3 node, 4 token, 5 fraction, 6 note (JSON) or ''
-- RETURNS reported | stale
-- WHY ATOMIC a superseded handler must not speak for the node
if redis.call('HGET', KEY.claims, ARGV[3]) ~= ARGV[4] then return { 'stale' } end
local level = redis.call('HGET', KEY.run, 'level')
if ARGV[6] == '' then add_event('node-progress', ARGV[2], 'level', level, 'node', ARGV[3], 'fraction', ARGV[5])
else add_event('node-progress', ARGV[2], 'level', level, 'node', ARGV[3], 'fraction', ARGV[5], 'note', ARGV[6]) end
return { 'reported' }
