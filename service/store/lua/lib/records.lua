-- records: tickets and windows, as JSON in their hashes.

local function read_ticket(number)
  local record = redis.call("HGET", tickets, number)
  return record and cjson.decode(record)
end

local function write_ticket(ticket)
  redis.call("HSET", tickets, ticket.number, cjson.encode(ticket))
end

local function read_window(id)
  local record = redis.call("HGET", windows, id)
  return record and cjson.decode(record) or { state = "closed" }
end

local function write_window(id, window)
  redis.call("HSET", windows, id, cjson.encode(window))
end
