-- read_staff_view: what the staff of an office see beside the board.
-- args  1 how many tickets of each lane of a counter to list  2 how many absent ones of a counter
--       3 how many held, and how many no-shows  4... counters
-- Returns {"ok", {{window id, {window, view or false}} of each known window}, {record of each ticket},
--          {{waiting here, waiting and absent, streak} of each counter}, {held, no-shows}}.
-- The tickets are those at windows, in each counter's lines, passed over and parked. Each line is
-- listed from its beginning; of the no-shows, the newest are listed.
-- @include preconditions, records, lanes, views
-- @readonly

local most_here, most_absent, most_parked = tonumber(args[1]), tonumber(args[2]), tonumber(args[3])

local AT_A_TIME = 100
-- The text that cjson writes. A line may have hundreds of absent holders, and to decode each would take ten times as
-- long.
local ARRIVED = '"arrived":true'

local at_windows, records, lines = {}, {}, {}

local function records_of(numbers)
  return #numbers > 0 and redis.call("HMGET", tickets, unpack(numbers)) or {}
end

local function list(numbers)
  for _, record in ipairs(records_of(numbers)) do
    records[#records + 1] = record
  end
end

-- The first in a lane who are here, and the first `wanted` who are absent.
local function list_lane(lane, counter, wanted)
  local from, to = all_of(counter)
  local here, absent, offset, numbers = 0, 0, 0, nil
  repeat
    numbers = {}
    for i, member in ipairs(redis.call("ZRANGEBYLEX", lanes[lane], from, to, "LIMIT", offset, AT_A_TIME)) do
      numbers[i] = number_at(member)
    end
    for _, record in ipairs(records_of(numbers)) do
      if string.find(record, ARRIVED, 1, true) then
        here = here + 1
        if here <= most_here then
          records[#records + 1] = record
        end
      elseif absent < wanted then
        absent = absent + 1
        records[#records + 1] = record
      end
    end
    offset = offset + AT_A_TIME
  until #numbers < AT_A_TIME or (here >= most_here and absent >= wanted)
end

for _, id in ipairs(redis.call("HKEYS", windows)) do
  local window = read_window(id)
  at_windows[#at_windows + 1] = { id, view_window(window) }
  if window.number then
    list({ window.number })
  end
end

local passed_over = {}
for _, record in ipairs(records_of(redis.call("ZRANGE", passed, 0, -1))) do
  local counter = cjson.decode(record).counter
  passed_over[counter] = (passed_over[counter] or 0) + 1
  if passed_over[counter] <= most_absent then
    records[#records + 1] = record
  end
end

for _, counter in ipairs({ unpack(args, 4) }) do
  local from, to = all_of(counter)
  local away = tonumber(redis.call("HGET", counters, counter .. ":away") or 0)
  local late = passed_over[counter] or 0
  -- Only the normal lane has absent holders: a late arrival or a confirmed priority means that the holder is here.
  local wanted = { front = 0, priority = 0, normal = math.max(0, math.min(away, most_absent - late)) }
  local in_line = 0
  for _, lane in ipairs({ "front", "priority", "normal" }) do
    in_line = in_line + redis.call("ZLEXCOUNT", lanes[lane], from, to)
    list_lane(lane, counter, wanted[lane])
  end
  lines[#lines + 1] = {
    in_line - away,
    away + late,
    tonumber(redis.call("HGET", counters, counter .. ":streak") or 0),
  }
end

list(redis.call("ZRANGE", held, 0, most_parked - 1))
list(redis.call("ZREVRANGE", no_show, 0, most_parked - 1))
return { "ok", at_windows, records, lines, { redis.call("ZCARD", held), redis.call("ZCARD", no_show) } }
