"""Lobby settings: how the screens of an office speak and show, as its staff set it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from service.domain.facts import LobbyFacts


def described_pair(item: dict[str, Any]) -> WithJsonSchema:
    """A tuple of two as a list of two: many tools can't read `prefixItems`."""
    return WithJsonSchema({"type": "array", "items": item, "minItems": 2, "maxItems": 2})


Span = Annotated[tuple[str, str], described_pair({"type": "string"})]
"""From and to, such as 12:00 and 13:00."""


class Lobby(BaseModel):
    """How an office's screens speak and show. An office whose staff set nothing has the defaults."""

    # What has a default is in every answer all the same.
    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    languages: tuple[str, ...] = Field(
        default=("ko", "en"), description="The languages that screens show, in this order; BCP 47 tags."
    )
    voice: tuple[str, ...] = Field(
        default=("ko",), description="The languages in which calls are spoken, in this order; none: no voice."
    )
    volume: int = Field(default=80, description="Of chime and voice, 0 to 100.")
    quiet_hours: tuple[Span, ...] = Field(
        default=(), description='When screens make no sound: from and to, in Seoul, such as `["12:00", "13:00"]`.'
    )
    qr: bool = Field(default=True, description="Whether screens show a QR code for following a ticket on the phone.")
    nearby: bool = Field(
        default=True, description="Whether screens say so where another office near by is clearly quicker."
    )

    def facts(self) -> LobbyFacts:
        """The same, as events have it."""
        return LobbyFacts(**self.model_dump())

    @classmethod
    def of(cls, facts: LobbyFacts | None) -> "Lobby":
        """The settings that events tell of; None: the defaults."""
        return cls(**facts.model_dump()) if facts else cls()
