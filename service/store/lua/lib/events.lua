-- events: logs the events of one change, as domain/event.py describes them. However many there are, the version counts up
-- once, and one signal is published.

local TIME = "time"

local version

-- What the log keeps of a ticket: not the kind of its priority, its language or the salt of its id.
local function facts_of(ticket)
  local facts = {}
  for name, value in pairs(ticket) do
    facts[name] = value
  end
  facts.priority, facts.lang, facts.salt = nil, nil, nil
  return facts
end

-- `about` has what events of this kind say beside what all of them do. `by` is nil for the caller of the script.
local function event(kind, about, by)
  if not version then
    version = redis.call("HINCRBY", meta, "version", 1)
    redis.call("PUBLISH", channel, version)
  end
  about.kind, about.epoch, about.version = kind, epoch, version
  about.at, about.day, about.revision, about.actor = now, today, revision, by or actor
  redis.call("XADD", log, "*", "event", cjson.encode(about))
end

-- The state of an answer, "epoch:version". A frame with an older state was made before the answer.
local function current_state()
  return epoch .. ":" .. (version or last_version)
end
