"""An invented day of an office, without IO: drawn from a seed, the same for the same seed on every machine.

`layout` says what a day is drawn for, `people` who comes and how they behave, `shifts` when clerks sit at the windows,
`day` puts them together, and `course` follows the line through the day. The replay's own recording and a demo's life
are made of it.
"""
