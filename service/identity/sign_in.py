"""Signing in: the steps come in an order that protects the service from overload and accounts from guessing.

First comes the admission queue: verifying takes a core and 64 MiB, so few passwords are verified at a time, and
addresses take turns. Then the throttle counts the attempt in the store, so that guesses sent together count as if they
had come one after another. Only then the password is verified; for a right one the throttle forgives the attempt. The
queue comes first so that invented users can't fill the store with keys faster than passwords are verified.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from service.domain.errors import StoreUnavailable
from service.identity.accounts import Account
from service.identity.admission_queue import AdmissionQueue, Caller, CallerGone
from service.identity.current_credentials import CurrentCredentials
from service.identity.sign_in_throttle import SignInThrottle


class Client(Protocol):
    """Whoever waits for the answer."""

    async def is_disconnected(self) -> bool:
        """Whether it has hung up."""

    async def disconnected(self) -> None:
        """Returns when it has hung up."""


class SignIn:
    """`account = await sign_in.verify(...)`."""

    def __init__(
        self,
        queue: AdmissionQueue,
        throttle: SignInThrottle | None,
        credentials: CurrentCredentials,
        is_store_ready: Callable[[], bool],
    ) -> None:
        """Where `throttle` is None no attempt is counted."""
        self._queue = queue
        self._throttle = throttle
        self._credentials = credentials
        self._is_store_ready = is_store_ready

    async def verify(
        self, client: Client, user: str, password: str, *, address: str, browser: str | None
    ) -> Account | None:
        """The user's account, None if there is none or the password is wrong; `browser` names a known one.

        Raises TooManyAttempts, WeakPassword, Unavailable, and CallerGone for a client that has hung up.
        """
        caller = Caller(address) if browser is None else Caller(f"{user}\0{browser}", known=True)
        async with self._queue.admit(caller, client.disconnected):
            if not self._is_store_ready():
                # Otherwise everyone in the queue would wait here for the store, two at a time.
                raise StoreUnavailable
            attempt = await self._throttle.count(user, address, browser) if self._throttle else None
            gone = await client.is_disconnected()
            verify = self._credentials.now.accounts.verify
            account = None if gone else await asyncio.to_thread(verify, user, password)
            if self._throttle and attempt and (gone or account):
                await self._throttle.forgive(attempt)
        if gone:
            raise CallerGone
        return account
