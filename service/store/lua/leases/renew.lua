-- Renews all leases of a process, which hold as long as the process does. A process that did not renew in time is dead:
-- its leases end.
--
-- KEYS  1 processes  zset  process, until when it lives (ms)
--       2 leases     hash  source -> process
--       3 generation string  counted up whenever a process comes or goes, or a lease is given back
-- ARGV  1 the process   2 how long it lives from now on, ms
-- Returns the generation.

local processes, generation = KEYS[1], KEYS[3]
local process, lives = ARGV[1], tonumber(ARGV[2])

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gone = redis.call("ZREMRANGEBYSCORE", processes, "-inf", now)
local came = redis.call("ZADD", processes, now + lives, process)
if gone > 0 or came > 0 then
  return redis.call("INCR", generation)
end
return tonumber(redis.call("GET", generation))
