"""The projections that the service runs."""

from service.domain.service_clock import ServiceClock
from service.projections.audit import Audit
from service.projections.history import History
from service.projections.hourly import Hourly
from service.projections.projection import Projection
from service.projections.wait import Waits
from service.store.wait_models import WaitModels

PROJECTIONS: tuple[type[Projection], ...] = (History, Audit, Hourly, Waits)
"""All of them. A new projection is added here, and to `all_projections`."""


def all_projections(clock: ServiceClock, models: WaitModels) -> list[Projection]:
    """One of each. `clock` knows the city as it is now; `models` is where waits are published."""
    return [History(), Audit(), Hourly(), Waits(clock, models)]
