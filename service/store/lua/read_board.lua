-- read_board: everything that a board shows.
-- args  1 the status that the caller's newest board has, "" for none or where it must be built again
--       2 the version of the models of its waits, "" for none  3... counters
-- Returns {"ok"} where that board is current; else
--         {"ok", {epoch, version, status, notices, lobby, version of the models}, counters' hash, windows' hash, calls,
--          {{front, priority, normal} of each counter}, when the next passed-over ticket lapses or the next notice
--          ends, or false}.
-- @include preconditions, lanes
-- @readonly

local status, notices, notices_until, lobby, waits =
  unpack(redis.call("HMGET", meta, "status", "notices", "notices_until", "lobby", "waits"))
local due = redis.call("ZRANGE", passed, 0, 0, "WITHSCORES")[2] or notices_until
if due and notices_until and tonumber(notices_until) < tonumber(due) then
  due = notices_until
end
local seen = seen_epoch == epoch and seen_version == last_version
if seen and args[1] == status and args[2] == (waits or "") and not (due and tonumber(due) <= now) then
  return { "ok" }
end

local lines = {}
for _, counter in ipairs({ unpack(args, 3) }) do
  local from, to = all_of(counter)
  lines[#lines + 1] = {
    redis.call("ZLEXCOUNT", lanes.front, from, to),
    redis.call("ZLEXCOUNT", lanes.priority, from, to),
    redis.call("ZLEXCOUNT", lanes.normal, from, to),
  }
end
return {
  "ok",
  { epoch, last_version, status, notices, lobby, waits },
  redis.call("HGETALL", counters),
  redis.call("HGETALL", windows),
  redis.call("LRANGE", calls, 0, -1),
  lines,
  due,
}
