"""The staff view: what lua/read_staff_view.lua returns, as the staff of an office see it.

It goes out whole whenever anything changes, so that each group of tickets is listed up to a limit of its own, and
counted in full beside the list.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from operator import itemgetter
from typing import Any

from service.domain.board import BoardContent, StaffCounter, StaffTicket, StaffViewContent, StaffWindow, Window
from service.domain.line import calling_order
from service.domain.office import Office
from service.domain.ticket import State
from service.store.records import Record, ticket_facts

MOST_WAITING = 200
"""Waiting tickets in the list, shared equally among the office's counters. They fill several screens, and are called
from the top."""

MOST_ABSENT = 100
"""Tickets in the list whose holders have not arrived, shared in the same way."""

MOST_PARKED = 50
"""Held tickets in the list, and the same number of no-shows. Staff call any other one by its number."""


def limits(office: Office) -> tuple[int, int, int]:
    """The limits of an office's staff view, in the order of the args of lua/read_staff_view.lua."""
    counters = len(office.counters)
    return max(1, MOST_WAITING // counters), max(1, MOST_ABSENT // counters), MOST_PARKED


def staff_view(
    office: Office,
    board: BoardContent,
    in_a_row: int,
    windows: dict[int, Window],
    forgotten: Collection[int],
    answer: Sequence[Any],
) -> StaffViewContent:
    """The view of lua/read_staff_view.lua's answer about the office's counters; `windows` are those that are known to
    the store, `forgotten` those at which a ticket seems to have been forgotten."""
    _, raw, lines, (held, no_shows) = answer
    counters = [counter.id for counter in office.counters]
    records: list[Record] = [json.loads(record) for record in raw]
    streaks = {counter: streak for counter, (_, _, streak) in zip(counters, lines, strict=True)}
    most, _, _ = limits(office)
    waiting = [record for record in records if record["state"] == State.WAITING and record["arrived"]]
    return StaffViewContent(
        office=office.id,
        epoch=board.epoch,
        version=board.version,
        board=board,
        windows=[
            StaffWindow(
                **dict(windows.get(known.id) or _closed(known.id)),
                # Every lane is listed at least this far. Behind that, a ticket that isn't listed may come first.
                line=_line(waiting, windows[known.id].counters, streaks, in_a_row)[:most]
                if known.id in windows
                else [],
                forgotten=known.id in forgotten,
            )
            for known in office.windows
        ],
        counters=[
            StaffCounter(id=counter, here=here, absent=absent)
            for counter, (here, absent, _) in zip(counters, lines, strict=True)
        ],
        held=held,
        no_shows=no_shows,
        tickets=[StaffTicket(**ticket_facts(record)) for record in sorted(records, key=_place)],
    )


def _closed(id: int) -> Window:
    return Window(id=id, state="closed", counters=[], counter=None, number=None, ticket=None)


def _line(waiting: Sequence[Record], counters: Sequence[str], streaks: dict[str, int], in_a_row: int) -> list[int]:
    """The numbers that a window with these counters calls, in this order."""
    lanes: dict[str, list[Record]] = defaultdict(list)
    for record in sorted(waiting, key=itemgetter("order")):
        if record["counter"] in counters:
            lanes[record["lane"]].append(record)
    streak = max((streaks.get(counter, 0) for counter in counters), default=0)
    order = calling_order(lanes["front"], lanes["priority"], lanes["normal"], streak, in_a_row)
    return [record["number"] for record in order]


def _place(record: Record) -> tuple[bool, bool, bool, int]:
    """Where a ticket stands among the listed: by group, then by seniority, the newest no-shows first."""
    state, order = record["state"], record["order"]
    order = -order if state == State.NO_SHOW else order
    return state != State.CALLED, state != State.WAITING, state != State.HELD, order
