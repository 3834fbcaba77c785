"""Any request, valid or not, gets an answer that openapi.json describes, and never a server error.

Schemathesis makes requests from the description, follows its answers to further requests, and judges every answer by
the description. It is told of offices, counters, windows and tickets that exist, so that it comes past the 404s.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests.support import DEVICE, ROOT, service_process
from tests.voice.recorded import on_the_web, record

OFFICE = "/api/v1/offices/passport"
CLERK = {"user": "clerk-passport", "password": "sunbeon"}

CITY = "^/api/v1/city"
"""The operations of admins; a clerk would only ever be refused."""

CONFIG = """
[generation]
deterministic = true

[warnings]
# An operation that only ever answers 401 or 404 was not tested.
fail-on = ["missing_auth", "missing_test_data"]

[phases.fuzzing.generation]
max-examples = 50

[phases.stateful.generation]
max-examples = 50

[checks.negative_data_rejection]
# As by default, and a body may be too large.
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]

[checks.use_after_free]
# A cancelled ticket stays, as `cancelled`.
enabled = false

[[operations]]
include-operation-id = [
  "issue", "next", "recall", "no_show", "hold", "finish", "transfer", "call", "open", "close", "pause", "resume",
  "limit",
]
# Random keys are sometimes the same as another request's.
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]

[[operations]]
include-operation-id = ["set_lobby"]
# Quiet hours end after they begin, and no language is there twice, which its schema can't say.
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "422"]

[[operations]]
include-operation-id = ["nearby"]
# A position has lat and lon, or neither of them, which its schema can't say.
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "422"]

[[operations]]
include-operation-id = ["edit_city"]
# A city must fit together, which its schema can't say; and If-Match is looked at before the body.
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "412", "422", "428"]
checks.negative_data_rejection.expected-statuses = ["400", "401", "404", "405", "412", "415", "422", "428"]

[[operations]]
include-operation-id = ["order_screen"]
# Made-up names are mostly of screens that never reported.
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409"]

[[operations]]
include-operation-id = ["report_screen", "screen_orders"]
# A key has only so many screens.
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409"]
headers = {{ Authorization = "Bearer demo-screen" }}

[auth.openapi.device]
bearer = "demo-device"

[auth.dynamic.openapi.token]
path = "/api/v1/session"
payload = {{ user = "{user}", password = "sunbeon" }}
extract_from = "body"
extract_selector = "/token"
"""


def a_morning(http: httpx.Client) -> list[str]:
    """Plays one at the passport office; ids of its tickets, among them one in each state."""
    token = http.post("/api/v1/session", json=CLERK).json()["token"]
    http.cookies.clear()

    def take(channel: str) -> str:
        answer = http.post(f"{OFFICE}/counters/apply/tickets", json={"channel": channel}, headers=DEVICE)
        id: str = answer.raise_for_status().json()["id"]
        return id

    def move(window: int, name: str, body: Any = None) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        http.post(f"{OFFICE}/windows/{window}/{name}", json=body, headers=headers).raise_for_status()

    tickets = [take("online" if n % 4 == 0 else "walk_in") for n in range(50)]
    for window, then in enumerate(("finish", "hold", "no-show", "recall"), start=1):
        move(window, "open", {"counters": ["apply"]})
        move(window, "next", {"finished": None})
        move(window, then)
    http.delete(f"/api/v1/tickets/{tickets[-1]}").raise_for_status()
    return tickets


def description_with(exist: dict[str, list[Any]]) -> dict[str, Any]:
    """openapi.json, with narrower bounds for what is asked for: path parameters, numbers and counters that
    exist."""
    description: dict[str, Any] = json.loads((ROOT / "openapi/openapi.json").read_text("utf-8"))
    for path, operations in description["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "query" and parameter["name"] == "counter":
                    parameter["schema"]["enum"] = exist["counter"]
                # A screen may have any name.
                if parameter["in"] == "path" and parameter["name"] != "screen":
                    parameter["schema"]["enum"] = exist[parameter["name"]]
                    # Counters and windows are those of the first office.
                    if parameter["name"] == "office" and re.search("{(counter|window)}", path):
                        parameter["schema"]["enum"] = exist["office"][:1]
    schemas = description["components"]["schemas"]
    schemas["CallRequest"]["properties"]["number"]["enum"] = list(range(101, 151))
    schemas["TransferRequest"]["properties"]["counter"]["enum"] = exist["counter"]
    return description


def test_every_answer_is_described(tmp_path: Path) -> None:
    # Wrong passwords are tried by the dozen, and must not lock the right one out.
    recordings = str(record(tmp_path / "recorded", "ko", "1"))
    with service_process(tmp_path / "service", SUNBEON_LOGIN_ATTEMPTS="1000", SUNBEON_VOICE_DIR=recordings) as service:
        with httpx.Client(base_url=service.url) as http:
            tickets = a_morning(http)
            while http.get("/api/v1/voice").json()["state"] == "preparing":
                time.sleep(0.05)
        exist = {
            "office": ["passport", "howon1"],
            "counter": ["apply", "pickup"],
            "window": [1, 2, 3, 4],
            "id": tickets,
            "file": [on_the_web()],
        }
        description = description_with(exist)
        (tmp_path / "openapi.json").write_text(json.dumps(description))
        tested = 0
        for user, *which in (("clerk-passport", "--exclude-path-regex", CITY), ("admin", "--include-path-regex", CITY)):
            (tmp_path / "schemathesis.toml").write_text(CONFIG.format(user=user))
            done = subprocess.run(
                [sys.executable, "-m", "schemathesis.cli", "run", "openapi.json", "--url", service.url, *which],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=900,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            tested += sum(map(int, re.findall(r"Tested: (\d+)", done.stdout)))
        assert tested == sum(map(len, description["paths"].values()))
        assert "Traceback" not in service.output.read_text()
