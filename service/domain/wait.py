"""A wait: an estimate with its range, never a bare number."""

from pydantic import BaseModel, ConfigDict, Field


class Wait(BaseModel):
    """Minutes until the call; 80 of 100 calls should come between `low` and `high`."""

    model_config = ConfigDict(frozen=True)

    minutes: int = Field(ge=0)
    low: int = Field(ge=0)
    high: int = Field(ge=0)
