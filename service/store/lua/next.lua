-- next: finish the ticket at this window and call the one whose turn it is.
-- ARGV  5 window  6 the number that the clerk believes is there, "" for nobody  7 most priority calls in a row
--       8 how long a passed-over ticket keeps its place, ms  9 request ("" for none)
-- Returns {"ok", view of the finished or false, view of the called or false}; the same request again, the same answer.
-- Refuses window_closed, window_changed.  Logs lapse, finish, pass, call.

local id, believed = tonumber(ARGV[5]), tonumber(ARGV[6])
local in_a_row, grace, request = tonumber(ARGV[7]), tonumber(ARGV[8]), ARGV[9]

local window = read_window(id)
local earlier = request ~= "" and redis.call("HGET", requests, "next:" .. id .. ":" .. request)
if earlier then
  local finished, called = string.match(earlier, "^(%d*):(%d*)$")
  return { "ok", view(finished ~= "" and read_ticket(finished)), view(called ~= "" and read_ticket(called)) }
end
if window.state == "closed" then
  return { "refused", "window_closed" }
end
if window.number ~= believed then
  return window_changed(window)
end

local function oldest(lane)
  local found
  for _, counter in ipairs(window.counters) do
    local from, to = all_of(counter)
    local member = redis.call("ZRANGEBYLEX", lanes[lane], from, to, "LIMIT", 0, 1)[1]
    local ticket = member and read_ticket(number_at(member))
    if ticket and (not found or ticket.order < found.order) then
      found = ticket
    end
  end
  return found
end

-- Priority calls in a row are counted at every counter that the window serves, so that shared windows and several
-- windows of one counter keep one count.
local function streak()
  local most = 0
  for _, counter in ipairs(window.counters) do
    most = math.max(most, tonumber(redis.call("HGET", counters, counter .. ":streak") or 0))
  end
  return most
end

local function count_streak(lane)
  for _, counter in ipairs(window.counters) do
    if lane == "priority" then
      redis.call("HINCRBY", counters, counter .. ":streak", 1)
    elseif lane == "normal" then
      redis.call("HDEL", counters, counter .. ":streak")
    end
  end
end

local function whose_turn()
  local front = oldest("front")
  if front then
    return front
  end
  local priority, normal = oldest("priority"), oldest("normal")
  if priority and (not normal or streak() < in_a_row) then
    return priority
  end
  return normal
end

lapse()
local finished
if window.number then
  finished = read_ticket(window.number)
  release("finish", finished, id, window)
  write_ticket(finished)
end

local called = whose_turn()
while called and not called.arrived do
  leave(called)
  called.lane = "front"
  called.arrive_by = now + grace
  redis.call("ZADD", passed, called.arrive_by, called.number)
  write_ticket(called)
  event("pass", called, id)
  called = whose_turn()
end
if called then
  count_streak(called.lane)
  call_to(called, id, window)
end

if request ~= "" then
  local outcome = (finished and finished.number or "") .. ":" .. (called and called.number or "")
  redis.call("HSET", requests, "next:" .. id .. ":" .. request, outcome)
end
write_window(id, window)
return { "ok", view(finished), view(called) }
