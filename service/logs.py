"""One JSON line an event, on standard output."""

import asyncio
import logging
import logging.config
from typing import TextIO

FORMAT = "%(levelname)s %(name)s %(message)s"


class Lines(logging.StreamHandler[TextIO]):
    """Writes what one turn of the event loop has logged at once: one system call for many requests."""

    _due = False

    def flush(self) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            super().flush()
        else:
            if not self._due:
                self._due = True
                loop.call_soon(self._write)

    def _write(self) -> None:
        self._due = False
        super().flush()


LIFE = "/api/v1/demo/life"
"""The route of a demo's switch."""


def is_news(record: logging.LogRecord) -> bool:
    """Leaves out successful reads of a demo's switch, which the life and the banners make every other second."""
    seen = [getattr(record, name, None) for name in ("route", "method", "status")]
    return seen != [LIFE, "GET", 200]


def configure(*, demo: bool) -> None:
    """Sends the lines of every logger to standard output, uvicorn's and redis-py's too. In a demo, each line says
    so."""
    # No line names its thread, process, task or source line, so logging need not look for them.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # as the logging module's "Optimization" says
    extra = {"demo": True} if demo else {}
    filters = [is_news] if demo else []
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": "pythonjsonlogger.orjson.OrjsonFormatter",
                    "fmt": FORMAT,
                    "timestamp": "at",
                    "static_fields": extra,
                    "rename_fields": {"levelname": "level", "name": "logger"},
                }
            },
            "handlers": {"out": {"()": Lines, "stream": "ext://sys.stdout", "formatter": "json", "filters": filters}},
            "root": {"level": "INFO", "handlers": ["out"]},
            "loggers": {
                # uvicorn's own lines about requests and sockets contain paths, and so ticket ids; ours name the route.
                "uvicorn.access": {"level": "CRITICAL"},
                "uvicorn.error": {"level": "WARNING"},
                "asyncio": {"level": "WARNING"},
                "alembic": {"level": "WARNING"},
            },
        }
    )
