-- read_tickets: any number of tickets as they are now, in one round trip.
-- args  1... numbers
-- Returns {"ok", {view or false of each}}.
-- @include preconditions, records, views
-- @readonly

local views = {}
for i, number in ipairs(args) do
  views[i] = view(read_ticket(number))
end
return { "ok", views }
