-- Stands before every script of this folder. What they share:
--
-- KEYS  1 meta    2 tickets  3 counters  4 windows  5 calls   6 front  7 priority  8 normal
--       9 passed 10 held    11 no_show  12 requests 13 log      (keys.py says what each holds)
-- ARGV  1 now, ms   2 the business day now, YYYY-MM-DD   3 channel to signal
--       4 the newest state that the caller has seen, "epoch:version", "" for none
--       5 the request's name, "" where it has no Idempotency-Key   6 what it asks, as a fingerprint
--       7 how far now may be from the store's clock, ms
--       8 how many replicas the caller waits for, where these must be all; else ""
--       9... the script's own, in `args`
--
-- Returns {"ok", ...} or {"refused", code, ...}; a refusal has changed nothing but what time alone did (lapse). After
-- three of them the caller puts something right, and comes again: "replicas" means that as many as it waits for are not
-- all that can be promoted, and it counts them again; "day" names the day that the office is on, which the caller closes
-- or, if its clock is slow, goes on with; "moved" means that this may not be all that was acknowledged, and the caller
-- runs carry.lua, on the day that the office is on. "clock_off" says by how many ms now is ahead of the store's clock.
-- A script is the body of a function, and _answer.lua stands after it.
-- `OPERATION` is the script's name, `MOVES` (move -> {from = {state = true}, to = state}) is made from domain/ticket.py.

local meta, tickets, counters, windows = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local calls, passed, requests, log = KEYS[5], KEYS[9], KEYS[12], KEYS[13]
local lanes = { front = KEYS[6], priority = KEYS[7], normal = KEYS[8] }
local aside = { held = KEYS[10], no_show = KEYS[11] }
local now, today, channel = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local request, fingerprint, args = ARGV[5], ARGV[6], { unpack(ARGV, 9) }

local office = redis.call("HMGET", meta, "generation", "day", "replid", "epoch", "version")
if not office[1] then
  return { "refused", "store_not_ready" }
end

-- A day is closed by the caller's clock, and can't be opened again: one wrong clock must not close it for everyone.
local store_time = redis.call("TIME")
local ahead = now - (store_time[1] * 1000 + math.floor(store_time[2] / 1000))
if math.abs(ahead) > tonumber(ARGV[7]) then
  return { "refused", "clock_off", ahead }
end

-- Another master_replid: a replica was promoted, or the server restarted. An older version than was seen: this is a
-- copy from before. `OLDER` stands in meta instead of a replid where that was noticed, until carry.lua has run.
local OLDER = "older"
local replication = redis.call("INFO", "replication")
local replid = string.match(replication, "master_replid:(%w+)")
local seen_epoch, seen_version = string.match(ARGV[4], "^(.*):(%d+)$")
local went_back = seen_epoch == office[4] and tonumber(office[5]) < tonumber(seen_version)

-- One change of the office, however many events it logs: the version counts up once, and the bell rings once.
local version
local function event(move, ticket, window)
  if not version then
    version = redis.call("HINCRBY", meta, "version", 1)
    redis.call("PUBLISH", channel, version)
  end
  redis.call("XADD", log, "*", "move", move, "version", version, "at", now,
    "number", ticket and ticket.number or "", "counter", ticket and ticket.counter or "",
    "lane", ticket and ticket.lane or "", "window", window or "")
end

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

-- A lane is a sorted set read by member: "counter:order:number" keeps each counter's tickets together, oldest first.
local function place(ticket)
  return string.format("%s:%010d:%d", ticket.counter, ticket.order, ticket.number)
end

local function number_at(member)
  return tonumber(string.match(member, "(%d+)$"))
end

local function all_of(counter)
  return "[" .. counter .. ":", "(" .. counter .. ";"
end

-- The field that counts who waits in a counter's lines by channel: neither takes the other's room.
local function waiting_field(ticket)
  return ticket.counter .. ":waiting:" .. ticket.channel
end

-- A priority claimed online counts once the kiosk or the staff have confirmed it.
local function own_lane(ticket)
  return ticket.confirmed and "priority" or "normal"
end

-- A ticket has come into its counter's lines, 1, or left them, -1.
local function count_in_line(ticket, change)
  redis.call("HINCRBY", counters, waiting_field(ticket), change)
  if not ticket.arrived then
    redis.call("HINCRBY", counters, ticket.counter .. ":away", change)
  end
end

local function join(ticket)
  count_in_line(ticket, redis.call("ZADD", lanes[ticket.lane], 0, place(ticket)))
end

-- Out of whatever it waits in: its lane, the passed-over, or those set aside. The ticket is still as it was there.
local function leave(ticket)
  count_in_line(ticket, 0 - redis.call("ZREM", lanes[ticket.lane], place(ticket)))
  redis.call("ZREM", passed, ticket.number)
  if aside[ticket.state] then
    redis.call("ZREM", aside[ticket.state], ticket.number)
  end
  ticket.arrive_by = nil
end

-- Held, or a no-show: to be called back.
local function set_aside(ticket)
  redis.call("ZADD", aside[ticket.state], ticket.order, ticket.number)
end

local function allowed(move, ticket)
  return MOVES[move].from[ticket.state] == true
end

-- Moves a ticket's state; the caller has asked `allowed` and writes the ticket.
local function move_state(move, ticket, window)
  ticket.state = MOVES[move].to
  ticket.last_move = move
  event(move, ticket, window)
end

local function not_allowed(ticket)
  return { "refused", "move_not_allowed", ticket.state }
end

-- {record, "in front, priority before, normal before, priority in all, normal in all, streak"}, the numbers with a space
-- between: what domain/line.py needs to say how many are called before this ticket; "" where it isn't waiting.
local function view(ticket)
  if not ticket then
    return false
  end
  local record = cjson.encode(ticket)
  if ticket.state ~= "waiting" then
    return { record, "" }
  end
  local from, to = all_of(ticket.counter)
  local before = "(" .. place(ticket)
  local lane = ticket.arrive_by and "front" or ticket.lane
  local front_to = lane == "front" and before or to
  return {
    record,
    table.concat({
      redis.call("ZLEXCOUNT", lanes.front, from, front_to),
      lane == "priority" and redis.call("ZLEXCOUNT", lanes.priority, from, before) or 0,
      lane == "normal" and redis.call("ZLEXCOUNT", lanes.normal, from, before) or 0,
      redis.call("ZLEXCOUNT", lanes.priority, from, to),
      redis.call("ZLEXCOUNT", lanes.normal, from, to),
      redis.call("HGET", counters, ticket.counter .. ":streak") or 0,
    }, " "),
  }
end

-- The state that an answer is of, "epoch:version": a frame of an older one is from before the answer.
local function of_state()
  return office[4] .. ":" .. (version or office[5])
end

-- The answer about these tickets, nil for one that isn't there; `told` keeps for _answer.lua whom it was about: the
-- tickets' numbers, or {window = id}.
local told
local function ok(...)
  local answer = { "ok" }
  told = {}
  for i = 1, select("#", ...) do
    local ticket = select(i, ...)
    told[i] = ticket and ticket.number or false
    answer[i + 1] = view(ticket)
  end
  answer[#answer + 1] = of_state()
  return answer
end

local function view_window(window)
  return { cjson.encode(window), view(window.number and read_ticket(window.number)) }
end

-- The answer about window `id`.
local function ok_window(id, window)
  told = { window = id }
  return { "ok", view_window(window), of_state() }
end

local function window_changed(window)
  return { "refused", "window_changed", view_window(window), of_state() }
end

-- Online tickets whose holder did not come in time are no-shows from that moment on, whoever looks first.
local function lapse(by)
  for _, number in ipairs(redis.call("ZRANGEBYSCORE", passed, "-inf", by or now)) do
    local ticket = read_ticket(number)
    leave(ticket)
    move_state("lapse", ticket)
    set_aside(ticket)
    write_ticket(ticket)
  end
end

local function announce(ticket, window, again)
  local seq = redis.call("HINCRBY", meta, "seq", 1)
  redis.call("RPUSH", calls, cjson.encode({
    seq = seq, number = ticket.number, counter = ticket.counter, window = window, at = now, again = again,
  }))
  redis.call("LTRIM", calls, -12, -1)
end

-- To a window that stands idle. Writes ticket and window.
local function call_to(ticket, id, window)
  leave(ticket)
  ticket.arrived = true
  ticket.window = id
  ticket.called_at = now
  move_state("call", ticket, id)
  window.state, window.number, window.counter = "serving", ticket.number, ticket.counter
  redis.call("HSET", counters, ticket.counter .. ":called", ticket.number)
  announce(ticket, id, false)
  write_ticket(ticket)
  write_window(id, window)
end

-- The ticket at the window moves on by `move`; the window is idle then, and remembers whom it had last.
local function release(move, ticket, id, window)
  move_state(move, ticket, id)
  window.state, window.last = "idle", ticket.number
  window.number, window.counter = nil, nil
end

-- What a move of "the ticket at window `id`" is about: the ticket, or nil and the answer to give instead. `number` is
-- what the clerk believes is there, nil where they didn't say. The same move again, its answer lost, finds it done.
local function at_window(move, id, window, number, done)
  if window.number and (not number or number == window.number) then
    return read_ticket(window.number)
  end
  local ticket = read_ticket(number or window.last or 0)
  if ticket and ticket.last_move == move and ticket.window == id and (not done or done(ticket)) then
    return nil, ok(ticket)
  end
  if window.state == "closed" then
    return nil, { "refused", "window_closed" }
  end
  if number then
    return nil, window_changed(window)
  end
  return nil, { "refused", "window_empty" }
end

-- The whole of finish, hold and no_show; args as they say. `keep`: the ticket may be called back.
local function settle(move, keep)
  local id, number = tonumber(args[1]), tonumber(args[2])
  local window = read_window(id)
  local ticket, answer = at_window(move, id, window, number)
  if not ticket then
    return answer
  end
  release(move, ticket, id, window)
  if keep then
    set_aside(ticket)
  end
  write_ticket(ticket)
  write_window(id, window)
  return ok(ticket)
end

-- A replica that is in step may be promoted at any moment. It may have two links, one of them dead; without a port it is
-- a program that only copies the data (promise.py counts in the same way).
if ARGV[8] ~= "" then
  local connected, known = 0, {}
  for replica in string.gmatch(replication, "slave%d+:(ip=[^,]*,port=[1-9]%d*),state=online") do
    if not known[replica] then
      connected, known[replica] = connected + 1, true
    end
  end
  if connected ~= tonumber(ARGV[8]) then
    return { "refused", "replicas" }
  end
end
-- The day before the carrying: numbers are carried on the day on which they are given.
if office[2] ~= today then
  return { "refused", "day", office[2] }
end
if (office[3] ~= replid or went_back) and OPERATION ~= "carry" and OPERATION ~= "close_day" then
  return { "refused", "moved" }
end
