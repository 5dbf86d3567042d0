-- Notes a handler's progress in the run's events.
-- KEYS   12 of the run
-- ARGV   4 epoch, 5 node, 6 token, 7 fraction, 8 note (JSON) or ''
-- RETURNS reported | stale
-- WHY ATOMIC a superseded handler must not speak for the node
if redis.call('HGET', KEY.claims, ARGV[5]) ~= ARGV[6] then return { 'stale' } end
local level = redis.call('HGET', KEY.run, 'level')
if ARGV[8] == '' then add_event('node-progress', ARGV[4], 'level', level, 'node', ARGV[5], 'fraction', ARGV[7])
else add_event('node-progress', ARGV[4], 'level', level, 'node', ARGV[5], 'fraction', ARGV[7], 'note', ARGV[8]) end
return { 'reported' }
