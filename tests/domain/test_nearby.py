"""Which office is the quickest: the table of cases that the browser's code has to solve too (tests/js/lib)."""

import json
from typing import Any

import pytest

from service.domain.nearby import Candidate, Total, distance, is_clearly_better, rank, rounded, total, travel
from service.domain.office import Location
from service.domain.wait import Wait
from tests.support import ROOT

CASES = json.loads((ROOT / "tests/nearby.json").read_text("utf-8"))


def cases(kind: str) -> Any:
    return pytest.mark.parametrize("case", CASES[kind], ids=lambda case: case["about"])


def place(at: list[float]) -> Location:
    return Location(lat=at[0], lon=at[1])


def wait_of(case: dict[str, Any]) -> Wait:
    return Wait(**{"resumes": None, "served_today": None, **case})


def candidate(office: str, gives: bool = True, wait: Any = None, **rest: Any) -> Candidate:
    return Candidate(office, gives, wait and wait_of(wait), rest.get("distance"), rest.get("closes_in"))


@cases("distances")
def test_distances(case: dict[str, Any]) -> None:
    assert distance(place(case["a"]), place(case["b"])) == case["metres"]


@cases("ways")
def test_ways(case: dict[str, Any]) -> None:
    assert travel(case["metres"]) == case["minutes"]


@cases("totals")
def test_totals(case: dict[str, Any]) -> None:
    assert total(wait_of(case["wait"]), case["metres"], case["now"]) == Total(*case["is"])


@cases("better")
def test_better(case: dict[str, Any]) -> None:
    assert is_clearly_better(Total(*case["a"]), Total(*case["b"])) is case["is"]


@cases("ranks")
def test_ranks(case: dict[str, Any]) -> None:
    offices = [candidate(**one) for one in case["offices"]]
    ranked = rank(offices, case["now"], with_ways=case["with_ways"])
    assert [[one.candidate.office, one.clearly_better] for one in ranked] == case["is"]


def test_a_position_is_used_to_about_a_hundred_metres() -> None:
    assert rounded(Location(lat=37.7120444, lon=127.0487191)) == Location(lat=37.712, lon=127.049)
