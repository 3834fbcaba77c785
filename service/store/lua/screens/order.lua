-- order: gives a lobby screen something to do. While the same order stands, it is not given twice.
-- KEYS  as in report.lua
-- ARGV  1 now, ms  2 the screen's name  3 the order's id  4 its kind
--       5 after how long without a report a screen is gone, ms  6 how long an order lasts, ms
-- Returns {"ok", the id of the order that stands}, or {"refused", code}.

local screens, orders = unpack(KEYS)
local now, name, id, kind = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local gone, lasts = tonumber(ARGV[5]), tonumber(ARGV[6])

local text = redis.call("HGET", screens, name)
if not text or now - cjson.decode(text).at >= gone then
  return { "refused", "screen_gone" }
end
local standing = {}
for _, order in ipairs(cjson.decode(redis.call("HGET", orders, name) or "[]")) do
  if now - order.at < lasts then
    if order.order == kind then
      return { "ok", order.id }
    end
    standing[#standing + 1] = order
  end
end
standing[#standing + 1] = { id = id, order = kind, at = now }
redis.call("HSET", orders, name, cjson.encode(standing))
redis.call("PEXPIRE", orders, lasts)
return { "ok", id }
