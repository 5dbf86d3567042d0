-- Put behind `run-nodes.lua`: the lists of a level, and the stop of a run.

-- Sets a run failing or cancelling: nothing of it is claimed or committed from here on, and it ends within the grace.
local function begin_stop(status, epoch, cause, grace)
  redis.call('HSET', KEY.run, 'status', status, 'cause', cause, 'finishBy', whole(NOW + grace))
  set_deadline('finish|' .. RUN_ID, grace)
  redis.call('ZREM', KEY.deadlines, 'run|' .. RUN_ID)
  redis.call('ZADD', KEY.unfinished, NOW_TEXT, RUN_ID)
  cancel_places(true)
  add_event(status, epoch, 'error', cause)
  signal_abort(nil)
end

-- Fills the lists of nodes that lanes take, none of which is there: args from position are a count of ordered entries, those, then for each
-- pool its name, a count, that many nodes. `is_fresh`: none of them was ever claimed. Answers the free lists by pool, and how many nodes there
-- are.
local function fill_lists(args, position, is_fresh)
  local node_count = tonumber(args[position])
  ORDERED:fill(args, position + 1, position + node_count)
  if is_fresh and node_count > 0 then NODES:lack({ string.match(args[position + 1], '|(.*)$') }) end
  position = position + node_count + 1
  local free_lists = {}
  while args[position] do
    local pool, count = args[position], tonumber(args[position + 1])
    local list = free_list(pool)
    local next_nodes = list:fill(args, position + 2, position + count + 1)
    if is_fresh then NODES:lack(next_nodes) end
    list.look_up(next_nodes)
    free_lists[pool] = list:key()
    position, node_count = position + count + 2, node_count + count
  end
  return free_lists, node_count
end

-- Makes a level current of which so many nodes are listed, and so many committed already.
local function begin_level(former, level, epoch, listed_count, committed_count)
  if former ~= level then
    RUN:set('level', level)
    RUN:set('committedInLevel', whole(committed_count))
    if tonumber(former) >= 0 then TIMINGS:set(former .. ':finishedAt', NOW_TEXT) end
    TIMINGS:set(level .. ':startedAt', NOW_TEXT)
  end
  RUN:set('levelWidth', whole(listed_count + committed_count))
  add_event('level-started', epoch, 'level', level, 'nodeCount', whole(listed_count))
end
