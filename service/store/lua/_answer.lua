-- Stands after every script of this folder: a request that came before has the answer of then, and no second effect.
-- Kept under its name: the numbers of the tickets, or the window, that it was told of, or why it was refused. Tickets and
-- windows are told as they stand. A press that was refused stays refused, so that a late duplicate of it does nothing; but who was
-- refused a number may ask for it again, and so `issue` forgets refusals.

if request == "" then
  return operation()
end
local earlier = redis.call("HGET", requests, request)
if earlier then
  local before = cjson.decode(earlier)
  if before.fingerprint ~= fingerprint then
    return { "refused", "idempotency_key_reused" }
  elseif before.refused == "window_changed" then
    return window_changed(read_window(args[1]))
  elseif before.refused then
    return { "refused", before.refused, before.about }
  end
  if before.told.window then
    return ok_window(before.told.window, read_window(before.told.window))
  end
  local tickets_told = {}
  for i, number in ipairs(before.told) do
    tickets_told[i] = number and read_ticket(number) or nil
  end
  return ok(unpack(tickets_told, 1, #before.told))
end
local answer = operation()
local kept = { fingerprint = fingerprint }
if answer[1] == "ok" then
  kept.told = told
elseif OPERATION == "issue" then
  return answer
else
  kept.refused = answer[2]
  kept.about = type(answer[3]) == "string" and answer[3] or nil
end
redis.call("HSET", requests, request, cjson.encode(kept))
return answer
