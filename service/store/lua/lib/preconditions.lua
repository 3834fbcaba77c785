-- preconditions: checks what must be true before any operation of an office. Every script includes this first.
--
-- KEYS  of the office and its business day; their names here are those of keys.py, which generates the locals
-- ARGV  1 now, ms   2 the business day now, YYYY-MM-DD   3 the channel that hears of changes
--       4 the newest state of the office that the caller has seen, "epoch:version"; "" for none
--       5 the request's name and 6 the fingerprint of what it asks, both "" without an Idempotency-Key
--         (idempotency.lua)
--       7 by how much `now` may differ from the store's clock, ms
--       8 how many replicas must be connected; "" where their number does not matter
--       9 who does it, for the events
--       10 the revision of the city's configuration that the arguments are made of; "" where they don't depend on it
--       11... the script's own arguments, in `args`
--
-- A refusal is {"refused", code, ...}. It changes nothing, except that overdue tickets may have lapsed (lapse.lua).
-- After these, the caller corrects the cause and runs the script again:
--   old_format     names the day of the office, which an earlier version wrote: the caller runs take_over.lua on it
--   replicas       another number of replicas than required can be promoted: the caller counts them again
--   day            names the day of the office: the caller closes it, or uses it if the caller's own clock is slow
--   store_changed  the store may lack acknowledged writes: the caller runs failover.lua
--   revision_changed  another revision is in force in the office, whose number comes with it: the caller reads it, and
--                  makes the arguments again
-- These are for the caller of the service:
--   store_not_ready   the office was never set up here, so that this is an empty store; or the caller has not found
--                     out yet whether the store is its own
--   clock_off         by how many ms `now` is ahead of the store's clock

local now, today, channel = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local request, fingerprint = ARGV[5], ARGV[6]
local actor, args = ARGV[9], { unpack(ARGV, 11) }

-- Of the office's keys. Stores without one have a log for each day, and tickets without `people`.
local FORMAT = "2"

local generation, office_day, known_replid, epoch, last_version, format, revision =
  unpack(redis.call("HMGET", meta, "generation", "day", "replid", "epoch", "version", "format", "revision"))
revision = tonumber(revision or 0)
if not generation then
  return { "refused", "store_not_ready" }
end
if format ~= FORMAT and OPERATION ~= "take_over" then
  return { "refused", "old_format", office_day }
end

-- A closed day can't be opened again, so a wrong clock must not close it for everyone.
local store_time = redis.call("TIME")
local ahead = now - (store_time[1] * 1000 + math.floor(store_time[2] / 1000))
if math.abs(ahead) > tonumber(ARGV[7]) then
  return { "refused", "clock_off", ahead }
end

-- Any replica that is in step may be promoted at any moment. One replica may have two links, one of them dead; one
-- without a port is a program that only copies the data (write_concern.py counts in the same way).
local replication = redis.call("INFO", "replication")
if ARGV[8] ~= "" then
  local connected, known = 0, {}
  for replica in string.gmatch(replication, "slave%d+:(ip=[^,]*,port=[1-9]%d*),state=online") do
    if not known[replica] then
      connected, known[replica] = connected + 1, true
    end
  end
  if connected ~= tonumber(ARGV[8]) then
    return { "refused", "replicas" }
  end
end

-- The day comes before the failover: numbers are carried over on the day on which they are given.
if office_day ~= today then
  return { "refused", "day", office_day }
end

if ARGV[10] ~= "" and tonumber(ARGV[10]) ~= revision then
  return { "refused", "revision_changed", revision }
end

-- Another master_replid means that a replica was promoted, or that the server restarted. An older version or an earlier
-- epoch than the caller has seen means that this is a copy from before. Where that was noticed, meta holds `OLDER` in
-- place of a replid until failover.lua has run.
local OLDER = "older"

-- How many failovers there were before an epoch; the first one's name has no count.
local function failovers_before(epoch)
  return tonumber(string.match(epoch, "^(%d+)%.")) or 0
end

local replid = string.match(replication, "master_replid:(%w+)")
local seen_epoch, seen_version = string.match(ARGV[4], "^(.*):(%d+)$")
local went_back
if seen_epoch == epoch then
  went_back = tonumber(last_version) < tonumber(seen_version)
else
  went_back = seen_epoch and failovers_before(epoch) < failovers_before(seen_epoch)
end
local PUTS_RIGHT = { failover = true, close_day = true, take_over = true }
if (known_replid ~= replid or went_back) and not PUTS_RIGHT[OPERATION] then
  return { "refused", "store_changed" }
end
