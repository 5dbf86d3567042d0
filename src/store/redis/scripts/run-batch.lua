-- Makes several transitions of one run, in the order in which they were asked for. Each is as if it had been called alone.
-- KEYS   2 of every run script
-- ARGV   2 how many kinds of transitions there are, then for each: the name, the count of the arguments that they share and those, the count of
--        those that each has for itself; then for each transition: which kind it is, its own arguments
-- RETURNS the answer of each
-- WHY ATOMIC it need not be; one call for all the lanes of a process costs a fraction of one call for each
local kinds, position = {}, 3
for i = 1, tonumber(ARGV[2]) do
  local shared_count = tonumber(ARGV[position + 1])
  local own_at = position + 2 + shared_count
  -- One table for all of a kind: a transition keeps nothing of its arguments.
  kinds[i] = {
    name = ARGV[position],
    args = { RUN_ID, unpack(ARGV, position + 2, own_at - 1) },
    shared_count = shared_count + 1,
    own_count = tonumber(ARGV[own_at]),
  }
  position = own_at + 1
end
local transitions, nodes, lanes, ahead_count = {}, {}, {}, 0
while position <= #ARGV do
  local kind = kinds[tonumber(ARGV[position])]
  transitions[#transitions + 1], transitions[#transitions + 2] = kind, position
  if kind.name == 'commit-node' then nodes[#nodes + 1] = ARGV[position + 1]
  elseif kind.name == 'claim-node' then lanes[#lanes + 1] = ARGV[position + 1]
  elseif kind.name == 'commit-ahead' then ahead_count = ahead_count + kind.own_count / 2 end
  position = position + kind.own_count + 1
end
CLAIM_COUNT = math.max(1, #lanes + ahead_count)
NODES:fetch(nodes)
CLAIMS:fetch(nodes)
LANES:fetch(lanes)
if RUN:get('hasRetries') then RETRIES:fetch(lanes) end
local answers = {}
for i = 1, #transitions, 2 do
  local kind, at = transitions[i], transitions[i + 1]
  local args, before = kind.args, kind.shared_count
  for own = 1, kind.own_count do args[before + own] = ARGV[at + own] end
  answers[#answers + 1] = TRANSITIONS[kind.name](args)
end
return answers
