-- report: keeps what a lobby screen says of itself, and gives what it is to do.
-- KEYS  1 the office's screens  2 their orders  3 the office's meta
-- ARGV  1 now, ms  2 the screen's name  3 the name of its key  4 the report, JSON
--       5 after how long without a report a screen is gone, ms  6 forgotten, ms  7 how long an order lasts, ms
--       8 how many screens an office has at most  9 and how many a key  10... ids of orders that were carried out
-- Returns {"ok", orders that stand, as JSON}, or {"refused", code}.
--
-- Of a screen is kept: its key, `at`, the report, and the office's board (epoch and version) at three moments: now
-- (`current`); at this report or one before (`mark`); and `due`, which was the mark before. `due` is older than this report
-- by `STEADY` or more, so that a screen that follows has had the time to show it.

local screens, orders, meta = unpack(KEYS)
local now, name, key, report = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local gone, forgotten, lasts = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local most, most_of_key = tonumber(ARGV[8]), tonumber(ARGV[9])
local STEADY = 10000

local epoch, version = unpack(redis.call("HMGET", meta, "epoch", "version"))
if not epoch then
  return { "refused", "store_not_ready" }
end

local text = redis.call("HGET", screens, name)
local known = text and cjson.decode(text)
if known and known.key ~= key then
  if now - known.at < gone then
    return { "refused", "screen_name_taken" }
  end
  known = nil
end

if not known then
  local all, of_key = 0, 0
  local found = redis.call("HGETALL", screens)
  for i = 1, #found, 2 do
    local other = cjson.decode(found[i + 1])
    if now - other.at >= forgotten then
      redis.call("HDEL", screens, found[i])
    elseif found[i] ~= name then
      all = all + 1
      of_key = of_key + (other.key == key and 1 or 0)
    end
  end
  if all >= most or of_key >= most_of_key then
    return { "refused", "too_many_screens" }
  end
  known = {}
end

local current = { epoch = epoch, version = tonumber(version) }
local kept = { key = key, at = now, report = report, current = current, mark = known.mark, due = known.due }
if not known.mark or now - known.mark.at >= STEADY then
  kept.due = known.mark
  kept.mark = { epoch = epoch, version = tonumber(version), at = now }
end
redis.call("HSET", screens, name, cjson.encode(kept))
redis.call("PEXPIRE", screens, forgotten)

local done = {}
for i = 10, #ARGV do
  done[ARGV[i]] = true
end
local standing, count = {}, 0
for _, order in ipairs(cjson.decode(redis.call("HGET", orders, name) or "[]")) do
  count = count + 1
  if not done[order.id] and now - order.at < lasts then
    standing[#standing + 1] = order
  end
end
local answer = #standing > 0 and cjson.encode(standing) or "[]"
if #standing == 0 then
  redis.call("HDEL", orders, name)
elseif #standing < count then
  redis.call("HSET", orders, name, answer)
end
return { "ok", answer }
