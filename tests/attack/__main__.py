"""scripts/bench attack: every attack at full size, with a table at the end."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.attack.attacks import ATTACKS, Attack, Finding
from tests.attack.trial import attempt


def main() -> int:
    """The exit code: 0 if every limit held and the honest callers were served in time."""
    names = [attack.name for attack in ATTACKS]
    parser = argparse.ArgumentParser(
        prog="scripts/bench attack",
        description="Attacks a service that it starts for each attack: nobody else suffers.",
    )
    parser.add_argument("only", nargs="*", metavar="WORD", help="attacks whose name has one of these words")
    options = parser.parse_args()
    wanted = [a for a in ATTACKS if not options.only or any(word in a.name for word in options.only)]
    if not wanted:
        parser.error(f"no such attack; there are: {', '.join(names)}")
    console, table = Console(), Table("attack", "found", "an honest caller", "verdict")
    verdicts = []
    for attack in wanted:
        with tempfile.TemporaryDirectory(prefix="sunbeon-attack-") as folder:
            finding = asyncio.run(attempt(attack, Path(folder), size=1))
        verdicts.append(verdict(attack, finding))
        table.add_row(attack.name, finding.found, f"{finding.honest:.2f} s" if finding.honest else "", verdicts[-1])
        Console(stderr=True).print(f"{attack.name}: {verdicts[-1]}")
    console.print(table)
    return int(verdicts != ["held"] * len(verdicts))


def verdict(attack: Attack, finding: Finding) -> str:
    if not finding.held:
        return "NOT HELD"
    return "held" if finding.honest <= attack.honest_within else f"LATE: {attack.honest_within} s is the limit"


if __name__ == "__main__":
    sys.exit(main())
