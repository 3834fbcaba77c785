-- apply_time: makes the changes that depend on the time only. Passed-over tickets lapse; the office opens, breaks for
-- lunch, closes; notices end.
-- args  1 status
-- Returns {"ok"}. Of two processes, the one whose clock is behind changes nothing.  Logs lapse, status, notices.
-- @include preconditions, events, lapse, notices

local status = args[1]

lapse()
local was = redis.call("HMGET", meta, "status", "status_at")
if was[1] ~= status and now >= tonumber(was[2] or 0) then
  redis.call("HSET", meta, "status", status, "status_at", now)
  event("status", { status = status }, TIME)
end
end_notices()
return { "ok" }
