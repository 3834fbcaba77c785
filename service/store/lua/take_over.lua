-- take_over: takes over an office whose keys an earlier version wrote, on the day that it has. The log begins with the
-- office as it is; the tickets get the fields that they lacked.
-- KEYS  at the end, the log that the earlier version wrote on this day
-- Returns {"ok"}, also for a repetition.  Logs take_over.
-- @include preconditions, events, records, counts

if format == FORMAT then
  return { "ok" }
end
redis.call("HSET", meta, "format", FORMAT)
local records, board, paused = {}, {}, {}
local state = {
  windows = {},
  issued = counts_of("issued"), called = counts_of("called"), online = counts_of("online"), streak = counts_of("streak"),
}
for _, number in ipairs(redis.call("HKEYS", tickets)) do
  local ticket = read_ticket(number)
  ticket.people = 1
  if ticket.called_at then
    ticket.first_called_at, ticket.windows = ticket.called_at, { ticket.window }
  end
  write_ticket(ticket)
  ticket.priority, ticket.lang, ticket.salt = nil, nil, nil
  table.insert(records, ticket)
end
for _, id in ipairs(redis.call("HKEYS", windows)) do
  state.windows[id] = read_window(id)
end
for _, call in ipairs(redis.call("LRANGE", calls, 0, -1)) do
  table.insert(board, cjson.decode(call))
end
for counter in pairs(counts_of("paused")) do
  table.insert(paused, counter)
end
-- cjson writes an empty list as an empty object.
for name, list in pairs({ tickets = records, calls = board, paused = paused }) do
  state[name] = #list > 0 and list or nil
end
local seq, status = unpack(redis.call("HMGET", meta, "seq", "status"))
state.seq, state.status = tonumber(seq), status or nil
event("take_over", state, "service")
redis.call("UNLINK", KEYS[#KEYS])
return { "ok" }
