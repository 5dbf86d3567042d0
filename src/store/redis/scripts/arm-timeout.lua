-- Has an attempt time out.
-- KEYS   2 of every run script
-- ARGV   2 node, 3 token, 4 timeout in ms
-- RETURNS armed | stale
-- WHY ATOMIC a deadline is armed only for a claim that holds, which will disarm it
local id, token = ARGV[2], ARGV[3]
if redis.call('HGET', KEY.claims, id) ~= token then return { 'stale' } end
local node = read_node(id)
node.deadline = 'node|' .. RUN_ID .. '|' .. token .. '|' .. whole(node.attempt) .. '|' .. id
write_node(id, node)
redis.call('ZADD', KEY.deadlines, whole(NOW + ARGV[4]), node.deadline)
return { 'armed' }
