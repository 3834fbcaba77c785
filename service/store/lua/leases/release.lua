-- Ends a process's leases at once, when it stops.
--
-- KEYS  as in renew.lua
-- ARGV  1 the process
-- Returns nothing.

if redis.call("ZREM", KEYS[1], ARGV[1]) == 1 then
  redis.call("INCR", KEYS[3])
end
