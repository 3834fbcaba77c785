"""Writes the API's description from the code: openapi.json, and the schemas at the end of asyncapi.yaml.

python -m openapi.describe          writes both files
python -m openapi.describe --check  changes nothing, and fails where a file is not what the code says
"""

import argparse
import json
from pathlib import Path

import yaml

from service.app import create_app
from service.settings import Settings
from service.web.description import frame_schemas

HERE = Path(__file__).parent
WRITTEN_FROM_HERE = "  schemas:\n"
"""The line of asyncapi.yaml after which nothing is written by hand."""


def openapi() -> str:
    """openapi.json as the code says it. No store is needed for that."""
    app = create_app(Settings(redis_url="unix:///nowhere", demo=True))
    return json.dumps(app.openapi(), ensure_ascii=False, indent=2) + "\n"


def asyncapi(now: str) -> str:
    """asyncapi.yaml: what is written by hand in `now`, and the frames' schemas as the code says them."""
    by_hand, line, _ = now.partition(WRITTEN_FROM_HERE)
    schemas = yaml.safe_dump(frame_schemas(), allow_unicode=True, sort_keys=False, width=116)
    return by_hand + line + "".join(f"    {row}\n" for row in schemas.splitlines())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/describe", description="Write the API's description from the code.")
    parser.add_argument("--check", action="store_true", help="only compare; fail where a file differs")
    check = parser.parse_args().check
    described = {
        HERE / "openapi.json": lambda now: openapi(),
        HERE / "asyncapi.yaml": asyncapi,
    }
    differing = []
    for file, describe in described.items():
        now = file.read_text("utf-8") if file.exists() else ""
        wanted = describe(now)
        if wanted != now:
            differing.append(file.name)
            if not check:
                file.write_text(wanted, "utf-8")
    if check and differing:
        raise SystemExit(f"not what the code says: {', '.join(differing)}: run scripts/describe")
    print("described: " + (", ".join(differing) or "nothing to change"))


if __name__ == "__main__":
    main()
