"""Lobbies: how the screens of offices speak and show."""

import json

from service.domain.lobby import Lobby
from service.domain.office import Office
from service.domain.staff import Actor
from service.store.executor import Executor


class Lobbies:
    """The lobby settings of all offices. Methods raise what `Executor.execute` raises."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def set(self, office: Office, lobby: Lobby, *, by: Actor) -> Lobby:
        """The office's screens follow these settings from now on."""
        # A script can't write an empty list: it leaves out what is empty.
        given = {name: value for name, value in lobby.model_dump().items() if value != ()}
        await self._executor.execute("set_lobby", office.id, json.dumps(given), by=by)
        return lobby
