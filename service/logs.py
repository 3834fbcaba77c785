"""One JSON line an event, on standard output."""

import logging
import logging.config

FORMAT = "%(levelname)s %(name)s %(message)s"


def configure(*, demo: bool) -> None:
    """Sends every logger's lines there, uvicorn's and redis-py's too; in a demo each says so."""
    extra = {"demo": True} if demo else {}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": "pythonjsonlogger.json.JsonFormatter",
                    "fmt": FORMAT,
                    "timestamp": "at",
                    "static_fields": extra,
                    "json_ensure_ascii": False,
                    "rename_fields": {"levelname": "level", "name": "logger"},
                }
            },
            "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
            "root": {"level": "INFO", "handlers": ["out"]},
            "loggers": {
                # uvicorn's own lines on requests and sockets hold paths, and so ticket ids; ours name the route.
                "uvicorn.access": {"level": "CRITICAL"},
                "uvicorn.error": {"level": "WARNING"},
                "asyncio": {"level": "WARNING"},
            },
        }
    )
