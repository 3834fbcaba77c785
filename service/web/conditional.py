"""Conditional requests: whether a client has the current answer already."""


def has_current(if_none_match: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names this entity tag, weak or not."""
    named = if_none_match.split(",") if if_none_match else ()
    return etag in (tag.strip().removeprefix("W/") for tag in named)
