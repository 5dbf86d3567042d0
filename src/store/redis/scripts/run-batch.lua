-- Makes several transitions of one run, in the order in which they were asked for. Each is as if it had been called alone.
-- KEYS   2 of every run script
-- ARGV   2 how many, then for each: its name, the count of the arguments that it shares with others and those, or '=' if they are those of the
--        one of its name before, the count of its own arguments, those
-- RETURNS the answer of each
-- WHY ATOMIC it need not be; one call for all the lanes of a process costs a fraction of one call for each
local transitions, position = {}, 3
local shared_of, nodes, lanes = {}, {}, {}
for i = 1, tonumber(ARGV[2]) do
  local name, shared_count = ARGV[position], ARGV[position + 1]
  position = position + 2
  if shared_count ~= '=' then
    shared_of[name] = { unpack(ARGV, position, position + shared_count - 1) }
    position = position + shared_count
  end
  local own_count = tonumber(ARGV[position])
  local args = { RUN_ID, unpack(shared_of[name]) }
  local before = #args
  for j = 1, own_count do args[before + j] = ARGV[position + j] end
  position = position + own_count + 1
  transitions[i] = { name = name, args = args }
  if name == 'commit-node' then nodes[#nodes + 1] = args[3]
  elseif name == 'claim-node' then lanes[#lanes + 1], lanes[#lanes + 2] = args[9], args[9] .. ':retries' end
end
CLAIM_COUNT = math.max(1, #lanes / 2)
NODES:fetch(nodes)
CLAIMS:fetch(nodes)
LANES:fetch(lanes)
local answers = {}
for i, transition in ipairs(transitions) do answers[i] = TRANSITIONS[transition.name](transition.args) end
return answers
