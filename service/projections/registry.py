"""The projections that the service runs."""

from service.projections.audit import Audit
from service.projections.history import History
from service.projections.hourly import Hourly
from service.projections.projection import Projection


def all_projections() -> list[Projection]:
    """One of each. A new projection is added here."""
    return [History(), Audit(), Hourly()]
