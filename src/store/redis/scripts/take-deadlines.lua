-- Answers the deadlines that have passed and puts each off by a second, so that another scheduler takes up what this one drops.
-- KEYS   1 deadlines
-- ARGV   1 the most to answer
-- RETURNS in how many ms the next one passes or '', then the members: run|<run>, finish|<run>, node|<run>|<token>|<attempt>|<node>
-- WHY ATOMIC two schedulers that ask at once share the work
local clock = redis.call('TIME')
local now = math.floor(clock[1] * 1000 + clock[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[1])
for _, member in ipairs(due) do
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + 1000), member)
end
local next_one = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return { next_one[2] and string.format('%.0f', math.max(0, next_one[2] - now)) or '', unpack(due) }
