-- tickets: these tickets as they stand, in one round trip however many.
-- ARGV  5... numbers
-- Returns {"ok", {view or false of each}}.

local views = {}
for i = 5, #ARGV do
  views[#views + 1] = view(read_ticket(ARGV[i]))
end
return { "ok", views }
