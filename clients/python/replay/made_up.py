"""The included recording: an invented day of a passport office, in the form of a recording of a real display.

It was drawn once by a program, and is kept as a file like any other recording. Everybody in it is called in the
order of the numbers.
"""

from pathlib import Path

FILE = Path(__file__).with_name("made_up.csv.gz")
QUEUE, DATE = "made-up/1", "2026-01-12"
