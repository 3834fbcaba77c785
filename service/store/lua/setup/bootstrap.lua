-- Sets an office up in a store that was never its own; does nothing where it is set up.
--
-- KEYS  1 meta  2 log
-- ARGV  1 generation  2 epoch  3 the business day  4 now, ms  5 the revision of the city's configuration
-- Returns nothing.  Logs bootstrap.

local meta, log = KEYS[1], KEYS[2]
local generation, epoch, day, now, revision = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])

if redis.call("EXISTS", meta) == 1 then
  return
end
redis.call("HSET", meta,
  "generation", generation, "epoch", epoch, "version", 0, "seq", 0, "day", day, "format", 2, "revision", revision)
redis.call("XADD", log, "*", "event", cjson.encode({
  kind = "bootstrap", epoch = epoch, version = 0, at = now, day = day, revision = revision, actor = "service",
  generation = generation, seq = 0,
}))
