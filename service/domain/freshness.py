"""How old facts are: said by every board and frame, so that nobody takes old ones for new."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class WithFreshness(BaseModel):
    """What is made at one moment, of facts that were known to be true at another."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    at: datetime = Field(description="When this was made.")
    fresh_at: datetime = Field(description="When the store was last known to say so.")
    stale: bool = Field(description="The store is away: this is how it was at `fresh_at`.")
