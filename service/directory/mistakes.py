"""One line for the first mistake in a city's file: its place, what is wrong, the correction."""

from collections.abc import Collection, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "a table",
    "float_type": "a number",
    "int_type": "a whole number",
    "model_type": "a table",
    "string_type": "a text in quotes",
    "tuple_type": "a list",
}


def explain(error: ErrorDetails, tables: Mapping[str, Any], fields: Collection[str]) -> str:
    """`offices[3] "howon1": counters: ...` for a pydantic error in `tables`; `fields`: every field's name."""
    kind, loc = error["type"], error["loc"]
    if kind == "extra_forbidden":
        close = get_close_matches(str(loc[-1]), fields, n=1)
        mend = f'did you mean "{close[0]}"?' if close else "take it out"
        return _line(loc[:-1], tables, f'unknown field "{loc[-1]}": {mend}')
    if kind == "missing":
        return _line(loc[:-1], tables, f'"{loc[-1]}" is missing: add it')
    if loc[-1:] == ("[key]",):
        return _line(loc[:-1], tables, f"there is no such kind: it {_should(error)}")
    if kind == "value_error":
        return _line(loc, tables, str(error["ctx"]["error"]))
    if kind == "string_too_short":
        return _line(loc, tables, "is empty: fill it in, or leave out what is not known")
    if kind in _EXPECTED:
        return _line(loc, tables, f"should be {_EXPECTED[kind]}{_but(error['input'])}")
    return _line(loc, tables, _should(error) + _but(error["input"]))


def _should(error: ErrorDetails) -> str:
    return error["msg"].replace("Input should be", "should be")


def _but(value: object) -> str:
    return f", not {value!r}" if isinstance(value, str | int | float | date) else ""


def _line(loc: tuple[int | str, ...], tables: Mapping[str, Any], what: str) -> str:
    """`what` after the words for `loc`; an entry of a list goes by its index and its id or date."""
    words: list[str] = []
    here: Any = tables
    for step in loc:
        if isinstance(step, int):
            here = here[step]
            words[-1] += f"[{step}]"
            if isinstance(here, dict) and (name := here.get("id") or here.get("date")):
                words[-1] += f' "{name}"'
        else:
            here = here.get(step) if isinstance(here, dict) else None
            # A kind goes by its heading in the file: [kinds.dong].
            if words == ["kinds"]:
                words = [f"kinds.{step}"]
            else:
                words.append(step)
    return " ".join(": ".join([*words, what]).split())
