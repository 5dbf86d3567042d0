-- Adds to what is known of how long handlers take.
-- KEYS   1 handler times
-- ARGV   for each type: type, mean in ms, weight if that is more than what is known, weight if it is less
-- RETURNS type, ms, type, ms, ...: all that is known now
-- WHY ATOMIC several workers tell of one type at a time
for i = 1, #ARGV, 4 do
  local known, mean = tonumber(redis.call('HGET', KEYS[1], ARGV[i])), tonumber(ARGV[i + 1])
  if known then mean = known + (mean - known) * (mean > known and ARGV[i + 2] or ARGV[i + 3]) end
  redis.call('HSET', KEYS[1], ARGV[i], string.format('%.17g', mean))
end
return redis.call('HGETALL', KEYS[1])
