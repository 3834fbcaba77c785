"""A demo's life: simulated people who take numbers, and simulated clerks who call them, through the public API.

`programme` says who comes when, by the clock on the wall: a rush hour without end, made of drawn days. `scene` is one
office without any IO: it is told what the boards show and what came of its moves, and says what is to be done next.
`seat` is one clerk's window in it, `moves` what may be done, `memory` what outlives a restart. `office` does the
moves, and `town` runs all offices on one connection. `python -m clients.python.life --help`.
"""
