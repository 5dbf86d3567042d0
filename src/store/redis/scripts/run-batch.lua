-- Makes several transitions of one run, in the order in which they were asked for. Each is as if it had been called alone.
-- KEYS   2 of every run script
-- ARGV   2 how many, then for each: its name, the count of its arguments, those
-- RETURNS the answer of each
-- WHY ATOMIC it need not be; one call for all the lanes of a process costs a fraction of one call for each
local answers, position = {}, 3
for i = 1, tonumber(ARGV[2]) do
  local name, count = ARGV[position], tonumber(ARGV[position + 1])
  local own = { RUN_ID, unpack(ARGV, position + 2, position + 1 + count) }
  answers[i] = TRANSITIONS[name](own)
  position = position + 2 + count
end
return answers
