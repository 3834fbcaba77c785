-- carry: goes on after the store has moved: a restart, a promoted replica, a copy from before.
-- args  1 "1" where only a replica's promotion or an older copy can lose numbers, "0" where a restart can too
--       2 how many numbers a counter may have given that are not here  3... counter, highest number seen of it
-- Returns {"ok", "kept" or "carried"}. Carried: another epoch, and every counter goes on past any number that may be in
-- someone's hand. A plain restart of a server that syncs before it answers has lost nothing, and keeps all.  Logs carry.

local restart_is_safe, gap = args[1] == "1", tonumber(args[2])

if office[3] == replid and not went_back then
  return { "ok", "kept" }
end
local promoted = string.match(replication, "master_replid2:(%w+)") == office[3]
redis.call("HSET", meta, "replid", replid)
if not office[3] or (restart_is_safe and not promoted and not went_back) then
  return { "ok", "kept" }
end

-- Two promotions may reach the same count: the server's own id tells them apart.
redis.call("HSET", meta, "epoch", redis.call("HINCRBY", meta, "epochs", 1) .. "." .. string.sub(replid, 1, 8))
local given = {}
for i = 3, #args, 2 do
  given[args[i] .. ":issued"] = tonumber(args[i + 1])
end
local fields = redis.call("HGETALL", counters)
for i = 1, #fields, 2 do
  if string.match(fields[i], ":issued$") then
    given[fields[i]] = math.max(given[fields[i]] or 0, tonumber(fields[i + 1]))
  end
end
for field, number in pairs(given) do
  if number > 0 then
    redis.call("HSET", counters, field, number + gap)
  end
end
event("carry")
return { "ok", "carried" }
