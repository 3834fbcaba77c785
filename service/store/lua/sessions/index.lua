-- Enters a session in the index of its user's sessions, and takes out those that have expired.
--
-- KEYS  1 the index  zset  token hash, by when the session expires (ms)
-- ARGV  1 token hash   2 how long the session lasts, ms
-- Returns how many sessions the index has.

local index, token, lasts = KEYS[1], ARGV[1], tonumber(ARGV[2])

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("ZREMRANGEBYSCORE", index, "-inf", now)
redis.call("ZADD", index, now + lasts, token)
local last = redis.call("ZRANGE", index, -1, -1, "WITHSCORES")
redis.call("PEXPIREAT", index, last[2])
return redis.call("ZCARD", index)
