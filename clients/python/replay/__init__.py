"""A recorded day of an office, played through the public API of a running service and compared with its board.

`recording` reads the day, `plan` says what must have happened between its rows and what of each row can be compared,
`player` makes the moves as kiosk and clerks, `report` prints the result. `made_up` is the included day, and `room`
keeps the simulated people of a demo away during the replay. `python -m clients.python.replay --help`.
"""
