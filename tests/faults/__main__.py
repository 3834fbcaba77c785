"""scripts/bench faults: the long run, with a table at the end."""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.faults.cost import measure
from tests.faults.parts import PARTS, Part
from tests.faults.table import Found, show_costs, show_parts
from tests.faults.trial import Outcome
from tests.machine import NotHereError


def main() -> int:
    """The exit code: 0 if no part lost what it guarantees, and all were back in time.

    Parts that this machine doesn't permit are left out.
    """
    parser = argparse.ArgumentParser(
        prog="scripts/bench faults",
        description="Breaks real services and stores under load: nothing may be lost, nothing may be double.",
    )
    names = [part.name for part in PARTS] + ["cost"]
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"all of them, or some of: {' '.join(names)}")
    parser.add_argument("--times", type=int, help="faults of each part, instead of the target's number")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(names):
        parser.error(f"no such part: {' '.join(sorted(unknown))}")
    wanted = options.parts or names
    progress = Console(stderr=True)
    found = [(part, run(part, options.times or part.times, progress)) for part in PARTS if part.name in wanted]
    costs = asyncio.run(measure(progress)) if "cost" in wanted else []
    if found:
        show_parts(found, Console())
    if costs:
        show_costs(costs, Console())
    outcomes = [(part, outcome) for part, outcome in found if isinstance(outcome, Outcome)]
    if options.json:
        results = {"parts": [outcome.summary() for _, outcome in outcomes], "cost": [cost.summary() for cost in costs]}
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    gave_up = any(isinstance(outcome, str) and outcome.startswith("FAILED") for _, outcome in found)
    return int(gave_up or not all(part.is_met_by(outcome) for part, outcome in outcomes))


def run(part: Part, times: int, console: Console) -> Found:
    """Runs a part with a progress bar, and returns its outcome."""
    columns = (TextColumn("{task.description:20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with tempfile.TemporaryDirectory(prefix="sunbeon-faults-") as folder, Progress(*columns, console=console) as bar:
        task = bar.add_task(part.name, total=times)
        try:
            return asyncio.run(part.run(Path(folder), times, lambda: bar.advance(task)))
        except NotHereError as error:
            return f"skipped: {error}"
        except AssertionError as error:
            return f"FAILED: {error}"


if __name__ == "__main__":
    sys.exit(main())
