-- failover: lets an office continue after the store changed: a restart, a promoted replica, an older copy.
-- args  1 "1" where only a replica's promotion or an older copy can lose numbers, "0" where a restart can too
--       2 how many numbers of a counter may be missing here at most
--       3... counter, highest number seen of it on this day or 0, first and last number of its band
-- Returns {"ok", "kept" or "carried"}. "carried": a new epoch begins, and each counter continues after every number that
-- somebody may hold; if that is beyond its last number, the counter has no numbers left today. "kept": a plain restart of
-- a server that fsyncs before it answers has lost nothing, and nothing changes.  Logs failover.
-- @include preconditions, events, counts

local restart_is_safe, gap = args[1] == "1", tonumber(args[2])

went_back = went_back or known_replid == OLDER
if known_replid == replid and not went_back then
  return { "ok", "kept" }
end
-- Only a promotion leaves a second id. It needn't be the one that the office knows, because a primary also takes
-- another id when its first replica is attached.
local promoted = string.match(string.match(replication, "master_replid2:(%w+)"), "[^0]") ~= nil
redis.call("HSET", meta, "replid", replid)
if not known_replid or (restart_is_safe and not promoted and not went_back) then
  return { "ok", "kept" }
end

-- Two servers may be promoted with the same count. The server's own id makes their epochs different.
local previous, epochs = epoch, redis.call("HINCRBY", meta, "epochs", 1)
if seen_epoch and epochs <= failovers_before(seen_epoch) then
  epochs = failovers_before(seen_epoch) + 1
  redis.call("HSET", meta, "epochs", epochs)
end
epoch = epochs .. "." .. string.sub(replid, 1, 8)
redis.call("HSET", meta, "epoch", epoch)
local stored = counts_of("issued")
local given, first, last = {}, {}, {}
for i = 3, #args, 4 do
  local counter = args[i]
  given[counter], first[counter], last[counter] = tonumber(args[i + 1]), tonumber(args[i + 2]), tonumber(args[i + 3])
end
for counter, number in pairs(stored) do
  given[counter] = math.max(given[counter] or 0, number)
end
local skipped = {}
for counter, number in pairs(given) do
  if number > 0 then
    -- If the city's file has cut the band below the given numbers, it stays used up.
    local from = math.max(number, math.min(number + gap, last[counter] or math.huge))
    redis.call("HSET", counters, counter .. ":issued", from)
    skipped[counter] = { stored[counter] or first[counter] - 1, from }
  end
end
local newest = redis.call("XREVRANGE", log, "+", "-", "COUNT", 1)[1]
event("failover", {
  previous_epoch = previous, last_id = newest and newest[1] or "0-0",
  epochs = epochs, replid = replid, issued = skipped,
}, "service")
return { "ok", "carried" }
