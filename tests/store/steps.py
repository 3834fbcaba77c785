"""The steps of the state machine, and how often each is chosen: mostly steps that have an effect.

Parameters are chosen from lists in which usual values occur several times, and the simplest is the first: one choice
for all of a step's parameters, so that an example shrinks by leaving steps out.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any

from hypothesis import strategies as st

windows = [1, 1, 1, 2, 2, 3]
counters = [*"aaabbc"]
sights = ["right"] * 6 + ["nobody", "who left last", "somebody else"]
newest = range(8)
keyed = [False, True, True]
sensible = [True, True, True, False]

moments = ["1 minutes", "1 minutes", "10 minutes", *["20 minutes"] * 3, "60 minutes"]
moments += ["closing time", "next morning", *["clerks come in next morning"] * 2]
requests = [
    *["next", "recall", "issue"] * 3,
    "finish",
    "hold",
    "no_show",
    "transfer",
    "call",
    "arrive",
    "cancel",
    "open",
    "close",
    "pause",
    "resume",
    "limit",
]


@dataclass(frozen=True)
class Step:
    """A method of the machine, to be called with these parameters."""

    name: str
    parameters: dict[str, Any]

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        parameters = (f"{name}={value!r}" for name, value in self.parameters.items())
        printer.text(f"{self.name}({', '.join(parameters)})")


KINDS: dict[str, tuple[int, dict[str, Any]]] = {
    "look": (1, {}),
    "issue": (
        9,
        {
            "counter": counters,
            "online": [False, False, True],
            "priority": ["none", "none", "elderly", "pregnant"],
            "people": [1, 1, 4],
            "key": [None, None, None, "k1", "k2"],
        },
    ),
    "next": (8, {"window": windows, "sees": sights, "keyed": keyed}),
    "arrive": (
        3,
        {"which": newest, "sensible": sensible, "confirmed": [None, None, None, "none", "elderly", "disabled"]},
    ),
    "cancel": (1, {"which": newest, "sensible": sensible}),
    "call": (2, {"window": windows, "which": newest, "sensible": sensible, "keyed": keyed}),
    "recall": (3, {"window": windows, "sees": sights, "keyed": keyed}),
    "leave_window": (4, {"move": ["finish", "hold", "no_show"], "window": windows, "sees": sights, "keyed": keyed}),
    "transfer": (2, {"window": windows, "sees": sights, "to": counters, "keyed": keyed}),
    "open": (3, {"window": windows, "serving": ["a", "b", "ab", "ba", "bc", "abc"], "keyed": keyed}),
    "close": (1, {"window": windows, "keyed": keyed}),
    "pause": (
        2,
        {
            "counter": counters,
            "how": ["pause", "resume", "pause online", "resume online", "pause lunch", "pause repair"],
            "keyed": keyed,
        },
    ),
    "limit": (1, {"counter": counters, "more": [2, 1, 0, 30, None], "keyed": keyed}),
    "set_notices": (1, {"minutes": [(), (None,), (10,), (None, 30)]}),
    "set_lobby": (1, {"volume": [80, 30], "quiet_hours": [(), (("12:00", "13:00"),)]}),
    "wait": (3, {"until": moments}),
    "send_again": (5, {"request": requests, "before": [0, 0, 1]}),
}
"""name -> how often, and the choices for each parameter."""


def some(name: str) -> st.SearchStrategy[Step]:
    _, choices = KINDS[name]
    return st.sampled_from(
        [Step(name, dict(zip(choices, chosen, strict=True))) for chosen in product(*choices.values())]
    )


steps = st.sampled_from([name for name, (often, _) in KINDS.items() for _ in range(often)]).flatmap(some)
