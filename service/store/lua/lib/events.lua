-- events: logs the events of one change, as domain/event.py describes them. However many there are, the version counts up
-- once, and one signal is published.

local TIME = "time"

local version

-- `about` has what events of this kind say beside what all of them do; a `ticket` in it is logged as it is now, without
-- the kind of its priority, its language and the salt of its id. `by` is nil for the caller of the script.
local function event(kind, about, by)
  if not version then
    version = redis.call("HINCRBY", meta, "version", 1)
    redis.call("PUBLISH", channel, version)
  end
  about.kind, about.epoch, about.version = kind, epoch, version
  about.at, about.day, about.revision, about.actor = now, today, revision, by or actor
  local ticket = about.ticket or {}
  local priority, lang, salt = ticket.priority, ticket.lang, ticket.salt
  ticket.priority, ticket.lang, ticket.salt = nil, nil, nil
  redis.call("XADD", log, "*", "event", cjson.encode(about))
  ticket.priority, ticket.lang, ticket.salt = priority, lang, salt
end

-- The state of an answer, "epoch:version". A frame with an older state was made before the answer.
local function current_state()
  return epoch .. ":" .. (version or last_version)
end
