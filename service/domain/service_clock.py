"""What time it is for the city's offices: their status and their business day, by one clock that tests move."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from service.domain.hours import business_day
from service.domain.office import City, Office, Status

Clock = Callable[[], datetime]
"""Now, with its UTC offset."""


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """The clock, and the city whose offices open and close by it."""

    find_city: Callable[[], City]
    """The city as it is now."""
    now: Clock
    always_open: bool = False
    """In a demo, offices are open at any hour."""

    @property
    def city(self) -> City:
        """The city as it is now."""
        return self.find_city()

    def now_ms(self) -> int:
        """Now, in epoch milliseconds."""
        return int(self.now().timestamp() * 1000)

    def today(self) -> date:
        """The business day."""
        return business_day(self.now())

    def status(self, office: Office) -> Status:
        """What the office is now."""
        return "open" if self.always_open else self.city.status(office, self.now())
