-- Keeps a document of the city as the next revision, and tells every process.
--
-- KEYS  1 revisions  hash    latest; number -> the document, who made it and when, JSON (store/revisions.py)
--       2 log        stream  the city's events
-- ARGV  1 the revision that the editor knows, "" for a seed: it only counts where no document was kept
--       2 the revision, JSON   3 its event, JSON without the last brace   4 the channel that hears of changes
-- Returns {the latest revision, 1 if it is this one, 0 if nothing was kept}.  Logs edit_city, for a seed nothing.

local revisions, log = KEYS[1], KEYS[2]
local known, record, event, channel = unpack(ARGV)

local latest = redis.call("HGET", revisions, "latest") or "0"
if known == "" then
  -- Before the city could be edited, its file was entered at each start, without the file's other members.
  local kept = redis.call("HGET", revisions, latest)
  if kept and cjson.decode(kept).document then
    return { tonumber(latest), 0 }
  end
elseif known ~= latest then
  return { tonumber(latest), 0 }
end
local number = redis.call("HINCRBY", revisions, "latest", 1)
redis.call("HSET", revisions, number, record)
if known ~= "" then
  redis.call("XADD", log, "*", "event", event .. ',"to":' .. number .. "}")
end
redis.call("PUBLISH", channel, number)
return { number, 1 }
