-- Has an attempt time out. In a paused run it begins to count when the run goes on.
-- KEYS   2 of every run script
-- ARGV   2 epoch, 3 node, 4 token, 5 timeout in ms
-- RETURNS armed | stale
-- WHY ATOMIC a deadline is armed only for a claim that holds, which will disarm it
local id, token, timeout = ARGV[3], ARGV[4], tonumber(ARGV[5])
local run = redis.call('HMGET', KEY.run, 'epoch', 'status')
if run[1] ~= ARGV[2] or not holds_claim(id, token) then return { 'stale' } end
local node = read_node(id)
node.deadline = 'node|' .. RUN_ID .. '|' .. token .. '|' .. whole(node.attempt) .. '|' .. id
node.timeoutLeftMs = run[2] == 'paused' and timeout or nil
write_node(id, node)
if run[2] ~= 'paused' then set_deadline(node.deadline, timeout) end
return { 'armed' }
