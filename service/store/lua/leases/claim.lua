-- Takes a fair share of the sources: gives back what is over it, and takes what nobody holds.
--
-- KEYS  as in renew.lua
-- ARGV  1 the process, which has renewed its leases   2... all sources
-- Returns {generation, the sources that it holds now}.

local processes, leases, generation = unpack(KEYS)
local process, sources = ARGV[1], #ARGV - 1

local lives = {}
for _, other in ipairs(redis.call("ZRANGE", processes, 0, -1)) do
  lives[other] = true
end
local share = math.ceil(sources / math.max(1, redis.call("ZCARD", processes)))

local held, free = {}, {}
for i = 2, #ARGV do
  local source = ARGV[i]
  local holder = redis.call("HGET", leases, source)
  if holder == process then
    held[#held + 1] = source
  elseif not holder or not lives[holder] then
    free[#free + 1] = source
  end
end
local gives = #held > share
while #held > share do
  redis.call("HDEL", leases, table.remove(held))
end
for _, source in ipairs(free) do
  if #held < share then
    held[#held + 1] = source
    redis.call("HSET", leases, source, process)
  end
end
if gives then
  redis.call("INCR", generation)
end
return { tonumber(redis.call("GET", generation)), held }
