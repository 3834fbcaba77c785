"""Lobby screens: their last reports and their orders, beside the office's other keys.

They are no part of the office's queue, so nothing is logged. Replicas need not confirm them: after a failover, each
screen reports again within `REPORT_EVERY`.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from service.domain.conflicts import ScreenGone, ScreenNameTaken, TooManyScreens
from service.domain.errors import StoreNotReady, SunbeonError
from service.domain.hours import KST
from service.domain.screen import (
    FORGOTTEN_AFTER,
    GONE_AFTER,
    MOST_OF_A_KEY,
    MOST_OF_AN_OFFICE,
    ORDER_LASTS,
    Heard,
    Order,
    OrderKind,
    Report,
    Shown,
)
from service.store.driver.pipelining import PipelinedConnection, new_deadline
from service.store.driver.topology import Topology
from service.store.keys import Keys

REFUSALS: Mapping[str, type[SunbeonError]] = {
    error.code: error for error in (StoreNotReady, ScreenNameTaken, TooManyScreens, ScreenGone)
}


class Screens:
    """The screens of all offices. `now` is the service's time; methods raise StoreUnavailable."""

    def __init__(self, topology: Topology, keys: Keys) -> None:
        folder = files("service.store") / "lua/screens"
        self._report, self._order = ((folder / f"{name}.lua").read_text() for name in ("report", "order"))
        self._topology = topology
        self._keys = keys

    async def report(
        self, office: str, name: str, key: str, report: Report, done: Iterable[str], now: datetime
    ) -> list[Order]:
        """Keeps a report, and gives the orders that stand; `key` is the name of the device, `done` are ids of orders
        that were carried out. Raises StoreNotReady, ScreenNameTaken, TooManyScreens."""
        bounds = (_ms(GONE_AFTER), _ms(FORGOTTEN_AFTER), _ms(ORDER_LASTS), MOST_OF_AN_OFFICE, MOST_OF_A_KEY)
        text = report.model_dump_json()
        standing = await self._run(self._report, office, _at(now), name, key, text, *bounds, *done)
        return [Order(id=order["id"], order=order["order"]) for order in json.loads(standing)]

    async def order(self, office: str, name: str, kind: OrderKind, now: datetime) -> Order:
        """Orders a screen to do something; an order of the same kind that still stands is that one. Raises
        ScreenGone."""
        bounds = (_ms(GONE_AFTER), _ms(ORDER_LASTS))
        id = await self._run(self._order, office, _at(now), name, secrets.token_hex(8), kind, *bounds)
        return Order(id=id.decode(), order=kind)

    async def orders(self, office: str, name: str, now: datetime) -> list[Order]:
        """The orders of a screen that stand."""
        _, orders, _ = self._keys.screens(office)
        text = await self._connection(office).send("HGET", orders, name)
        earliest = _at(now - ORDER_LASTS)
        return [
            Order(id=order["id"], order=order["order"]) for order in json.loads(text or "[]") if order["at"] > earliest
        ]

    async def forget(self, office: str, name: str) -> None:
        """Takes a screen out of the list, until it reports again."""
        screens, orders, _ = self._keys.screens(office)
        for key in (screens, orders):
            await self._connection(office).send("HDEL", key, name)

    async def of(self, office: str, now: datetime) -> dict[str, Heard]:
        """The office's screens by name."""
        return (await self.of_all([office], now))[office]

    async def of_all(self, offices: Sequence[str], now: datetime) -> dict[str, dict[str, Heard]]:
        """The screens of each of these offices."""
        earliest, deadline = now - FORGOTTEN_AFTER, new_deadline()
        found: dict[str, dict[str, Heard]] = {}
        for office in offices:
            kept = await self._connection(office).send("HGETALL", self._keys.screens(office)[0], deadline=deadline)
            heard = ((name.decode(), _heard(text)) for name, text in zip(kept[::2], kept[1::2], strict=True))
            found[office] = {name: one for name, one in heard if one and one.at > earliest}
        return found

    def _connection(self, office: str) -> PipelinedConnection:
        return self._topology.connection(office)

    async def _run(self, script: str, office: str, *args: str | int) -> Any:
        keys = self._keys.screens(office)
        said, answer = await self._connection(office).send("EVAL", script, len(keys), *keys, *args)
        if said != b"ok":
            raise REFUSALS[answer.decode()]
        return answer


def _heard(text: bytes) -> Heard | None:
    """None for what another version of the service has kept: the screen reports again soon."""
    kept = json.loads(text)
    try:
        report = Report.model_validate_json(kept["report"])
    except ValidationError:
        return None
    return Heard(
        report,
        datetime.fromtimestamp(kept["at"] / 1000, KST),
        _shown(kept["current"]),
        _shown(kept.get("due")),
    )


def _shown(board: Mapping[str, Any] | None) -> Shown | None:
    return Shown(board["epoch"], board["version"]) if board else None


def _at(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _ms(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)
