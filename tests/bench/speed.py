"""Sunbeon beside its peers, in one run on one machine: python -m tests.bench.speed [what ...]"""

import argparse
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tests.bench import catching_up, chart, crowds, following, issuing, life, past, push, scale, starting
from tests.bench.machine import CORES
from tests.bench.report import Report, Target, write_json

TARGETS = (
    Target("time to the last, ms", "Nchan", 1.1),
    Target("time to the last, ms", "python-socketio", 0.1),
    Target("CPU a message, µs", "Nchan", 1.2),
    Target("connections a second", "Nchan", 0.5, at_most=False),
    Target("memory a connection, KB", "Nchan", 1.2),
)
ISSUING = (Target("issuing, requests a second", "minimal prototype", 0.9, at_most=False),)
WHAT = ("push", "crowds", "issuing", "scale", "stalls", "life", "projections", "edits", "start")


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench speed", description=__doc__)
    parser.add_argument("what", nargs="*", help=f"any of: {' '.join(WHAT)}; all of them where none is named")
    parser.add_argument("--clients", type=int, default=2000, help="listeners that a publish is pushed to")
    parser.add_argument("--storm", type=int, default=5000, help="sockets that are dropped at once")
    parser.add_argument("--minutes", type=float, default=10, help="how long stalls and life go on")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of which the median counts")
    parser.add_argument("--offices", type=int, nargs="*", default=[16, 160, 1600, 3500], help="sizes for scale")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--svg", type=Path, help="draw the push here")
    asked = parser.parse_args()
    if unknown := set(asked.what) - set(WHAT):
        parser.error(f"{unknown.pop()}: there is {', '.join(WHAT)}")
    console, reports = Console(), []
    if len(CORES) < 2:
        console.print("One core: servers and load share it, and ratios say little.", style="yellow")
    for what in asked.what or WHAT:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="sunbeon-bench-") as folder:
            # nginx's worker gives up root.
            Path(folder).chmod(0o755)
            report = _measure(what, Path(folder), asked)
        report.print(console)
        console.print(f"  ({time.monotonic() - began:.0f} s)\n", style="dim")
        reports.append(report)
        if what == "push" and asked.svg:
            chart.draw(report, asked.svg)
    if asked.json:
        write_json(reports, asked.json)


def _measure(what: str, folder: Path, asked: argparse.Namespace) -> Report:
    if what == "push":
        report = Report(f"Push: one publish to {asked.clients} sockets, 200 bytes", TARGETS)
        push.run(report, folder, asked.clients, asked.rounds)
    elif what == "crowds":
        report = Report("Crowds: many changes, many comers")
        crowds.run(report, folder, asked.clients, asked.storm)
    elif what == "issuing":
        report = Report("Issuing and polling", ISSUING)
        issuing.run(report, folder, asked.clients, asked.rounds)
        catching_up.run(report, folder / "projections")
    elif what == "stalls":
        report = Report("Stalls: listeners that stop reading")
        crowds.run_stalls(report, folder, asked.clients // 2, asked.minutes)
    elif what == "projections":
        report = Report("Projections: catching up")
        catching_up.run(report, folder)
    elif what == "edits":
        report = Report("Edits of the city")
        following.run(report, folder)
    elif what == "start":
        report = Report("Starting a demo")
        starting.run(report, folder)
    elif what == "life":
        report = Report("A demo's life")
        life.run(report, folder, asked.minutes)
        past.run(report, folder)
    else:
        report = Report(f"Scale: {scale.LISTENERS} listeners an office")
        scale.run(report, folder, asked.offices)
    return report


if __name__ == "__main__":
    main()
