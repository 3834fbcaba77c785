-- counts: what the counters' hash holds, by counter.

-- {counter = number} of a field of all counters, such as "issued".
local function counts_of(field)
  local found, fields = {}, redis.call("HGETALL", counters)
  for i = 1, #fields, 2 do
    local counter = string.match(fields[i], "^(.*):" .. field .. "$")
    if counter then
      found[counter] = tonumber(fields[i + 1])
    end
  end
  return found
end
