"""A recorded day of a real office, played through the public API of a running service and compared with its board.

`recording` reads the day, `plan` says what must have happened between its rows and what of each row can be compared,
`player` does it as kiosk and clerks, `report` says how it went. `python -m clients.python.replay --help`.
"""
