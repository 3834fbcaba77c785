"""A client of the Sunbeon API: typed, asynchronous, with retries when the network fails.

    async with Client("http://127.0.0.1:8000") as client:
        ticket = await client.issue("passport", "apply")          # online; Kiosk(client, key) gives walk-in numbers
        async for board in client.watch("passport"):
            print([(call.number, call.window) for call in board.calls])

`Kiosk` issues tickets, `Holder` has one, `Clerk` calls them. A refusal raises `Problem`, a service that can't be
reached `Unreachable`, a live line that must not be opened again `LineClosed`; all of them are `ClientError`.

Imports are relative and nothing but httpx, pydantic and websockets is needed (rich for the replay), so the folder
installs by itself: `pip install clients/python` gives `sunbeon_client`.
"""

from .clerk import Clerk
from .client import Client
from .errors import ClientError, LineClosed, Problem, Unreachable
from .holder import Holder
from .kiosk import Kiosk
from .models import (
    Board,
    Call,
    Counter,
    CounterNow,
    Desk,
    Lobby,
    NearbyOffice,
    Office,
    Pressed,
    Session,
    Ticket,
    Wait,
    Window,
    WindowNow,
)
from .quiet_hours import QuietHours

__all__ = [
    "Board",
    "Call",
    "Clerk",
    "Client",
    "ClientError",
    "Counter",
    "CounterNow",
    "Desk",
    "Holder",
    "Kiosk",
    "LineClosed",
    "Lobby",
    "NearbyOffice",
    "Office",
    "Pressed",
    "Problem",
    "QuietHours",
    "Session",
    "Ticket",
    "Unreachable",
    "Wait",
    "Window",
    "WindowNow",
]
