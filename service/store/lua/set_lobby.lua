-- set_lobby: the office's screens follow these settings from now on.
-- args  1 the settings, JSON; a list that is empty is left out, since cjson writes it as an object
-- Returns {"ok"}, also for a repetition.  Logs lobby.
-- @include preconditions, events

if redis.call("HGET", meta, "lobby") ~= args[1] then
  redis.call("HSET", meta, "lobby", args[1])
  event("lobby", { lobby = cjson.decode(args[1]) })
end
return { "ok" }
