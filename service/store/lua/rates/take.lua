-- take: counts one more of something for an address, if its rate limit allows it.
-- KEYS  1 what the address has taken, by time
-- ARGV  1 now, ms  2 the window, ms  3 how many in it  4 the id of this one
-- Returns 0 if it was counted, else how long to wait, ms.

local now, stretch, most, id = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]

redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now - stretch)
if redis.call("ZCARD", KEYS[1]) >= most then
  local oldest = redis.call("ZRANGE", KEYS[1], 0, 0, "WITHSCORES")[2]
  return math.max(1, tonumber(oldest) + stretch - now)
end
redis.call("ZADD", KEYS[1], now, id)
redis.call("PEXPIRE", KEYS[1], stretch)
return 0
