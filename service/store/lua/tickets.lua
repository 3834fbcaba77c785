-- tickets: these tickets as they stand, in one round trip however many.
-- ARGV  4... numbers
-- Returns {"ok", {view or false of each}}.

local views = {}
for i = 4, #ARGV do
  views[#views + 1] = view(read_ticket(ARGV[i]))
end
return { "ok", views }
