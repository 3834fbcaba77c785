-- idempotency: a repeated request gets the first answer again, and has no second effect.
-- @include records, answers
--
-- Under the request's name, `requests` keeps the numbers of the tickets or the window of the first answer, or the
-- refusal. A repetition gets these tickets and windows as they are now. A refused move stays refused, so that a late
-- duplicate of it does nothing. `issue` does not keep refusals, so that people who were refused a number can ask again.

local function answer_once(operation)
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
    local found = {}
    for i, number in ipairs(before.told) do
      found[i] = number and read_ticket(number) or nil
    end
    return ok(unpack(found, 1, #before.told))
  end
  local answer = operation()
  -- The field must stay `told`: stores in use have it.
  local kept = { fingerprint = fingerprint }
  if answer[1] == "ok" then
    kept.told = subjects
  elseif OPERATION == "issue" then
    return answer
  else
    kept.refused = answer[2]
    kept.about = type(answer[3]) == "string" and answer[3] or nil
  end
  redis.call("HSET", requests, request, cjson.encode(kept))
  return answer
end
