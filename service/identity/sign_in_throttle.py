"""The sign-in throttle: attempts are counted in the store by every process, each before its password is verified.

A browser that has signed in as the user before is counted by itself, so that others' guesses never keep it out. From
unknown browsers, a user's first failures cause no delay; then attempts are spaced, further apart with each failure.
This can't lock the user out, because every refused caller gets a turn of their own within a minute. The failures of one
address, for all users together, have a limit too.
"""

from importlib.resources import files
from typing import Any, NamedTuple

from service.domain.errors import TooManyAttempts
from service.domain.service_clock import Clock
from service.store.driver.topology import Topology
from service.store.keys import Keys
from service.store.seal import Seal

WINDOW_MS = 5 * 60_000
"""The window in which the failures of an address, and of a known browser, are counted."""

FORGET_MS = 15 * 60_000
"""Without a failure for so long, a user's are forgotten."""

MAX_PROMISED_TURNS = 1000
"""Turns that are promised for one user at the same time: more than can be verified in a minute."""


class Attempt(NamedTuple):
    """One that was counted."""

    keys: list[str]
    counted: bytes
    """Where it was counted: `browser` or `user`."""
    address_counts: int


class SignInThrottle:
    """`attempt = await throttle.count(...)` before the password is verified; `forgive(attempt)` when it was right."""

    def __init__(
        self,
        topology: Topology,
        keys: Keys,
        seal: Seal,
        clock: Clock,
        *,
        free: int,
        of_address: int,
        longest_delay: float,
    ) -> None:
        """`free`: failures of a user, or of a known browser, that delay nothing; `of_address`: failures that an address
        may have in the window; `longest_delay`, in seconds, between attempts of unknown browsers at one user."""
        folder = files("service.store") / "lua/sign_in"
        self._count, self._forgive = ((folder / name).read_text() for name in ("count.lua", "forgive.lua"))
        self._topology = topology
        self._keys = keys
        self._seal = seal
        self._clock = clock
        self._free = free
        self._of_address = of_address
        self._longest_ms = int(longest_delay * 1000)

    async def count(self, user: str, address: str, browser: str | None) -> Attempt:
        """Counts one attempt. `address` NOBODY isn't limited; `browser` names a known one of this user's.

        Raises TooManyAttempts, with the time until the caller's turn, and what `ReplicatedWriter.send` does.
        """
        keys = self._keys.attempts(
            self._seal.of("user", user),
            self._seal.of("address", address),
            self._seal.of("browser", user, browser or ""),
        )
        address_counts = int(bool(address))
        counted, wait_ms = await self._run(
            self._count,
            keys,
            int(self._clock().timestamp() * 1000),
            self._seal.of("turn", user, browser or address),
            address_counts,
            int(browser is not None),
            self._free,
            self._of_address,
            WINDOW_MS,
            FORGET_MS,
            self._longest_ms,
            MAX_PROMISED_TURNS,
        )
        if counted == b"refused":
            raise TooManyAttempts(retry_after=wait_ms / 1000)
        return Attempt(keys, counted, address_counts)

    async def forgive(self, attempt: Attempt) -> None:
        """The attempt counts no more: the password was right, or was not verified."""
        await self._run(self._forgive, attempt.keys, attempt.counted, attempt.address_counts)

    async def _run(self, script: str, keys: list[str], *args: str | int | bytes) -> Any:
        # The whole script is sent each time, so that no store needs to have it. Beside a verification, the cost is
        # small.
        return await self._topology.writer(keys[0]).send("EVAL", script, len(keys), *keys, *args)
