-- set_notices: the office's screens show these lines, and no other ones.
-- args  1 the lines, a JSON list of {ko, en, until in ms or absent}
-- Returns {"ok", the lines that stand now, as JSON}, also for a repetition. One whose time is over does not stand.
-- Logs notices.
-- @include preconditions, events, notices

local stand = {}
for _, notice in ipairs(cjson.decode(args[1])) do
  if not notice["until"] or notice["until"] > now then
    table.insert(stand, notice)
  end
end
local known = read_notices() or {}
local is_same = #known == #stand
for i, notice in ipairs(stand) do
  local other = known[i] or {}
  is_same = is_same and notice.ko == other.ko and notice.en == other.en and notice["until"] == other["until"]
end
if not is_same then
  write_notices(stand)
end
return { "ok", #stand > 0 and cjson.encode(stand) or "[]" }
