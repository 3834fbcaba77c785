-- Reads events of a log as one text, a line for each: position and JSON. A client in Python takes ten times as long to
-- read the nested arrays of XRANGE.
--
-- KEYS  1 log
-- ARGV  1 the stream id of the first event   2 how many at most
-- Returns the lines; each ends with a line feed, of which JSON has none.

local lines = {}
for i, entry in ipairs(redis.call("XRANGE", KEYS[1], ARGV[1], "+", "COUNT", ARGV[2])) do
  local ms, seq = string.match(entry[1], "(%d+)-(%d+)")
  lines[i] = string.format("%015d-%06d %s\n", ms, seq, entry[2][2])
end
return table.concat(lines)
