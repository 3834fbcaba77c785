-- read_tickets: these tickets as they stand, in one round trip however many.
-- args  1... numbers
-- Returns {"ok", {view or false of each}}.
-- @include preconditions, records, views
-- @readonly

local views = {}
for i, number in ipairs(args) do
  views[i] = view(read_ticket(number))
end
return { "ok", views }
