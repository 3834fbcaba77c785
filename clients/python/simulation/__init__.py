"""A simulated city, without IO: any day of its offices, the same for the same seed on every machine.

`parameters` says how people and clerks are, and `layout` what a day is drawn for. `city` draws a `day` of an office:
who comes (`people`), and when clerks sit at the windows. `course` follows the line through the day, and `records` says
what stays of it. `demo` is the city of a demo: `past` prints its past days, and the demo's life plays today's.
"""
