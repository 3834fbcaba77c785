-- snapshot: all that a board shows.
-- args  1... counters
-- Returns {"ok", {epoch, version, status}, counters' hash, windows' hash, calls,
--          {{front, priority, normal} of each counter}, when the next passed-over ticket lapses or false}.

local lines = {}
for _, counter in ipairs(args) do
  local from, to = all_of(counter)
  lines[#lines + 1] = {
    redis.call("ZLEXCOUNT", lanes.front, from, to),
    redis.call("ZLEXCOUNT", lanes.priority, from, to),
    redis.call("ZLEXCOUNT", lanes.normal, from, to),
  }
end
return {
  "ok",
  redis.call("HMGET", meta, "epoch", "version", "status"),
  redis.call("HGETALL", counters),
  redis.call("HGETALL", windows),
  redis.call("LRANGE", calls, 0, -1),
  lines,
  redis.call("ZRANGE", passed, 0, 0, "WITHSCORES")[2] or false,
}
