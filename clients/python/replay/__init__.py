"""A recorded day of an office, played through the public API of a running service and compared with its board.

`recording` reads the day, `plan` says what must have happened between its rows and what of each row can be compared,
`player` does it as kiosk and clerks, `report` says how it went. `made_up` is the day that comes along, and `room` keeps
the simulated people of a demo away meanwhile. `python -m clients.python.replay --help`.
"""
