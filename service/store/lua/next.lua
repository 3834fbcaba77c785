-- next: finishes the ticket at this window and calls the one whose turn it is.
-- args  1 window  2 the number that the clerk believes is there, "" for nobody  3 most priority calls in a row
--       4 how long a passed-over ticket keeps its place, ms
-- Returns {"ok", view of the finished or false, view of the called or false, state}.
-- Refuses window_closed, window_changed.  Logs lapse, finish, pass, call.
-- @include preconditions, events, records, lanes, line, lapse, calls, leave_window, answers, idempotency

local id, believed, in_a_row, grace = tonumber(args[1]), tonumber(args[2]), tonumber(args[3]), tonumber(args[4])

local window = read_window(id)
if window.state == "closed" then
  return { "refused", "window_closed" }
end
if window.number ~= believed then
  return window_changed(window)
end

-- The first ticket of each line that this press has not skipped. A line is read again only after a skip, because there
-- may be hundreds of absent holders in front.
local heads, stepped_over = {}, {}

local function line_of(lane, counter)
  return lane .. " " .. counter
end

local function head(lane, counter)
  local line = line_of(lane, counter)
  if heads[line] == nil then
    local from, to = all_of(counter)
    local member = redis.call("ZRANGEBYLEX", lanes[lane], from, to, "LIMIT", stepped_over[line] or 0, 1)[1]
    heads[line] = member and read_ticket(number_at(member)) or false
  end
  return heads[line]
end

-- Skips a ticket, which keeps its place: this press continues with the one behind it.
local function step_over(ticket)
  local line = line_of(ticket.lane, ticket.counter)
  stepped_over[line] = (stepped_over[line] or 0) + 1
  heads[line] = nil
end

-- Passes a ticket over: it leaves its line, and is called next if its holder comes in time.
local function pass(ticket)
  heads[line_of(ticket.lane, ticket.counter)] = nil
  leave(ticket)
  ticket.lane = "front"
  ticket.arrive_by = now + grace
  redis.call("ZADD", passed, ticket.arrive_by, ticket.number)
  write_ticket(ticket)
  event("pass", { ticket = ticket, window = id })
end

local function oldest(lane)
  local found
  for _, counter in ipairs(window.counters) do
    local ticket = head(lane, counter)
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
  release("finish", finished, window)
  write_ticket(finished)
end

-- Only the turn of the first absent holder has come. The others are skipped without a time limit, since many people may
-- be ahead of them.
local called, has_passed = whose_turn(), false
while called and not called.arrived do
  if has_passed then
    step_over(called)
  else
    pass(called)
    has_passed = true
  end
  called = whose_turn()
end
if called then
  count_streak(called.lane)
  call_to(called, id, window, true)
end

write_window(id, window)
return ok(finished, called)
