"""The city's document in JSON says the same as the city's file, and its mistakes are told in the same way."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.directory.document import CityMistake, city_of
from service.directory.loader import load_city, load_document
from tests.directory.test_loader import TOWN, written


@pytest.fixture
def document(tmp_path: Path) -> dict[str, Any]:
    return load_document(written(tmp_path, TOWN))


def test_a_file_and_its_document_are_the_same_city(tmp_path: Path, document: dict[str, Any]) -> None:
    of_file, of_document = load_city(written(tmp_path, TOWN)), city_of(json.loads(json.dumps(document)))
    assert of_document.offices == of_file.offices
    assert (of_document.name, of_document.rules) == (of_file.name, of_file.rules)
    for day in (
        of_file.offices[1].exceptions[0].date,
        *(exception.date for exception in of_document.offices[1].exceptions),
    ):
        assert of_document.holidays(day) == of_file.holidays(day)


def test_the_bundled_city_too() -> None:
    assert city_of(load_document()).offices == load_city().offices


@pytest.mark.parametrize(
    ("path", "value", "mistake"),
    [
        (("holidays", "open"), ["1 May"], "holidays: open[0]: '1 May' is not a date: write it like \"2026-11-23\""),
        (("holidays", "open"), [20260501], "holidays: open[0]: '20260501' is not a date: write it like \"2026-11-23\""),
        (("offices", 0, "lunch"), "13:00-12:00", "offices[0] \"east\": lunch: '13:00-12:00' closes before it opens"),
        (("offices", 0, "revision"), 3, 'offices[0] "east": unknown field "revision": did you mean "reason"?'),
        (("offices",), [], "offices: there are none: give at least one"),
        (("offices",), {}, "offices: should be a list"),
        (("city",), "town", "city: should be a table"),
    ],
)
def test_a_mistake_names_its_place(document: dict[str, Any], path: tuple[Any, ...], value: Any, mistake: str) -> None:
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(CityMistake) as found:
        city_of(document)
    assert str(found.value).startswith(mistake)
