-- notices: the lines that the office shows on its screens. `meta` holds them as JSON, and when the first of them ends.
-- @include events

-- A list of {ko, en, until in ms or nil}; nil where there is none, since cjson writes an empty list as an object.
local function read_notices()
  local text = redis.call("HGET", meta, "notices")
  return text and cjson.decode(text) or nil
end

local function write_notices(notices, by)
  local ends
  for _, notice in ipairs(notices) do
    ends = notice["until"] and math.min(ends or notice["until"], notice["until"]) or ends
  end
  redis.call("HDEL", meta, "notices", "notices_until")
  if #notices > 0 then
    redis.call("HSET", meta, "notices", cjson.encode(notices))
  end
  if ends then
    redis.call("HSET", meta, "notices_until", ends)
  end
  event("notices", { notices = #notices > 0 and notices or nil }, by)
end

-- Takes down those whose time is over.
local function end_notices()
  local ends = redis.call("HGET", meta, "notices_until")
  if not ends or tonumber(ends) > now then
    return
  end
  local stay = {}
  for _, notice in ipairs(read_notices()) do
    if not notice["until"] or notice["until"] > now then
      table.insert(stay, notice)
    end
  end
  write_notices(stay, TIME)
end
