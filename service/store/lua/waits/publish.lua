-- publish: keeps what an office's waits are estimated from.
-- KEYS  1 the office's waits  2 its meta
-- ARGV  1 the position of the last event that is in it  2 its version: that position, and what it says, hashed
--       3 the models, JSON  4 the id of the city's spread that belongs to them  5 this spread, JSON, or ""
-- Returns 1; 0 where the spread is needed, because another one is kept.
-- What was folded up to an earlier event is not kept: a process that was frozen may wake up late.

local waits, meta = unpack(KEYS)
local position, version, models, spread_id, spread = unpack(ARGV)
local known = redis.call("HGET", meta, "waits")
if redis.call("EXISTS", meta) == 0 or (known and position < string.sub(known, 1, #position)) then
  return 1
end
if spread ~= "" then
  redis.call("HSET", waits, "spread_id", spread_id, "spread", spread)
elseif redis.call("HGET", waits, "spread_id") ~= spread_id then
  return 0
end
redis.call("HSET", waits, "models", models)
redis.call("HSET", meta, "waits", version)
return 1
