"""The city's file of another city, and every mistake that stops the start."""

import os
from datetime import date, datetime
from pathlib import Path

import pytest

from service.directory.loader import CityFileError, load_city
from service.domain.hours import KST

TOWN = """\
[city]
id = "town"
name = { ko = "가온시", en = "Gaon", vi = "Gaon" }

[rules]
priority_in_a_row = 3
arrival_minutes = 15

[holidays]
country = "KR"
open = [2026-05-01]
[[holidays.closed]]
date = 2026-12-31
name = { ko = "종무일", en = "Last working day" }

[kinds.dong]
hours = { mon = "09:00-18:00", fri = "09:00-12:00" }
lunch = "12:00-13:00"
counters = [
  { id = "general", name = { ko = "민원", en = "General" }, numbers = [100, 199] },
  { id = "seal", name = { ko = "인감", en = "Seal" }, numbers = [300, 399], max_waiting = 30 },
]
windows = [{ id = 1, counters = ["general"] }, { id = 2, counters = ["seal", "general"] }]

[[offices]]
id = "east"
kind = "dong"
name = { ko = "동쪽", en = "East" }

[[offices]]
id = "west"
kind = "dong"
name = { ko = "서쪽", en = "West" }
address = "가온시 큰길 1"
phone = "031-000-0000"
location = { lat = 37.5, lon = 127 }
lunch = "none"
windows = [{ id = 7, counters = ["general", "seal"] }]
[[offices.exceptions]]
date = 2026-02-17
reason = { ko = "설날 당직", en = "On duty over Seollal" }
hours = "10:00-15:00"
"""

DONG = "kinds.dong"
SEAL = f'{DONG}: counters[1] "seal"'
EAST, WEST = 'offices[0] "east"', 'offices[1] "west"'
SEOLLAL = f'{WEST}: exceptions[0] "2026-02-17"'
DAY_OFF = 'holidays: closed[0] "2026-12-31 09:00:00"'
SERVED = '["general", "seal"]'
SPECIAL = 'hours = "10:00-15:00"'
AGAIN = '[[offices.exceptions]]\ndate = 2026-02-17\nreason = { ko = "가", en = "a" }\nclosed = true'

KINDS = "'city_hall', 'passport' or 'dong'"
NOT_AN_ID = "is not an id: use small letters"
COUNTER_SIGNS = "digits, - and _, like 'move-in'"
TWICE = "is there twice: leave one, or change one"
TAG = "BCP 47 tag, like 'vi' or 'zh-Hans'"
BAND = "give the band as [first, last], in this order, between 1 and 9999"
OWN_BAND = "give each counter its own band"
SERVE = "name it in a window, or take it out"
NOT_A_SPAN = "is not a span of time: write it like '09:00-18:00'"
BACKWARDS = "closes before it opens: give the earlier time first"
MEND = "mend the one or the other"
OUTSIDE = "is outside the day's hours"
NO_LUNCH = "mend it, or say lunch = 'none'"
NOT_A_DATE = "is not a date: write it bare, like 2026-11-23"
CLOSED_OR_HOURS = "give either closed = true or the day's hours, like hours = '10:00-15:00'"


def written(folder: Path, text: str) -> Path:
    file = folder / "town.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refusal(file: Path) -> str:
    with pytest.raises(CityFileError) as caught:
        load_city(file)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_made_up_city(tmp_path: Path) -> None:
    city = load_city(written(tmp_path, TOWN))

    assert (city.id, city.name.en, city.name.model_dump()["vi"]) == ("town", "Gaon", "Gaon")
    assert (city.rules.priority_in_a_row, city.rules.arrival_minutes) == (3, 15)
    east, west = city.offices
    assert east.counters == west.counters
    assert east.counter("seal").max_waiting == 30
    assert [window.id for window in east.windows] == [1, 2]
    assert [window.id for window in west.windows] == [7]
    assert (east.address, east.phone, east.location) == (None, None, None)
    assert west.location is not None
    assert east.lunch is not None
    assert west.lunch is None


def test_the_citys_own_days_off_and_working_holidays(tmp_path: Path) -> None:
    city = load_city(written(tmp_path, TOWN))
    east, west = city.offices

    own = city.holidays(date(2026, 12, 31))
    assert own is not None
    assert own.ko == "종무일"
    assert city.holidays(date(2026, 5, 1)) is None
    assert city.status(east, datetime(2026, 5, 1, 10, tzinfo=KST)) == "open"
    seollal = datetime(2026, 2, 17, 10, tzinfo=KST)
    assert (city.status(east, seollal), city.status(west, seollal)) == ("holiday", "open")


def test_a_file_from_a_windows_editor(tmp_path: Path) -> None:
    file = tmp_path / "town.toml"
    file.write_bytes(TOWN.replace("\n", "\r\n").encode("utf-8-sig"))
    assert load_city(file).id == "town"


MISTAKES = {
    "toml": [
        ('id = "town"', "id = town", "Invalid value (at line 2, column 6): mend the TOML there"),
        ("05-01]", "02-30]", "Invalid date or datetime (at line 11, column 9): mend the TOML there"),
    ],
    "fields": [
        ("[rules]", "[qqq]\n[rules]", 'unknown field "qqq": take it out'),
        ("address =", "adress =", f'{WEST}: unknown field "adress": did you mean "address"?'),
        ("counters = [\n", "counterz = [\n", f'{DONG}: unknown field "counterz": did you mean "counters"?'),
        ("{ mon =", "{ monday =", f'{DONG}: hours: unknown field "monday": did you mean "mon"?'),
        ('id = "town"\n', "", 'city: "id" is missing: add it'),
        ('id = "west"\n', "", 'offices[1]: "id" is missing: add it'),
        (', en = "East"', "", f'{EAST}: name: "en" is missing: add it'),
        ('country = "KR"\n', "", 'holidays: "country" is missing: add it'),
        ('"가온시 큰길 1"', '""', f"{WEST}: address: is empty: fill it in, or leave out what is not known"),
    ],
    "kinds": [
        ('kind = "dong"', 'kind = "dnog"', f"{EAST}: kind: should be {KINDS}, not 'dnog'"),
        ("[kinds.dong]", "[kinds.dnog]", f"kinds.dnog: there is no such kind: it should be {KINDS}"),
    ],
    "types": [
        ("phone = ", "phone = 31 #", f"{WEST}: phone: should be a text in quotes, not 31"),
        ("{ lat = 37.5, lon = 127 }", '"here"', f"{WEST}: location: should be a table, not 'here'"),
        ("= 37.5", "= 127.5", f"{WEST}: location: lat: should be less than or equal to 90, not 127.5"),
        ("= 37.5", "= nan", f"{WEST}: location: lat: should be less than or equal to 90, not nan"),
        ("max_waiting = 30", "online = 1", f"{SEAL}: online: should be true or false, not 1"),
        ('["general"]', '"general"', f"{DONG}: windows[0] \"1\": counters: should be a list, not 'general'"),
    ],
    "ids": [
        ('"east"', '"East-1"', f"offices[0] \"East-1\": id: 'East-1' {NOT_AN_ID} and digits, like 'howon1'"),
        (
            '"seal", n',
            '"se al", n',
            f"{DONG}: counters[1] \"se al\": id: 'se al' {NOT_AN_ID}, {COUNTER_SIGNS}",
        ),
        ("{ id = 7,", "{ id = 0,", f"{WEST}: windows[0]: id: should be greater than or equal to 1, not 0"),
        ('id = "east"', 'id = "west"', f"offices: id west {TWICE}"),
        ('id = "seal"', 'id = "general"', f"{DONG}: counters: id general {TWICE}"),
        ("{ id = 2,", "{ id = 1,", f"{DONG}: windows: id 1 {TWICE}"),
        ('vi = "Gaon"', 'english = "Gaon"', f"city: name: 'english' is not a language: use its {TAG}"),
    ],
    "bands": [
        (
            "[300,",
            "[199,",
            f'{DONG}: counters: "seal": numbers 199-399 overlap "general" 100-199: {OWN_BAND}',
        ),
        ("[300, 399]", "[399, 300]", f"{SEAL}: numbers: {BAND}"),
        ("[300, 399]", "[300, 10000]", f"{SEAL}: numbers: {BAND}"),
        ("[300, 399]", "[0, 399]", f"{SEAL}: numbers: {BAND}"),
        ("[300, 399]", "[300]", f"{SEAL}: numbers: {BAND}"),
        ("[300, 399]", '"300-399"', f"{SEAL}: numbers: {BAND}"),
        ("= 30 ", "= 0 ", f"{SEAL}: max_waiting: should be greater than or equal to 1, not 0"),
    ],
    "windows": [
        (SERVED, '["tax"]', f'{WEST}: window 7 serves "tax", no such counter: choose from general, seal'),
        (SERVED, '["general"]', f'{WEST}: no window serves counter "seal": {SERVE}'),
        ('["seal", "general"]', '["general"]', f'{DONG}: no window serves counter "seal": {SERVE}'),
        (SERVED, '["seal", "seal"]', f'{WEST}: windows[0] "7": counter seal {TWICE}'),
        (
            SERVED,
            "[]",
            f'{WEST}: windows[0] "7": serves no counter: name one at least, or take the window out',
        ),
        (f"[{{ id = 7, counters = {SERVED} }}]", "[]", f"{WEST}: windows: there are none: give at least one"),
    ],
    "hours": [
        ("09:00-18:00", "9-18", f"{DONG}: hours: mon: '9-18' {NOT_A_SPAN}"),
        ("09:00-18:00", "09:00-24:00", f"{DONG}: hours: mon: '09:00-24:00' {NOT_A_SPAN}"),
        ("09:00-18:00", "18:00-09:00", f"{DONG}: hours: mon: '18:00-09:00' {BACKWARDS}"),
        (
            "12:00-13:00",
            "17:30-18:30",
            f"{DONG}: lunch 17:30-18:30 is partly outside mon 09:00-18:00: {MEND}",
        ),
        ('"none"', '"19:00-20:00"', f"{WEST}: lunch 19:00-20:00 is outside every day's hours: {NO_LUNCH}"),
    ],
    "exceptions": [
        ("date = 2026-02-17", 'date = "2026-02-17"', f"{SEOLLAL}: date: '2026-02-17' {NOT_A_DATE}"),
        (SPECIAL, "", f"{SEOLLAL}: {CLOSED_OR_HOURS}"),
        (SPECIAL, f"{SPECIAL}\nclosed = true", f"{SEOLLAL}: {CLOSED_OR_HOURS}"),
        (SPECIAL, 'hours = "3"', f"{SEOLLAL}: hours: '3' {NOT_A_SPAN}"),
        (SPECIAL, f'{SPECIAL}\nlunch = "15:00-16:00"', f"{SEOLLAL}: lunch 15:00-16:00 {OUTSIDE}: {MEND}"),
        (SPECIAL, f"{SPECIAL}\n{AGAIN}", f"{WEST}: exceptions: date 2026-02-17 {TWICE}"),
    ],
    "holidays": [
        (
            '"KR"',
            '"XX"',
            "holidays: country: no holidays are known for 'XX': use an ISO 3166 code, like 'KR'",
        ),
        ("[2026-05-01]", '["1 May"]', f"holidays: open[0]: '1 May' {NOT_A_DATE}"),
        ("12-31\n", "12-31T09:00:00\n", f"{DAY_OFF}: date: '2026-12-31 09:00:00' {NOT_A_DATE}"),
        ("[2026-05-01]", "[2026-12-31]", f"holidays: date 2026-12-31 {TWICE}"),
    ],
    "rules": [
        ("row = 3", "row = 0", "rules: priority_in_a_row: should be greater than or equal to 1, not 0"),
        ("row = 3", "row = true", "rules: priority_in_a_row: should be a whole number, not True"),
        (
            "minutes = 15",
            "minutes = 300",
            "rules: arrival_minutes: should be less than or equal to 240, not 300",
        ),
    ],
}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [pytest.param(*case, id=f"{theme}-{n}") for theme, cases in MISTAKES.items() for n, case in enumerate(cases)],
)
def test_a_mistake_is_named_with_its_place_and_mend(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in TOWN
    assert refusal(written(tmp_path, TOWN.replace(old, new, 1))) == f"town.toml: {message}"


def test_a_city_without_offices(tmp_path: Path) -> None:
    head = TOWN[: TOWN.index("[[offices]]")]
    assert refusal(written(tmp_path, head)) == 'town.toml: "offices" is missing: add it'
    assert refusal(written(tmp_path, "offices = []\n" + head)) == (
        "town.toml: offices: there are none: give at least one"
    )


def test_a_kind_without_defaults(tmp_path: Path) -> None:
    text = TOWN.replace('kind = "dong"', 'kind = "passport"', 1)
    assert refusal(written(tmp_path, text)) == 'town.toml: offices[0] "east": "hours" is missing: add it'


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "none.toml"
    assert refusal(file) == (
        f"{file}: No such file or directory: SUNBEON_CITY must name a city's file that the service may read"
    )


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    assert refusal(tmp_path).startswith(f"{tmp_path}: Is a directory: SUNBEON_CITY must name")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may read everything, so the system's refusal is simulated.
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "read_text", refuse)
    assert ": Permission denied: SUNBEON_CITY must name" in refusal(written(tmp_path, TOWN))


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "town.toml"
    file.write_bytes(TOWN.encode("euc-kr"))
    assert refusal(file) == "town.toml: byte 34 is not UTF-8: save the file as UTF-8"
