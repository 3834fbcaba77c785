"""What README.md and docs/ say is what the code has: settings and their defaults, log lines, metrics, files, times."""

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest

import service.__main__
from clients.python.replay import made_up
from clients.python.replay.__main__ import SPEED
from clients.python.replay.recording import read
from service.domain.errors import SunbeonError
from service.live.hub import TOLD_EVERY
from service.net.connection_table import MAX_REJECTED, RESERVED_DESCRIPTORS
from service.settings import Settings
from tests.support import ROOT

DOCS = {path.name: path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
OPERATIONS = DOCS["operations.md"]
SOURCE = "\n".join(path.read_text("utf-8") for path in (ROOT / "service").rglob("*.py"))
FIELDS = Settings.model_fields
NUMBER = r"\d[\d,]*(?:\.\d+)?"


def codes(error: type[SunbeonError] = SunbeonError) -> set[str]:
    return {error.code}.union(*map(codes, error.__subclasses__()))


@pytest.mark.parametrize("name", DOCS)
def test_settings_that_are_named_exist(name: str) -> None:
    named = {setting.lower() for setting in re.findall(r"SUNBEON_([A-Z_]*[A-Z])", DOCS[name])}
    assert named <= FIELDS.keys(), named - FIELDS.keys()


@pytest.mark.parametrize("name", DOCS)
def test_defaults_that_are_named_are_the_settings_own(name: str) -> None:
    for setting, value in re.findall(rf"`SUNBEON_([A-Z_]+)`\s+\(({NUMBER})\)", DOCS[name]):
        assert FIELDS[setting.lower()].default == float(value.replace(",", "")), setting


def test_the_real_thing_needs_as_many_settings_as_are_listed() -> None:
    listed = re.findall(r"^\| `SUNBEON_[A-Z_]+(?:=\d)?` \|", OPERATIONS, re.MULTILINE)
    assert len(listed) == 5
    assert "same program with five settings" in OPERATIONS
    assert "five settings make the demo the real thing" in DOCS["README.md"]


def test_the_descriptors_are_those_of_the_connections_and_its_own() -> None:
    (limit,) = re.findall(r"LimitNOFILE=(\d+)", OPERATIONS)
    assert int(limit) == FIELDS["connections"].default + RESERVED_DESCRIPTORS + MAX_REJECTED
    assert f"those and {RESERVED_DESCRIPTORS + MAX_REJECTED} for its own use" in OPERATIONS


def test_log_lines_and_codes_that_are_named_are_said() -> None:
    _, _, table = OPERATIONS.partition("| you see | it means |")
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert len(rows) > 5
    for said in re.findall(r"`(.*?)`", " ".join([*rows, "`left behind`"])):
        if said.startswith("code: "):
            assert said.removeprefix("code: ") in codes()
        else:
            assert all(part in SOURCE for part in re.split(r"\s*…\s*", said) if part), said


def test_metrics_that_are_named_are_counted() -> None:
    # Imported with the service; a counter is named without its "_total" there.
    assert service.__main__
    known = set(re.findall(r"^# TYPE (\w+)", generate_latest().decode(), re.MULTILINE))
    for metric in re.findall(r"`(sunbeon_\w+)`", OPERATIONS):
        assert {metric, metric.removesuffix("_total")} & known, metric


def test_facts_are_called_stale_in_the_time_that_is_said() -> None:
    assert "say within 4 s that their facts are `stale`" in DOCS["reliability.md"]
    assert FIELDS["stale_after_seconds"].default + TOLD_EVERY < 4


@pytest.mark.parametrize("name", DOCS)
def test_files_that_are_named_are_there(name: str) -> None:
    places = [ROOT, ROOT / "service", ROOT / "service/store", ROOT / "service/live", ROOT / "docs"]
    for path in re.findall(r"`((?:[\w-]+/)+[\w.-]+\.(?:py|lua|js|yaml|json|toml|md))`", DOCS[name]):
        assert any((place / path).exists() for place in places), path
    for link in re.findall(r"\]\(([\w/.-]+)\)", DOCS[name]):
        assert ((ROOT if name == "README.md" else ROOT / "docs") / link).exists(), link


def test_the_recording_that_comes_along_takes_as_long_as_is_said() -> None:
    rows = read(Path(made_up.FILE), made_up.QUEUE, made_up.DATE).rows
    first, last = rows[0].minute, rows[-1].minute
    assert "in four and a half minutes" in DOCS["README.md"]
    assert (last - first) * 60 / SPEED == pytest.approx(270, abs=20)
