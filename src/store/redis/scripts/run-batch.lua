-- Makes several transitions of one run, in the order in which they were asked for. Each is as if it had been called alone.
-- KEYS   2 of every run script
-- ARGV   2 how many, then for each: its name, the count of its arguments, those
-- RETURNS the answer of each
-- WHY ATOMIC it need not be; one call for all the lanes of a process costs a fraction of one call for each
local transitions, position = {}, 3
local nodes, lanes = {}, {}
for i = 1, tonumber(ARGV[2]) do
  local name, count = ARGV[position], tonumber(ARGV[position + 1])
  local own = { RUN_ID, unpack(ARGV, position + 2, position + 1 + count) }
  transitions[i] = { name = name, args = own }
  position = position + 2 + count
  if name == 'commit-node' then nodes[#nodes + 1] = own[3]
  elseif name == 'claim-node' then lanes[#lanes + 1], lanes[#lanes + 2] = own[4], own[4] .. ':retries' end
end
CLAIM_COUNT = math.max(1, #lanes / 2)
RUN:fetch({ 'epoch', 'dispatch', 'plannedDispatch', 'barrierLevel', 'level', 'status', 'committedInLevel', 'levelWidth', 'committedCount',
  'maxConcurrency', 'orderedBusy' })
NODES:fetch(nodes)
CLAIMS:fetch(nodes)
LANES:fetch(lanes)
local answers = {}
for i, transition in ipairs(transitions) do answers[i] = TRANSITIONS[transition.name](transition.args) end
return answers
