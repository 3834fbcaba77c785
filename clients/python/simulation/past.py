"""`python -m clients.python.simulation.past`: prints past days of a demo's city, at the lowest priority.

It is a process of its own, since it computes for some seconds. It reads from standard input what is wanted, as JSON:

    {"offices": [{"id": "howon1", "counters": {"seal": false, …}, "windows": {"1": ["seal", …], …}}, …],
     "days": [["howon1", "2026-11-23"], …]}

and prints a line for each of these days, in this order: a list of its `records` as JSON. It ends with its parent, whose
end closes the pipe.
"""

import json
import os
import sys
from dataclasses import asdict
from datetime import date
from typing import Any, TextIO

from .demo import demo_office, number_of
from .layout import Layout
from .records import records


def write(wanted: dict[str, Any], to: TextIO) -> None:
    """Prints the days that are wanted."""
    offices = {office["id"]: demo_office(_layout(office)) for office in wanted["offices"]}
    for id, day in wanted["days"]:
        found = records(offices[id].day(number_of(date.fromisoformat(day))))
        print(json.dumps([asdict(record) for record in found]), file=to, flush=True)


def _layout(office: dict[str, Any]) -> Layout:
    windows = {int(id): tuple(counters) for id, counters in office["windows"].items()}
    return Layout(office["id"], office["counters"], windows)


if __name__ == "__main__":
    os.nice(19)
    try:
        write(json.load(sys.stdin), sys.stdout)
    except BrokenPipeError:
        # Nobody wants the rest. Python would try to flush it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
