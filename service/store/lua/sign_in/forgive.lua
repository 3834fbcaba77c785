-- Takes back one attempt that count.lua counted: the password was right, or was never verified.
--
-- KEYS  as in count.lua
-- ARGV  1 "browser" or "user", where it was counted   2 "1" where the address counts
-- Returns nothing.

local function forgive(key)
  if tonumber(redis.call("HGET", key, "failures") or 0) > 0 then
    redis.call("HINCRBY", key, "failures", -1)
  end
end

if ARGV[1] == "browser" then
  forgive(KEYS[4])
else
  forgive(KEYS[1])
  if ARGV[2] == "1" then
    forgive(KEYS[3])
  end
end
