-- Remembers a city's configuration as a revision of its own, unless it is that of the latest one.
--
-- KEYS  1 revisions    hash    latest; number -> configuration, JSON
-- ARGV  1 the configuration
-- Returns the revision's number.

local revisions, configuration = KEYS[1], ARGV[1]

local latest = redis.call("HGET", revisions, "latest")
if latest and redis.call("HGET", revisions, latest) == configuration then
  return tonumber(latest)
end
local number = redis.call("HINCRBY", revisions, "latest", 1)
redis.call("HSET", revisions, number, configuration)
return number
