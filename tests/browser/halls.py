"""A city whose offices differ in what a screen must show: one to eight counters, short and long names."""

import json
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher

from service.directory.loader import load_city
from service.domain.hours import KST
from service.identity.devices import hash_key
from tests.support import Desk, MovableClock, Running

COUNTERS = (1, 4, 5, 8)
WINDOWS = 12

SHORT = [
    ("여권", "Passports"),
    ("인감", "Seals"),
    ("전입신고", "Moving in"),
    ("복지", "Welfare"),
    ("지방세", "Local tax"),
    ("가족관계", "Family"),
    ("부동산", "Property"),
    ("차량", "Vehicles"),
]
LONG = [
    ("여권 접수 및 재발급 (긴급 여권 포함)", "Passport applications and renewals (emergency passports included)"),
    ("가족관계등록 및 혼인·이혼·사망 신고", "Family registration, marriage, divorce and death reports"),
    ("주민등록 등·초본 및 인감증명서 발급", "Resident records and certificates of registered seals"),
    ("사회복지 상담 및 기초생활보장 신청", "Welfare advice and applications for basic livelihood support"),
    ("지방세 납부·환급 및 과세증명 발급", "Local tax: payment, refunds and certificates of assessment"),
    ("부동산 거래신고 및 토지대장 열람", "Property transactions and inspection of the land register"),
    ("자동차 등록·이전·말소 및 번호판 교부", "Vehicle registration, transfer, cancellation and plates"),
    ("정보공개 청구 및 국민신문고 접수", "Requests for information and petitions to e-People"),
]
LONG_NAME = ("의정부시 흥선권역 행정복지센터 민원실", "Heungseon District Administrative Welfare Centre, Uijeongbu")
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00")

KIOSK_KEY = "the-kiosk-that-stands-in-the-hall"
PASSWORD = "nobody would guess this one"
SECRET = "0123456789abcdef0123456789abcdef"

EVERYTHING = f"long{COUNTERS[-1]}"
"""The office that is hardest to show: eight counters with long names."""


def city_file(folder: Path) -> Path:
    """The city's file: an office for each number of counters, with short names (`short5`) and with long (`long5`)."""
    lines = ['[city]\nid = "halls"\nname = { ko = "시험시", en = "Halls" }\n\n[holidays]\ncountry = "KR"\n']
    for count in COUNTERS:
        lines.append(_office(f"short{count}", ("민원실", "Office"), SHORT[:count]))
        lines.append(_office(f"long{count}", LONG_NAME, LONG[:count]))
    path = folder / "halls.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    load_city(path)
    return path


def _office(id: str, name: tuple[str, str], counters: list[tuple[str, str]]) -> str:
    ids = [f"c{i + 1}" for i in range(len(counters))]
    fields = {
        "id": id,
        "kind": "dong",
        "name": _Inline(ko=name[0], en=name[1]),
        "hours": _Inline(**WEEK),
        "lunch": "12:00-13:00",
        "counters": [
            _Inline(id=ids[i], name=_Inline(ko=ko, en=en), numbers=[i * 1000 + 101, i * 1000 + 999], online=i == 0)
            for i, (ko, en) in enumerate(counters)
        ],
        "windows": [_Inline(id=i + 1, counters=ids) for i in range(WINDOWS)],
    }
    return "[[offices]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in fields.items())


class _Inline(dict[str, object]):
    """A table on one line."""


def _toml(value: object) -> str:
    if isinstance(value, _Inline):
        return "{ " + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


async def desks(service: Running, office: str, user: str = "admin", password: str = "sunbeon") -> list[Desk]:
    """A clerk for each window, none of which is open yet."""
    staff = await service.http.sign_in(user, password)
    return [Desk(service.http, staff, office, window + 1) for window in range(WINDOWS)]


def real_thing(folder: Path) -> dict[str, object]:
    """Settings of a service that isn't a demo, so that the offices' hours count."""
    access = folder / "access.toml"
    access.write_text(
        f'[staff.kim]\nrole = "admin"\npassword = "{PasswordHasher().hash(PASSWORD)}"\n'
        f'[devices.hall]\nkey = "{hash_key(KIOSK_KEY)}"\n'
    )
    return {"demo": False, "secret": SECRET, "access_file": access, "bootstrap_store": True}


async def real_desks(service: Running, office: str) -> list[Desk]:
    """`desks` of a service that isn't a demo."""
    return await desks(service, office, "kim", PASSWORD)


async def take(service: Running, office: str, counter: str = "c1") -> None:
    """A number from the kiosk of a service that isn't a demo."""
    path = f"/api/v1/offices/{office}/counters/{counter}/tickets"
    (await service.http.post(path, headers={"Authorization": f"Bearer {KIOSK_KEY}"})).raise_for_status()


def clock_at(day: int, hour: int, minute: int = 0) -> MovableClock:
    """A clock in November 2026: the 25th is a Wednesday, the 28th a Saturday."""
    clock = MovableClock()
    clock.set(datetime(2026, 11, day, hour, minute, tzinfo=KST))
    return clock
