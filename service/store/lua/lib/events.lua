-- events: logs the events of one change. However many there are, the version counts up once, and one signal is
-- published.

local version

-- `ticket` and `window` are nil for an event that has none.
local function event(move, ticket, window)
  if not version then
    version = redis.call("HINCRBY", meta, "version", 1)
    redis.call("PUBLISH", channel, version)
  end
  redis.call("XADD", log, "*", "move", move, "version", version, "at", now,
    "number", ticket and ticket.number or "", "counter", ticket and ticket.counter or "",
    "lane", ticket and ticket.lane or "", "window", window or "")
end

-- The state of an answer, "epoch:version". A frame with an older state was made before the answer.
local function current_state()
  return epoch .. ":" .. (version or last_version)
end
