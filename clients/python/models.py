"""What the service answers, as its OpenAPI description has it.

Unknown members, which a newer service may add, are ignored. Enumerations such as a ticket's `state` are plain strings
for the same reason: a screen that runs for years must not fail because of a value that it doesn't know.
"""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Wait(Model):
    """An estimate, in minutes. `word`: minutes, now, after_closure. `resumes`: when a break ends, as "13:00".

    `served_today`: the probability of being called before the office closes; None where it is nearly sure or unknown.
    """

    minutes: int
    low: int
    high: int
    word: str = "minutes"
    resumes: str | None = None
    provisional: bool = False
    served_today: float | None = None


class Location(Model):
    """Degrees, WGS 84."""

    lat: float
    lon: float


class Counter(Model):
    """A kind of business; `name` by language, `numbers` are the first and last of its band."""

    id: str
    name: dict[str, str]
    online: bool
    numbers: tuple[int, int]


class OfficeWindow(Model):
    """A window, and the counters that it may serve."""

    id: int
    counters: tuple[str, ...]


class Hours(Model):
    """Today's, as "09:00"; `lunch` from and until."""

    open: str
    close: str
    lunch: tuple[str, str] | None


class Office(Model):
    """`kind`: city_hall, passport, dong. `status`: open, lunch, closed, holiday. `revision`: of the city's
    configuration."""

    id: str
    kind: str
    name: dict[str, str]
    address: str | None
    phone: str | None
    location: Location | None
    status: str
    hours: Hours | None
    opens_at: datetime | None
    counters: tuple[Counter, ...]
    windows: tuple[OfficeWindow, ...]
    revision: int


class NearbyOffice(Model):
    """An office in its place among those that give a service. `wait` is None where it can't be said or no number is
    given. `distance_m`: metres in steps of 50, None where a place is not known. `clearly_better`: than every office
    after it."""

    office: str
    wait: Wait | None
    distance_m: int | None
    clearly_better: bool


class Ticket(Model):
    """`state`: waiting, called, held, served, no_show, cancelled, expired. `id` is a secret of its holder."""

    id: str
    office: str
    counter: str
    day: date
    number: int
    state: str
    channel: str
    priority: str
    people: int = 1
    priority_confirmed: bool
    arrived: bool
    ahead: int | None
    wait: Wait | None
    issued_at: datetime
    called_at: datetime | None
    window: int | None
    recalls: int
    turn_passed: bool
    arrive_by: datetime | None


class CounterNow(Model):
    """A counter on the board. `called`, `issued`: the day's last numbers. `ticketing`: open, paused, full, closed.

    `paused_for`: why it is paused, by language; None where nobody said why. `left`: how many numbers it still gives
    today; None where there is no limit. `online`: whether it gives numbers online, open, paused or closed; None where
    it never does.
    """

    id: str
    waiting: int
    called: int | None
    issued: int | None
    ticketing: str
    paused_for: dict[str, str] | None = None
    left: int | None = None
    online: str | None = None
    wait: Wait | None


class WindowNow(Model):
    """A window on the board. `state`: closed, idle, serving."""

    id: int
    state: str
    counter: str | None
    number: int | None


class Call(Model):
    """A number was called to a window; `again`: it was a recall. Announce each `seq` once."""

    seq: int
    number: int
    counter: str
    window: int
    at: datetime
    again: bool


class Lobby(Model):
    """How the screens of an office speak and show. `languages`, `voice`: what they show and speak, in this order.
    `volume`: 0 to 100. `quiet_hours`: when they make no sound, from and to, such as ("12:00", "13:00"). `qr`: whether
    they show a QR code for following a ticket. `nearby`: whether they say so where another office is clearly
    quicker."""

    languages: tuple[str, ...] = ("ko", "en")
    voice: tuple[str, ...] = ("ko",)
    volume: int = 80
    quiet_hours: tuple[tuple[str, str], ...] = ()
    qr: bool = True
    nearby: bool = True


class Aged(Model):
    """How old facts are. `fresh_at`: when they were last known to be true; `stale`: the store is away."""

    at: datetime
    fresh_at: datetime
    stale: bool


class BoardContent(Model):
    """Everything a screen shows of one office; `calls` newest last. `revision`: of the city's configuration. When it is
    another one than the Office's, read the offices again."""

    office: str
    epoch: str
    version: int
    day: date
    status: str
    counters: tuple[CounterNow, ...]
    windows: tuple[WindowNow, ...]
    calls: tuple[Call, ...]
    lobby: Lobby = Lobby()
    revision: int

    def counter(self, id: str) -> CounterNow:
        """KeyError where the office has no such counter."""
        for counter in self.counters:
            if counter.id == id:
                return counter
        raise KeyError(id)


class Board(BoardContent, Aged):
    """A board at one moment."""


class Window(Model):
    """A window as its clerk sees it; `counters` is what it serves now."""

    id: int
    state: str
    counters: tuple[str, ...]
    counter: str | None
    number: int | None
    ticket: Ticket | None


class Pressed(Model):
    """What one press of "next" did; a board of `epoch` with a lower version is from before it."""

    finished: Ticket | None
    called: Ticket | None
    epoch: str
    version: int


class DeskWindow(Window):
    """A window, and whom `next` calls there: the numbers of those who are in the office, in the order of calls."""

    line: tuple[int, ...]


class DeskCounter(Model):
    """How many wait at a counter: `here` in the office, `absent` not yet arrived."""

    id: str
    here: int
    absent: int


class DeskTicket(Model):
    """A ticket in the staff's list: as `Ticket`, without the holder's secret."""

    number: int
    counter: str
    state: str
    channel: str
    priority: str
    people: int = 1
    priority_confirmed: bool
    arrived: bool
    turn_passed: bool
    arrive_by: datetime | None
    issued_at: datetime
    called_at: datetime | None
    window: int | None
    recalls: int


class Desk(Aged):
    """All that the staff of one office work with, at one moment.

    `tickets` are the first of each group; `counters`, `held` and `no_shows` say how many there are.
    """

    office: str
    epoch: str
    version: int
    board: BoardContent
    windows: tuple[DeskWindow, ...]
    counters: tuple[DeskCounter, ...]
    held: int
    no_shows: int
    tickets: tuple[DeskTicket, ...]


class Session(Model):
    """Who signed in; `office` is None for those who belong to every office."""

    user: str
    role: str
    office: str | None
    token: str


class Device(Model):
    """The device that a key belongs to; `office` is None where the key is valid in every office."""

    device: str
    office: str | None
