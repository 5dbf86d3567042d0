-- Forgets what became of some of the nodes that a retry starts anew: the run is final, and stays so.
-- KEYS   2 of every run script
-- ARGV   2 the epoch that was looked at or '', 3 cursor
-- RETURNS cleared, cursor of the next call ('0' after the last) | conflict
-- WHY ATOMIC a retry may come in between: then the nodes are the new epoch's
local run = redis.call('HMGET', KEY.run, 'status', 'epoch')
if not run[1] or run[1] == 'completed' or not FINAL[run[1]] or (ARGV[2] ~= '' and run[2] ~= ARGV[2]) then return { 'conflict' } end
local page = redis.call('HSCAN', KEY.nodes, ARGV[3], 'COUNT', 500)
for i = 1, #page[2], 2 do
  if cjson.decode(page[2][i + 1]).status ~= 'completed' then redis.call('HDEL', KEY.nodes, page[2][i]) end
end
return { 'cleared', page[1] }
