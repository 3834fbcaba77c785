"""Which clips a language has, and the words of each.

A clip is named by what it says: a number (`117`) or a phrase (`again`, `number`, `window`). A clip may come in another
form for a certain neighbour, since words change where they meet: `100.before-6` is 백 as it is said before 육, and
`6.after-100-1000` is 육 as it is said after 백 or 천. Before a number, the neighbour is named by its first word (10 for
17, 2 for 25), and after a number by its last (7 for 17, 10 for 20, 100 for 1200).
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from itertools import chain

from service.domain import english_numbers, korean_numbers
from service.domain.hangul import as_read

PHRASES = {
    "ko": {"again": "다시 한번 알려 드립니다", "number": "번 고객님", "window": "번 창구로 오십시오"},
    "en": {"again": "Once again", "number": "Number", "window": "please go to window"},
}
LANGUAGES = tuple(PHRASES)

LONGEST_NAME = 200
"""Bytes; file systems take 255."""

NEIGHBOURS = r"(?:\.(?:before|after)-\d+(?:-\d+)*)?"
NAME = re.compile(rf"(?:[1-9]\d{{0,3}}|{'|'.join(PHRASES['ko'])}){NEIGHBOURS}")
"""A clip's name."""

SMALL = range(1, 100)
HUNDREDS = range(100, 1000, 100)
THOUSANDS = range(1000, 10_000, 1000)
HEADS = range(100, 10_000, 100)
"""Every number is one of these, or a small one, or one of each."""


def recordable(language: str) -> dict[str, str]:
    """What a person records: each clip's name, and the words to read. It says every number from 1 to 9999."""
    numbers = {str(number): _spelled(language, number) for number in chain(SMALL, HUNDREDS, THOUSANDS)}
    return PHRASES[language] | numbers


@cache
def synthesized(language: str) -> dict[str, str]:
    """What the synthesizer says: a number above 99 needs two clips at most, and these have the forms that they need.

    Korean is spelled as it is read, because espeak-ng knows neither articles 26 and 29 nor that a consonant moves.
    """
    return dict(_korean() if language == "ko" else _english())


def _spelled(language: str, number: int) -> str:
    return korean_numbers.spelled(number) if language == "ko" else english_numbers.spelled(number)


def _english() -> Iterator[tuple[str, str]]:
    yield from PHRASES["en"].items()
    for number in chain(SMALL, HEADS):
        yield str(number), english_numbers.spelled(number)
    for number in SMALL:
        yield f"{number}.after-100-1000", f"and {english_numbers.spelled(number)}"


def _korean() -> Iterator[tuple[str, str]]:
    phrases = PHRASES["ko"]
    yield "again", as_read(phrases["again"])
    for name in ("number", "window"):
        # A phrase follows a number in the same breath: 육번 [육뻔].
        after = {last: korean_numbers.read(last, phrases[name])[1:] for last in (1, 6, 10, 100)}
        yield from _forms(name, "after", after)
    for number in SMALL:
        after = {100: korean_numbers.read(100 + number)[1:], 1000: korean_numbers.read(1000 + number)[1:]}
        yield from _forms(str(number), "after", {0: korean_numbers.read(number)} | after)
    for number in HEADS:
        syllables = len(korean_numbers.spelled(number))
        before = {first: korean_numbers.read(number + first)[:syllables] for first in range(1, 11)}
        yield from _forms(str(number), "before", {0: korean_numbers.read(number)} | before)


def _forms(name: str, side: str, texts: dict[int, str]) -> Iterator[tuple[str, str]]:
    """The clip with the first text, and one form for each other text, with the neighbours that it is said beside."""
    usual, *others = dict.fromkeys(texts.values())
    yield name, usual
    for text in others:
        beside = "-".join(str(neighbour) for neighbour, said in texts.items() if said == text)
        yield f"{name}.{side}-{beside}", text


def file_of(text: str) -> str:
    """The name of the file with a text of the pages, without its suffix: the text itself, where that is possible."""
    name = text.replace("/", "_")
    if NAME.fullmatch(name):
        # "window" is a phrase of calls already.
        return f"{name}~"
    if len(name.encode()) <= LONGEST_NAME:
        return name
    return f"{name[:40]}~{sha256(text.encode()).hexdigest()[:8]}"


def missing(language: str, names: Iterable[str]) -> set[str]:
    """The clips that a person would have to record so that, with these, everything can be said."""
    return recordable(language).keys() - set(names)
