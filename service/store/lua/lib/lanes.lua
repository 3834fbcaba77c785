-- lanes: the three lines of each counter. A lane is a sorted set that is read by member: "counter:order:number" keeps
-- the tickets of one counter together, the oldest first.

local lanes = { front = front, priority = priority, normal = normal }

local function place(ticket)
  return string.format("%s:%010d:%d", ticket.counter, ticket.order, ticket.number)
end

local function number_at(member)
  return tonumber(string.match(member, "(%d+)$"))
end

-- The first and the last member of a counter, for ZRANGEBYLEX and ZLEXCOUNT.
local function all_of(counter)
  return "[" .. counter .. ":", "(" .. counter .. ";"
end
