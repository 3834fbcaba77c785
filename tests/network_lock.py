"""Keeps changes of this machine's network away from the browsers of tests, also those of other processes.

Chromium gives up every request that is under way when an address of the machine comes or goes (ERR_NETWORK_CHANGED).
Network namespaces bring such changes.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

_FOLDER = Path(tempfile.gettempdir())
_TURN = _FOLDER / f"sunbeon-network-turn.{os.getuid()}"
"""Held for a moment by everyone who comes, and by who wants to change something until they may: so that the browsers of
other processes, which come one after another, let them in."""
_USE = _FOLDER / f"sunbeon-network-use.{os.getuid()}"

_mine = 0
"""Browsers of this process. Another one needs no turn: who waits for the first one would wait for ever."""
_counting = Lock()


@contextmanager
def unchanged() -> Iterator[None]:
    """Meanwhile the machine's network does not change."""
    global _mine
    with _USE.open("w") as use:
        with _counting:
            if _mine == 0:
                with _TURN.open("w") as turn:
                    fcntl.flock(turn, fcntl.LOCK_EX)
                    fcntl.flock(use, fcntl.LOCK_SH)
            else:
                fcntl.flock(use, fcntl.LOCK_SH)
            _mine += 1
        try:
            yield
        finally:
            with _counting:
                _mine -= 1


@contextmanager
def changing() -> Iterator[None]:
    """Meanwhile no test has a browser, and nobody else changes the network."""
    with _USE.open("w") as use:
        with _TURN.open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            fcntl.flock(use, fcntl.LOCK_EX)
        yield
