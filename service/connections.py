"""The connections of this process: how many it takes, of whom, and which one goes when there is no room for another.

A connection is known by its transport, which a request's protocol and a WebSocket's share.
"""

import asyncio
import logging
import resource
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable

from prometheus_client import Counter as Metric
from prometheus_client import Gauge

from service.domain.errors import SunbeonError
from service.domain.request_errors import ConnectionsFull, TooManyConnections

logger = logging.getLogger(__name__)

OPEN = Gauge("sunbeon_connections", "Open connections, those of WebSockets included.", multiprocess_mode="livesum")
ENDED = Metric(
    "sunbeon_connections_ended_total",
    "Connections ended for want of room: idle ones to make some, or new ones where none was idle.",
    ["which", "limit"],
)

RESERVED_DESCRIPTORS = 64
"""Descriptors that are left to the store, to files that are being sent, to the log and the event loop."""

TURNED_AWAY = 16
"""New connections beyond the limit that may be reading why at a time."""

SUMMARY_SECONDS = 1.0
"""How often the log says the same again, with counts."""


def raise_descriptor_limit() -> None:
    """Lets this process and its children have as many descriptors as the system allows them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def affordable(wanted: int) -> int:
    """How many of the `wanted` connections this process has descriptors for; that they are fewer is logged."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptors == resource.RLIM_INFINITY:
        return wanted
    most = max(1, min(wanted, descriptors - RESERVED_DESCRIPTORS - TURNED_AWAY))
    if most < wanted:
        logger.warning("fewer connections", extra={"wanted": wanted, "most": most, "descriptors": descriptors})
    return most


class Connections:
    """Counts each connection from its beginning to its end. Those in `_spare` end where another one needs the room."""

    def __init__(self, most: int, per_address: int, address_of: Callable[[str | None], str]) -> None:
        """`address_of` a host: what it counts under, empty where it counts in the total only."""
        self._most = most
        self._per_address = per_address
        self._address_of = address_of
        self._held: dict[asyncio.WriteTransport, str] = {}
        self._by_address: dict[str, dict[asyncio.WriteTransport, None]] = {}
        # The longest spare first. (In a plain dict the first key is slow to find once many before it were removed.)
        self._spare: OrderedDict[asyncio.WriteTransport, None] = OrderedDict()
        self._turned_away: OrderedDict[asyncio.WriteTransport, None] = OrderedDict()
        self._limits = {
            "total": Summary("connections full"),
            "address": Summary("too many connections from one address"),
        }

    def enter(self, transport: asyncio.WriteTransport, host: str | None) -> SunbeonError | None:
        """Takes a new connection, which is spare until it is `busy`; or says why it must end. `left` follows either."""
        OPEN.inc()
        address = self._address_of(host)
        refusal = self._refusal(address)
        if refusal:
            self._turned_away[transport] = None
            if len(self._turned_away) > TURNED_AWAY:
                self._turned_away.popitem(last=False)[0].abort()
        else:
            self._held[transport] = address
            self._spare[transport] = None
            if address:
                self._by_address.setdefault(address, {})[transport] = None
        return refusal

    def busy(self, transport: asyncio.WriteTransport) -> None:
        """It has begun to ask for something, and isn't ended for another's sake."""
        self._spare.pop(transport, None)

    def idle(self, transport: asyncio.WriteTransport) -> None:
        """Nothing is under way on it: it is spare, and the last to go."""
        if transport in self._held:
            self._spare[transport] = None

    def ending(self, transport: asyncio.WriteTransport) -> None:
        """It was told to go, and only reads why: it is spare, and the first to go."""
        if transport in self._held:
            self._spare[transport] = None
            self._spare.move_to_end(transport, last=False)

    def left(self, transport: asyncio.WriteTransport) -> None:
        """It is closed."""
        OPEN.dec()
        self._turned_away.pop(transport, None)
        self._let_go(transport)

    def _let_go(self, transport: asyncio.WriteTransport) -> None:
        address = self._held.pop(transport, "")
        self._spare.pop(transport, None)
        if address:
            own = self._by_address[address]
            del own[transport]
            if not own:
                del self._by_address[address]

    def _refusal(self, address: str) -> SunbeonError | None:
        """Makes room for one more of `address`, or says why there is none."""
        own = self._by_address.get(address, {})
        own_spare = filter(self._spare.__contains__, own)
        if len(own) >= self._per_address and not self._ended_one(own_spare, "address"):
            return TooManyConnections()
        if len(self._held) >= self._most and not self._ended_one(self._spare, "total"):
            return ConnectionsFull()
        return None

    def _ended_one(self, spare: Iterable[asyncio.WriteTransport], limit: str) -> bool:
        """Ends the first of these that owes its peer nothing, if there is one; and notes what happens."""
        found = next((transport for transport in spare if not transport.get_write_buffer_size()), None)
        which = "idle" if found else "new"
        ENDED.labels(which, limit).inc()
        self._limits[limit].add(which, connections=len(self._held))
        if found is None:
            return False
        self._let_go(found)
        found.abort()
        return True


class Summary:
    """A line in the log when something begins, and one a second with counts while it goes on."""

    def __init__(self, message: str) -> None:
        self._message = message
        self._counts: Counter[str] = Counter()
        self._facts: dict[str, int] = {}
        self._waiting = False

    def add(self, what: str, **facts: int) -> None:
        """One more of `what`; with the latest facts."""
        self._counts[what] += 1
        self._facts = facts
        if not self._waiting:
            self._write()

    def _write(self) -> None:
        self._waiting = bool(self._counts)
        if self._waiting:
            logger.warning(self._message, extra={**self._counts, **self._facts})
            self._counts.clear()
            asyncio.get_running_loop().call_later(SUMMARY_SECONDS, self._write)
