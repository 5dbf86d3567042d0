-- Makes transitions of several runs: those of a run in the order in which they were asked for, each as if it had been called alone. Put behind
-- TRANSITIONS, and FIELDS of a run that they look at.
-- KEYS   1 the hash tag, 2.. the runs
-- ARGV   1 how many kinds of transitions there are, then for each: the name, the count of the arguments that they share and those, the count of
--        those that each has for itself; then for each run: its id, how many transitions it makes, and for each of those: which kind it is, its
--        own arguments
-- RETURNS for each run the answer of each of its transitions | error, text: what Redis refuses one run keeps back no other
-- WHY ATOMIC it need not be; one call for all the lanes of a process costs a fraction of one call for each
local kinds, position = {}, 2
for i = 1, tonumber(ARGV[1]) do
  local shared_count = tonumber(ARGV[position + 1])
  local own_at = position + 2 + shared_count
  -- One table for all of a kind: a transition keeps nothing of its arguments. The first is the run.
  kinds[i] = {
    name = ARGV[position],
    args = { '', unpack(ARGV, position + 2, own_at - 1) },
    shared_count = shared_count + 1,
    own_count = tonumber(ARGV[own_at]),
  }
  position = own_at + 1
end

local transitions
local function make_transitions()
  local nodes, lanes, ahead_count = {}, {}, 0
  for i = 1, #transitions, 2 do
    local kind, at = transitions[i], transitions[i + 1]
    if kind.name == 'commit-node' then nodes[#nodes + 1] = ARGV[at + 1]
    elseif kind.name == 'claim-node' then lanes[#lanes + 1] = ARGV[at + 1]
    elseif kind.name == 'commit-ahead' then ahead_count = ahead_count + kind.own_count / 2 end
  end
  CLAIM_COUNT = math.max(1, #lanes + ahead_count)
  NODES:fetch(nodes)
  CLAIMS:fetch(nodes)
  LANES:fetch(lanes)
  if lanes[1] and RUN:get('hasRetries') then RETRIES:fetch(lanes) end
  local answers = {}
  for i = 1, #transitions, 2 do
    local kind, at = transitions[i], transitions[i + 1]
    local args, before = kind.args, kind.shared_count
    args[1] = RUN_ID
    for own = 1, kind.own_count do args[before + own] = ARGV[at + own] end
    answers[#answers + 1] = TRANSITIONS[kind.name](args)
  end
  return answers
end

local answers = {}
for i = 2, #KEYS do
  local run_id, count = ARGV[position], tonumber(ARGV[position + 1])
  position, transitions = position + 2, {}
  for at = 1, count * 2, 2 do
    local kind = kinds[tonumber(ARGV[position])]
    transitions[at], transitions[at + 1] = kind, position
    position = position + kind.own_count + 1
  end
  local is_made, answer = pcall(change_run, KEYS[i], run_id, FIELDS, make_transitions)
  if not is_made then
    forget_events()
    answer = { 'error', type(answer) == 'table' and answer.err or tostring(answer) }
  end
  answers[i - 1] = answer
end
return answers
