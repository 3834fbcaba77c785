"""A demo's life: simulated people who take numbers, and simulated clerks who call them, through the public API.

`programme` says who comes when, by the wall clock: the simulated day of the date, and rush hours at night. `scene` is
one office without any IO: it takes boards and the results of moves, and says what is to be done next. `seat` is one
clerk's window in it, `moves` are the possible moves, and `memory` keeps what must survive a restart. `office` makes the
moves, and `town` runs all offices on one connection. `python -m clients.python.life --help`.
"""
