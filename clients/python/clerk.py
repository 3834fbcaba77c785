"""What a clerk does at the windows of an office."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Self

from .client import Client, new_key
from .live import newest
from .models import CounterNow, Desk, Lobby, Pressed, Session, Ticket, Window


class Clerk:
    """A member of staff who signed in.

    Moves name the number that the clerk sees at the window. If another number is there by now, nothing moves, and
    Problem `window_changed` has the present window in `data["window"]`. So a repeated move is never done twice.
    """

    def __init__(self, client: Client, session: Session, office: str) -> None:
        self.session = session
        self.office = office
        self._client = client

    @classmethod
    async def sign_in(cls, client: Client, user: str, password: str, *, office: str | None = None) -> Self:
        """Staff who belong to every office name the `office` that they work in. ValueError if there is none."""
        answer = await client.send("POST", "session", body={"user": user, "password": password})
        session = Session.model_validate(answer)
        works_in = office or session.office
        if works_in is None:
            raise ValueError(f"{user} belongs to every office: name one")
        return cls(client, session, works_in)

    async def sign_out(self) -> None:
        """Ends the session."""
        await self._client.send("DELETE", "session", token=self.session.token)

    async def open(self, window: int, counters: Sequence[str] | None = None) -> Window:
        """Sits down at the window, for these counters; for all that it may serve where none are named."""
        return Window.model_validate(await self._post(window, "open", {"counters": counters and list(counters)}))

    async def close(self, window: int) -> Window:
        """Leaves the window. Raises Problem `window_busy` while someone is at it."""
        return Window.model_validate(await self._post(window, "close"))

    async def next(self, window: int, finished: int | None, *, key: str | None = None) -> Pressed:
        """Finishes number `finished`, None for nobody, and calls the next. `key` as in `Client.issue`."""
        return Pressed.model_validate(await self._post(window, "next", {"finished": finished}, key))

    async def recall(self, window: int, number: int, *, key: str | None = None) -> Ticket:
        """Calls who is at the window once more. `key` as in `Client.issue`."""
        return Ticket.model_validate(await self._post(window, "recall", {"number": number}, key))

    async def finish(self, window: int, number: int) -> Ticket:
        """The number is served; nobody is called."""
        return Ticket.model_validate(await self._post(window, "finish", {"number": number}))

    async def hold(self, window: int, number: int) -> Ticket:
        """Sets the number aside; `call` takes it back."""
        return Ticket.model_validate(await self._post(window, "hold", {"number": number}))

    async def no_show(self, window: int, number: int) -> Ticket:
        """The number's holder did not come; `call` takes it back."""
        return Ticket.model_validate(await self._post(window, "no-show", {"number": number}))

    async def transfer(self, window: int, number: int, counter: str) -> Ticket:
        """The number waits for another counter, with its seniority."""
        return Ticket.model_validate(await self._post(window, "transfer", {"number": number, "counter": counter}))

    async def call(self, window: int, number: int) -> Ticket:
        """Calls a waiting, held or no-show number to the window, which must be idle."""
        return Ticket.model_validate(await self._post(window, "call", {"number": number}))

    async def pause(
        self, counter: str, *, only_online: bool = False, reason: Mapping[str, str] | None = None
    ) -> CounterNow:
        """The counter gives no numbers, or none online, until `resume` with the same `only_online`. `reason`: what
        people are told of why, as {"ko": …, "en": …}; a pause of online numbers has none."""
        return await self._ticketing(counter, "pause", only_online, reason)

    async def resume(self, counter: str, *, only_online: bool = False) -> CounterNow:
        """The counter gives numbers again, or numbers online."""
        return await self._ticketing(counter, "resume", only_online)

    async def limit(self, counter: str, more: int | None) -> CounterNow:
        """The counter gives so many `more` numbers today; None: as many as it has."""
        return await self._of_counter(counter, "limit", {"more": more})

    async def lobby(self) -> Lobby:
        """How the office's screens speak and show."""
        path = ("offices", self.office, "lobby")
        return Lobby.model_validate(await self._client.send("GET", *path, token=self.session.token))

    async def set_lobby(self, lobby: Lobby) -> Lobby:
        """The office's screens speak and show like this from now on."""
        path, body = ("offices", self.office, "lobby"), lobby.model_dump(mode="json")
        return Lobby.model_validate(await self._client.send("PUT", *path, body=body, token=self.session.token))

    def watch(self) -> AsyncGenerator[Desk]:
        """All that the office's staff work with, at once and whenever it changes; otherwise as `Client.watch`."""
        return newest(self._client.socket_url("offices", self.office, "desk", "live"), Desk, token=self.session.token)

    async def _post(self, window: int, move: str, body: Any = None, key: str | None = None) -> Any:
        path = ("offices", self.office, "windows", window, move)
        return await self._client.send("POST", *path, body=body, token=self.session.token, key=key or new_key())

    async def _ticketing(
        self, counter: str, move: str, only_online: bool, reason: Mapping[str, str] | None = None
    ) -> CounterNow:
        body = {"channel": "online"} if only_online else {"reason": dict(reason)} if reason else None
        return await self._of_counter(counter, move, body)

    async def _of_counter(self, counter: str, move: str, body: Any) -> CounterNow:
        path = ("offices", self.office, "counters", counter, move)
        answer = await self._client.send("POST", *path, body=body, token=self.session.token, key=new_key())
        return CounterNow.model_validate(answer)
