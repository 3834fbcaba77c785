"""README.md and docs/ agree with the code: settings and their defaults, figures, log lines, metrics, files."""

import re
import tomllib
from math import prod
from pathlib import Path

import pytest
from prometheus_client import generate_latest

import service.__main__
from clients.python.replay import made_up
from clients.python.replay.__main__ import SPEED
from clients.python.replay.recording import read
from service.database.engine import IDLE_SECONDS
from service.database.tables import accounts, audit, devices, registry
from service.domain import nearby
from service.domain.errors import SunbeonError
from service.domain.quiet_hours.chart import LEAST_DAYS, QUIETER_BY, WEEKDAYS_FROM
from service.domain.quiet_hours.day import NEAR
from service.domain.screen import (
    CONDITIONS,
    FORGOTTEN_AFTER,
    GONE_AFTER,
    MOST_OF_A_KEY,
    MOST_OF_AN_OFFICE,
    ORDER_LASTS,
    PAINTS_WITHIN,
    REPORT_EVERY,
)
from service.domain.wait.capacity import KNOWN_AFTER, RETURNS_IN
from service.domain.wait.estimation import KNOWN
from service.domain.wait.model import FORGOTTEN_AFTER as TICKET_FORGOTTEN_AFTER
from service.domain.wait.model import FORGOTTEN_TIMES, GROUPS
from service.domain.wait.office import STILL_AFTER, STILL_TIMES
from service.domain.wait.past import RULES
from service.identity.current_credentials import LOOK_EVERY, LOOKS_A_READ
from service.identity.passwords import SHORTEST
from service.identity.sign_in_throttle import FORGET_MS, WINDOW_MS
from service.live.hub import TOLD_EVERY
from service.live.relay import REREADS_A_SECOND
from service.live.websocket_frames import MOST_BYTES, MOST_FRAMES
from service.net.connection_table import MAX_REJECTED, RESERVED_DESCRIPTORS
from service.projections.registry import PROJECTIONS
from service.projections.wait_history import LAST_DAYS
from service.reports.quiet_hours import DAYS, FINISHED_SHARE, FRESH_SECONDS
from service.reports.wait_quality import DAYS as QUALITY_DAYS
from service.settings import Settings
from service.store.driver.connection import ANSWER_TIMEOUT, MAX_PENDING
from service.store.estimates import LONGEST_BEHIND_MS
from service.store.executor import KEEP_TICKETS
from service.store.leases import LIVES_MS
from service.voice.clip_set import LANGUAGES, recordable, synthesized
from service.voice.clips import LONGEST_SECONDS
from service.voice.clips import MOST_BYTES as LARGEST_CLIP
from service.voice.library import LOOK_SECONDS
from service.web import sockets
from service.web.holder import STRONG_KEY
from service.web.notices import MOST
from tests.browser.layouts import AT_A_WINDOW, NEWEST_CALL
from tests.faults import trio
from tests.support import ROOT
from tests.web import test_proxy_cache

DOCS = {path.name: path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
OPERATIONS = DOCS["operations.md"]
SOURCE = "\n".join(path.read_text("utf-8") for path in (ROOT / "service").rglob("*.py"))
FIELDS = Settings.model_fields
NUMBER = r"\d[\d,]*(?:\.\d+)?"


def says(name: str, text: str) -> bool:
    """Whether the document has this text, wherever its lines break."""
    return text in " ".join(DOCS[name].split())


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
    assert len(listed) == 4
    assert says("operations.md", "same program with four settings")
    assert says("README.md", "four settings make the demo the real thing")


def test_the_descriptors_are_those_of_the_connections_and_its_own() -> None:
    (limit,) = re.findall(r"LimitNOFILE=(\d+)", OPERATIONS)
    assert int(limit) == FIELDS["connections"].default + RESERVED_DESCRIPTORS + MAX_REJECTED
    assert says("operations.md", f"those and {RESERVED_DESCRIPTORS + MAX_REJECTED} for its own use")


def test_log_lines_and_codes_that_are_named_are_said() -> None:
    _, _, table = OPERATIONS.partition("| you see | it means |")
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert len(rows) > 5
    for said in re.findall(r"`(.*?)`", " ".join(rows)):
        if said.startswith("code: "):
            assert said.removeprefix("code: ") in codes()
        else:
            assert all(part in SOURCE for part in re.split(r"\s*…\s*", said) if part), said


def test_every_table_that_is_of_use_to_others_is_described() -> None:
    written = {table.name for projection in PROJECTIONS for table in projection.tables}
    written |= {table.name for table in (audit, accounts, devices, registry)}
    _, _, table = OPERATIONS.partition("| table | what |")
    assert set(re.findall(r"^\| `(\w+)` \|", table.partition("\n\n")[0], re.MULTILINE)) == written


def test_every_condition_of_a_screen_is_described() -> None:
    _, _, table = OPERATIONS.partition("| condition | it means |")
    assert set(re.findall(r"^\| `(\w+)` \|", table.partition("\n\n")[0], re.MULTILINE)) == set(CONDITIONS)


def test_metrics_that_are_named_are_counted() -> None:
    # Imported with the service; a counter is named without its "_total" there.
    assert service.__main__
    known = set(re.findall(r"^# TYPE (\w+)", generate_latest().decode(), re.MULTILINE))
    # Those that are read from the store for each answer.
    known |= set(re.findall(r'Gauge\("(\w+)"', SOURCE))
    for metric in re.findall(r"`(sunbeon_\w+)`", OPERATIONS):
        assert {metric, metric.removesuffix("_total")} & known, metric


def test_facts_are_called_stale_in_the_time_that_is_said() -> None:
    assert says("reliability.md", "say within 4 s that their facts are `stale`")
    assert FIELDS["stale_after_seconds"].default + TOLD_EVERY < 4


def test_staff_are_signed_out_in_the_time_that_is_said() -> None:
    assert says("operations.md", "Staff are signed out, and their consoles with them, within 2 s")
    assert LOOKS_A_READ * LOOK_EVERY + sockets.CHECK_EVERY < 2


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
    assert says("README.md", "in four and a half minutes")
    assert (last - first) * 60 / SPEED == pytest.approx(270, abs=20)


def constant(file: str, name: str) -> int:
    """A number of the lobby board's code, a product of numbers maybe."""
    (found,) = re.findall(
        rf"^(?:export )?const {name} = ([\d_ *]+);", (ROOT / "display" / file).read_text(), re.MULTILINE
    )
    return prod(int(part) for part in found.split("*"))


SECONDS_OF_A_LOST_SIGNAL = max(FIELDS["reread_seconds"].default, 3500 / REREADS_A_SECOND)

FIGURES = [
    ("operations.md", "within about a second", LOOKS_A_READ * LOOK_EVERY, 1),
    ("operations.md", "tickets expire after 8 days", KEEP_TICKETS.days, 8),
    ("operations.md", "for whole days, 8 (`SUNBEON_LOG_DAYS`)", FIELDS["log_days"].default, 8),
    ("README.md", "a simulated past of six weeks", FIELDS["demo_past_days"].default / 7, 6),
    ("operations.md", "the 42 days (`SUNBEON_DEMO_PAST_DAYS`)", FIELDS["demo_past_days"].default, 42),
    ("operations.md", "kept for 1,096 days (`SUNBEON_HISTORY_DAYS`)", FIELDS["history_days"].default, 1096),
    ("operations.md", "the audit for 730 (`SUNBEON_AUDIT_DAYS`)", FIELDS["audit_days"].default, 730),
    ("operations.md", "its lease ends after 3 s", LIVES_MS / 1000, 3),
    ("operations.md", "PostgreSQL ends its transaction after 3 s", IDLE_SECONDS, 3),
    ("operations.md", "an alarm above 60, `SUNBEON_PROJECTION_ALARM", FIELDS["projection_alarm_seconds"].default, 60),
    ("operations.md", "continues every counter's numbers 100 further on", FIELDS["number_gap"].default, 100),
    ("operations.md", "has under 8 characters", SHORTEST, 8),
    ("operations.md", "one language takes a morning: 120 clips", len(recordable("ko")), 120),
    ("operations.md", "adds only those of the 120 that are not there", len(recordable("en")), 120),
    ("operations.md", "792 clips", sum(len(synthesized(language)) for language in LANGUAGES), 792),
    ("operations.md", "one of up to 15 s", LONGEST_SECONDS, 15),
    ("operations.md", "and 2,000,000 bytes", LARGEST_CLIP, 2_000_000),
    ("operations.md", "looks once a minute whether there is one", LOOK_SECONDS, 60),
    ("operations.md", "reports every 30 s", REPORT_EVERY.seconds, 30),
    ("operations.md", "has not reported for 90 s", GONE_AFTER.seconds, 90),
    ("operations.md", "has drawn no frame for 20 s", PAINTS_WITHIN.seconds, 20),
    ("operations.md", "does not fetch within 60 s", ORDER_LASTS.seconds, 60),
    ("operations.md", "has not reported for 7 days", FORGOTTEN_AFTER.days, 7),
    ("operations.md", "One key may serve 8 screens", MOST_OF_A_KEY, 8),
    ("operations.md", "an office has at most 64", MOST_OF_AN_OFFICE, 64),
    ("security.md", "8 screens a key", MOST_OF_A_KEY, 8),
    ("security.md", "64 an office", MOST_OF_AN_OFFICE, 64),
    ("operations.md", "asks for its orders every 3 s", constant("upkeep/report.js", "ASK_MS"), 3_000),
    ("operations.md", "moves by 2 px every 3 minutes", constant("upkeep/burn-in.js", "MOVE_MS"), 3 * 60_000),
    ("operations.md", "another office within 3,000 m", constant("elsewhere.js", "NEAR_METRES"), 3_000),
    ("operations.md", "by 10 minutes or more with the way", constant("elsewhere.js", "LEAST_GAIN"), 10),
    ("operations.md", "changes every 5 minutes at most", constant("elsewhere.js", "HOLD_MS"), 5 * 60_000),
    ("security.md", "rounded to 3 decimals", nearby.POSITION_DECIMALS, 3),
    ("waits.md", "the last 20 days of the history", LAST_DAYS, 20),
    ("waits.md", "lack a change for more than 60 s", LONGEST_BEHIND_MS, 60_000),
    ("waits.md", "the waits of the last 30 days", QUALITY_DAYS, 30),
    ("waits.md", "walk 60 such metres a minute", nearby.WALKED_A_MINUTE, 60),
    ("waits.md", "lose 8 minutes at bus stops", nearby.AT_STOPS, 8),
    ("waits.md", "ride 250 metres a minute", nearby.RIDDEN_A_MINUTE, 250),
    ("waits.md", "by 5 minutes or more, and in 9 of 10 cases", nearby.WORTH_MINUTES, 5),
    ("operations.md", "within 8 px", constant("upkeep/burn-in.js", "ROOM_PX"), 8),
    ("operations.md", "up to three times before", constant("upkeep/watchdog.js", "MOST_RELOADS"), 3),
    ("reliability.md", "100 (`SUNBEON_NUMBER_GAP`)", FIELDS["number_gap"].default, 100),
    ("reliability.md", "does not answer for 1.8 s", ANSWER_TIMEOUT, 1.8),
    ("reliability.md", "At most 1,000 commands wait on a connection", MAX_PENDING, 1000),
    ("reliability.md", "more than a minute from the store's", FIELDS["clock_tolerance_seconds"].default, 60),
    ("reliability.md", "Boards can be read for 5 minutes", FIELDS["stale_board_seconds"].default, 300),
    ("security.md", "half the band a day", FIELDS["online_share"].default, 0.5),
    ("security.md", "20 an hour for one address", FIELDS["online_tickets_an_hour"].default, 20),
    ("security.md", "60 a minute together", FIELDS["walk_ins_a_minute"].default, 60),
    ("security.md", "must have 22 characters or more", STRONG_KEY, 22),
    ("security.md", "more than 100 frames", MOST_FRAMES, 100),
    ("security.md", "16 KiB between two pings", MOST_BYTES, 16 * 1024),
    ("security.md", "framing of chunks share 16 KiB", FIELDS["max_head_bytes"].default, 16 * 1024),
    ("security.md", "a body has 16 KiB", FIELDS["max_body_bytes"].default, 16 * 1024),
    ("security.md", "5 s to the first byte", FIELDS["first_byte_seconds"].default, 5),
    ("security.md", "100 anonymous sockets for each address", FIELDS["sockets_per_address"].default, 100),
    ("security.md", "two passwords are verified at a time", FIELDS["logins_at_once"].default, 2),
    ("security.md", "64 wait", FIELDS["logins_waiting"].default, 64),
    ("security.md", "at most 4 of one address", FIELDS["logins_waiting_per_address"].default, 4),
    ("security.md", "the first 10 failures of a user", FIELDS["login_attempts"].default, 10),
    ("security.md", "doubling to a minute", FIELDS["login_delay_seconds"].default, 60),
    ("security.md", "until 15 minutes pass without a failure", FORGET_MS, 15 * 60_000),
    ("security.md", "20 failures in 5 minutes", FIELDS["login_attempts_per_address"].default, 20),
    ("security.md", "10 failures in 5 minutes", WINDOW_MS, 5 * 60_000),
    ("performance.md", "the throttle allows 20", 1000 / FIELDS["frame_interval_ms"].default, 20),
    ("performance.md", "at most 50 offices a second in all", REREADS_A_SECOND, 50),
    ("performance.md", "within 5 s in a city", FIELDS["reread_seconds"].default, 5),
    ("performance.md", "within 70 s in a country", SECONDS_OF_A_LOST_SIGNAL, 70),
]


@pytest.mark.parametrize(("name", "text", "value", "said"), FIGURES, ids=[text for _, text, _, _ in FIGURES])
def test_a_figure_that_is_named_is_the_code_s(name: str, text: str, value: float, said: float) -> None:
    assert says(name, text)
    assert value == said


def test_the_proxy_s_cache_is_the_one_that_is_tested() -> None:
    _, block = re.search(r"```(nginx)\n(.*?)```", OPERATIONS, re.DOTALL).groups()  # type: ignore[union-attr]
    first, *rest = (line.partition("#")[0].strip() for line in block.splitlines() if line)
    assert re.fullmatch(r"proxy_cache_path \S+ keys_zone=boards:1m;", first)
    assert rest
    tested = [line.strip() for line in test_proxy_cache.CONFIG.splitlines()]
    assert rest == [line for line in tested if line.startswith("proxy_cache") and "_path" not in line]


def test_the_python_that_is_named_is_the_one_that_is_required() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (version,) = re.findall(r"Python (\d\.\d+) or later", DOCS["README.md"])
    assert project["requires-python"] == f">={version}"


def test_sentinel_is_set_as_it_was_measured() -> None:
    assert f"sentinel down-after-milliseconds sunbeon {trio.DOWN_AFTER_MS}" in OPERATIONS
    assert f"SENTINEL DEBUG {' '.join(trio.QUICK)}" in OPERATIONS


def test_the_steps_of_a_press_name_what_is_there() -> None:
    """docs/development.md names modules of a folder by their file names alone."""
    known = {path.name for folder in ("service", "clients", "display") for path in (ROOT / folder).rglob("*.*")}
    named = set(re.findall(r"`(\w+\.(?:py|lua|js))`", DOCS["development.md"] + DOCS["reliability.md"]))
    assert named
    assert named <= known, named - known
    for folder in re.findall(r"`((?:[a-z]+/)+)`", DOCS["development.md"]):
        places = (ROOT, ROOT / "service", ROOT / "service/store")
        assert any((place / folder).is_dir() for place in places), folder


def test_the_keys_of_the_kiosk_are_those_that_are_listed() -> None:
    source = (ROOT / "clients/pages/kiosk/keypad.js").read_text("utf-8")
    actions, _, _ = source.partition("const ACTIONS = {")[2].partition("}")
    keys = set(re.findall(r"^ *'?([A-Za-z0-9*]+)'?:", actions, re.MULTILINE))
    _, _, table = OPERATIONS.partition("| key | what it does |")
    listed = {
        key
        for row in re.findall(r"^\| (`.*?) \|", table.partition("\n\n")[0], re.MULTILINE)
        for key in re.findall("`(.*?)`", row)
    }
    assert listed == keys


def test_an_office_has_as_many_notices_as_is_said() -> None:
    assert says("operations.md", f"notices: up to {MOST} lines")


def test_the_lobby_boards_figures_are_those_of_its_code() -> None:
    announcements = (ROOT / "display/announcements.js").read_text("utf-8")
    words = (ROOT / "display/words.js").read_text("utf-8")
    assert "NEWS_MS = 60_000;" in announcements
    assert says("operations.md", "Calls that are older than 60 s are not spoken")
    assert "TURN_MS = 6_000;" in words
    assert says("operations.md", "the others take turns of 6 s")
    assert says("operations.md", f"the newest call has {NEWEST_CALL} px or more on a screen of 1920 x 1080")
    assert says("operations.md", f"every number at a window has {AT_A_WINDOW} px or more")


def test_the_figures_of_waits_are_those_of_the_code() -> None:
    assert GROUPS == (1, 2, 3, 5)
    assert says("waits.md", "Tickets for 1, 2, 3 to 4, and 5 or more people")
    assert len(RULES) == 4
    assert says("waits.md", "four rules are compared")
    assert says("waits.md", f"goes back to the usual one within some {RETURNS_IN:.0f} minutes")
    assert says("waits.md", f"half-hours in which nobody was there on {KNOWN_AFTER} days")
    assert says("waits.md", f"Until the city has {KNOWN:.0f} scores, the range is provisional")
    assert says(
        "waits.md", f"longer than {TICKET_FORGOTTEN_AFTER:.0f} minutes and {FORGOTTEN_TIMES:.0f} times its mean"
    )
    assert says("waits.md", f"stood still for {STILL_AFTER:.0f} minutes, and {STILL_TIMES:.0f} times as long as usual")


def test_the_figures_of_quiet_hours_are_those_of_the_code() -> None:
    assert says("waits.md", f"from the history of the last {DAYS} days")
    assert says("waits.md", f"With fewer than {LEAST_DAYS} days there is no chart")
    assert says("waits.md", f"With fewer than {WEEKDAYS_FROM} days all weekdays are alike")
    assert says("waits.md", f"its wait is {QUIETER_BY:.0f} minutes or more below it")
    assert says("waits.md", f"at most {NEAR} minutes before and called somebody at most {NEAR} minutes after")
    assert says("waits.md", f"at most every {FRESH_SECONDS // 60} minutes by each process")
    assert says("waits.md", f"of which {FINISHED_SHARE:.0%} of the tickets".replace("%", " %"))
    assert f"const LEAST_DAYS = {LEAST_DAYS};" in (ROOT / "clients/lib/quiet-hours/chart.js").read_text("utf-8")
