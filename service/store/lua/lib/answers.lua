-- answers: {"ok", ...}, with the state of the office after the operation as the last element.
-- @include events, views

-- What the answer is about, for idempotency.lua: the tickets' numbers, false for one that does not exist; or
-- {window = id}.
local subjects

-- The answer about these tickets; nil for one that does not exist.
local function ok(...)
  local answer = { "ok" }
  subjects = {}
  for i = 1, select("#", ...) do
    local ticket = select(i, ...)
    subjects[i] = ticket and ticket.number or false
    answer[i + 1] = view(ticket)
  end
  answer[#answer + 1] = current_state()
  return answer
end

-- The answer about window `id`.
local function ok_window(id, window)
  subjects = { window = id }
  return { "ok", view_window(window), current_state() }
end

local function window_changed(window)
  return { "refused", "window_changed", view_window(window), current_state() }
end
