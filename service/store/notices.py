"""Notices: the lines that an office shows on its screens."""

import json
from collections.abc import Sequence

from service.domain.board import Notice
from service.domain.office import Office
from service.domain.staff import Actor
from service.store.executor import Executor


class Notices:
    """The notices of all offices. Methods raise what `Executor.execute` raises."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    async def set(self, office: Office, notices: Sequence[Notice], *, by: Actor) -> list[Notice]:
        """The office shows these lines, and no other ones. Returns those that stand: one whose time is over does
        not."""
        given = [
            {"ko": notice.ko, "en": notice.en}
            | ({"until": int(notice.until.timestamp() * 1000)} if notice.until else {})
            for notice in notices
        ]
        text = json.dumps(given, ensure_ascii=False)
        _, (stand,) = await self._executor.execute("set_notices", office.id, text, by=by)
        return [Notice.of(**notice) for notice in json.loads(stand)]
