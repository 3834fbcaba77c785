-- records: tickets and windows, as JSON in their hashes.

-- The JSON of each ticket as it was last read or written, for views.lua: to encode one takes as long as a command.
local json_of = {}

local function read_ticket(number)
  local record = redis.call("HGET", tickets, number)
  local ticket = record and cjson.decode(record)
  if ticket then
    json_of[ticket] = record
  end
  return ticket
end

local function write_ticket(ticket)
  json_of[ticket] = cjson.encode(ticket)
  redis.call("HSET", tickets, ticket.number, json_of[ticket])
end

local function read_window(id)
  local record = redis.call("HGET", windows, id)
  return record and cjson.decode(record) or { state = "closed" }
end

local function write_window(id, window)
  redis.call("HSET", windows, id, cjson.encode(window))
end
