-- desk: what the staff of an office see beside the board.
-- args  1 most tickets
-- Returns {"ok", {{window id, {window, view or false}} of each known window}, {record of each ticket}}: called first,
-- then those in front, the lines by seniority, the passed-over, and those set aside.

local most = tonumber(args[1])

local at_windows, records, numbers = {}, {}, {}
for _, id in ipairs(redis.call("HKEYS", windows)) do
  local window = read_window(id)
  at_windows[#at_windows + 1] = { id, view_window(window) }
  if window.number then
    numbers[#numbers + 1] = window.number
  end
end
for _, lane in ipairs({ "front", "priority", "normal" }) do
  for _, member in ipairs(redis.call("ZRANGE", lanes[lane], 0, most - 1)) do
    numbers[#numbers + 1] = number_at(member)
  end
end
for _, line in ipairs({ passed, aside }) do
  for _, number in ipairs(redis.call("ZRANGE", line, 0, most - 1)) do
    numbers[#numbers + 1] = number
  end
end
for i = 1, math.min(#numbers, most) do
  records[i] = redis.call("HGET", tickets, numbers[i])
end
return { "ok", at_windows, records }
