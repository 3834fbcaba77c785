"""The server: how uvicorn serves the application, in this process or in several."""

import ctypes
import gc
import multiprocessing
import os
import signal
from typing import Any

import uvicorn
from fastapi import FastAPI

from service import logs
from service.app import create_app
from service.net.listener import BACKLOG
from service.settings import Settings
from service.web.http_protocol import LimitedHttpProtocol

PR_SET_PDEATHSIG = 1
"""Of prctl(2), Linux: the signal that a process gets when its parent ends."""


def server_config(app: FastAPI | str, settings: Settings, **more: Any) -> uvicorn.Config:
    """How uvicorn serves `app`, or what the import string names."""
    return uvicorn.Config(
        app,
        http=LimitedHttpProtocol,
        # Given here, so that uvicorn's own environment variable for it has no effect.
        forwarded_allow_ips=[entry.strip() for entry in settings.trusted_proxies.split(",")],
        log_config=None,
        access_log=False,
        server_header=False,
        # The socket listens already, but uvicorn calls `listen` once more, with this backlog.
        backlog=BACKLOG,
        timeout_graceful_shutdown=3,
        **more,
    )


def worker() -> FastAPI:
    """`create_app` for a server's process; a worker among several ends with the process that started it."""
    settings = Settings()
    logs.configure(demo=settings.demo)
    if parent := multiprocessing.parent_process():
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent.pid:
            # The parent ended while this worker was starting, and no signal comes for that.
            raise SystemExit(0)
    app = create_app(settings)
    # All objects that were made until now stay, so garbage collections needn't look through them again.
    gc.freeze()
    return app
