"""The parts of the service that a request can use: built once by `create_app`, and passed to every route."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.types import Scope

from service.directory.editor import Editor
from service.directory.registry import Directory
from service.domain.office import City, Counter, Office
from service.domain.service_clock import ServiceClock
from service.identity.current_credentials import CurrentCredentials
from service.identity.known_browsers import KnownBrowsers
from service.identity.refusals import RefusalCounter
from service.identity.sessions import Sessions
from service.identity.sign_in import SignIn
from service.live.board_cache import BoardCache
from service.live.board_reader import BoardReader
from service.live.connection_limiter import ConnectionLimiter
from service.live.hub import Hub
from service.live.relay import Relay
from service.net.client_addresses import ClientAddresses
from service.reports.quiet_hours import QuietHoursReader
from service.reports.wait_quality import WaitQualityReader
from service.settings import Settings
from service.store.counters import Counters
from service.store.event_log import EventLog
from service.store.lobbies import Lobbies
from service.store.notices import Notices
from service.store.screens import Screens
from service.store.tickets import Tickets
from service.store.windows import Windows
from service.voice.library import Library
from service.web.csrf import CsrfProtection

API = "/api/v1"
"""The beginning of every call's and socket's path."""


@dataclass(frozen=True, slots=True)
class Context:
    settings: Settings
    directory: Directory
    editor: Editor
    tickets: Tickets
    windows: Windows
    counters: Counters
    notices: Notices
    lobbies: Lobbies
    screens: Screens
    boards: BoardReader
    board_cache: BoardCache
    clock: ServiceClock
    sessions: Sessions
    credentials: CurrentCredentials
    csrf: CsrfProtection
    sign_in: SignIn
    browsers: KnownBrowsers
    addresses: ClientAddresses
    hub: Hub
    relay: Relay
    limiter: ConnectionLimiter
    log: EventLog
    refusals: RefusalCounter
    voice: Library
    quiet_hours: QuietHoursReader
    wait_quality: WaitQualityReader

    @property
    def city(self) -> City:
        """The city as it is now."""
        return self.directory.city


async def find_context(connection: HTTPConnection) -> Context:
    """The running service's parts."""
    found: Context = connection.app.state.context
    return found


InContext = Annotated[Context, Depends(find_context)]


def address_of(scope: Scope, context: Context) -> str:
    """The address that the caller counts under, NOBODY where it counts in totals only."""
    return context.addresses.of(scope["client"][0] if scope["client"] else None)


async def _office(office: str, context: InContext) -> Office:
    return context.city.office(office)


TheOffice = Annotated[Office, Depends(_office)]
"""The office that the path names; raises UnknownOffice."""


async def _counter(counter: str, office: TheOffice) -> Counter:
    return office.counter(counter)


TheCounter = Annotated[Counter, Depends(_counter)]
"""The counter that the path names; raises UnknownCounter."""
