"""Shared reads: projections that stand at the same place of a log read and parse its next events once."""

from collections.abc import Sequence

from service.store.event_log import EventLog, Logged


class SharedReads:
    """Reads of a log for all projections; `clear()` before each round, so that new events are seen."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._found: dict[tuple[str, str, int], Sequence[Logged]] = {}

    def clear(self) -> None:
        """Forgets what was read."""
        self._found.clear()

    async def read(self, source: str, *, since: str, count: int) -> Sequence[Logged]:
        """As `EventLog.read`; events that came since an earlier read of the round may be missing."""
        key = (source, since, count)
        if key not in self._found:
            self._found[key] = await self._log.read(source, since=since, count=count)
        return self._found[key]
