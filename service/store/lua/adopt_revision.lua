-- adopt_revision: from now on a newer revision of the city's configuration is in force in this office. What would break
-- the day in progress is refused.
-- args  1 the revision  2 "1" to look whether it could be, whatever the revision, without a change
--       3 how many counters it takes out  4 how many windows it takes out
--       5... these counters, these windows, then for each counter whose band it changes: counter, and the first and
--       last number before and after
-- Returns {"ok"}, also where it is in force already.
-- Refuses in_use, with "counter", its id and how many of its tickets are still to be served; or "window" and its id;
-- or "numbers", the counter and its last number of today.  Logs revise.
-- @include preconditions, events, records

local number, only_looks = tonumber(args[1]), args[2] == "1"
local counters_out, windows_out = tonumber(args[3]), tonumber(args[4])

if revision >= number and not only_looks then
  return { "ok" }
end

local first_window = 5 + counters_out
local first_band = first_window + windows_out
if counters_out > 0 then
  local people = {}
  for i = 5, first_window - 1 do
    people[args[i]] = 0
  end
  for _, record in ipairs(redis.call("HVALS", tickets)) do
    local ticket = cjson.decode(record)
    local is_here = ticket.state == "waiting" or ticket.state == "called" or ticket.state == "held"
    if is_here and people[ticket.counter] then
      people[ticket.counter] = people[ticket.counter] + 1
    end
  end
  for i = 5, first_window - 1 do
    if people[args[i]] > 0 then
      return { "refused", "in_use", "counter", args[i], people[args[i]] }
    end
  end
end
for i = first_window, first_band - 1 do
  if read_window(args[i]).state ~= "closed" then
    return { "refused", "in_use", "window", args[i], 0 }
  end
end
for i = first_band, #args, 5 do
  local counter, was_first, first, last = args[i], tonumber(args[i + 1]), tonumber(args[i + 3]), tonumber(args[i + 4])
  local issued = tonumber(redis.call("HGET", counters, counter .. ":issued") or 0)
  if issued >= was_first and (first > was_first or last < issued) then
    return { "refused", "in_use", "numbers", counter, issued }
  end
end
if only_looks then
  return { "ok" }
end

local before = revision
revision = number
redis.call("HSET", meta, "revision", number)
event("revise", { before = before })
return { "ok" }
