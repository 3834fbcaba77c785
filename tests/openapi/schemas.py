"""Reading the descriptions' schemas."""

from typing import Any


def closed(schema: Any) -> Any:
    """The schema with every object in it closed: a member that isn't described is an error."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    return {"additionalProperties": False, **parts} if "properties" in schema else parts
