-- Has an attempt time out.
-- KEYS   12 of the run
-- ARGV   4 node, 5 token, 6 timeout in ms
-- RETURNS armed | stale
-- WHY ATOMIC a deadline is armed only for a claim that holds, which will disarm it
local id, token = ARGV[4], ARGV[5]
if redis.call('HGET', KEY.claims, id) ~= token then return { 'stale' } end
local node = read_node(id)
node.deadline = 'node|' .. RUN_ID .. '|' .. token .. '|' .. whole(node.attempt) .. '|' .. id
write_node(id, node)
redis.call('ZADD', KEY.deadlines, whole(NOW + ARGV[6]), node.deadline)
return { 'armed' }
