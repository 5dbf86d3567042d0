-- Put behind `shared.lua`: a definition is stored once, for all runs that use it.

-- Where a large definition comes in parts, before the script that needs it: it only has to be given its name. Answers what is to be done:
-- '' | set | rename | lost
local function look_up_definition(key, given, upload)
  if string.sub(given, 1, 1) == '{' then return 'set' end
  if redis.call('EXISTS', key) == 1 then return '' end
  local bytes = string.match(given, '^uploaded:(%d+)$')
  return bytes and redis.call('STRLEN', upload) == tonumber(bytes) and 'rename' or 'lost'
end

local function put_definition(how, key, given, upload)
  if how == 'set' then
    redis.call('SET', key, given)
  elseif how == 'rename' then
    redis.call('RENAME', upload, key)
    redis.call('PERSIST', key)
  end
end
