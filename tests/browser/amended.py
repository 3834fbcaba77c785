"""A page to which the service says what a test adds: boards, tickets and staff views of a real service, amended."""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.async_api import Page, Route, WebSocketRoute

Change = Callable[[dict[str, Any]], None]
"""Changes a frame, or an answer, in place: what is in it says which it is."""


async def amend(page: Page, change: Change) -> None:
    """Changes what sockets say to the page from now on, and what the service answers about tickets."""

    def connect(socket: WebSocketRoute) -> None:
        service = socket.connect_to_server()
        service.on_message(lambda message: socket.send(_changed(message, change)))

    async def answer(route: Route) -> None:
        answered = await route.fetch()
        body = await answered.text()
        await route.fulfill(response=answered, body=_changed(body, change) if answered.ok else body)

    await page.route_web_socket(re.compile(r"/api/v1/.*live"), connect)
    await page.route(re.compile(r"/api/v1/(.*/)?tickets(/[^/]+)?$"), answer)


def _changed(message: str | bytes, change: Change) -> str:
    facts = json.loads(message)
    change(facts)
    return json.dumps(facts)


def waiting(*waits: dict[str, Any] | None) -> Change:
    """Each counter of each board, in its order, has one of these waits; and each ticket the first of them."""

    def change(facts: dict[str, Any]) -> None:
        board = facts.get("board", facts)
        for i, counter in enumerate(board.get("counters", [])):
            if "ticketing" in counter:
                counter["wait"] = waits[i % len(waits)]
        if "ahead" in facts:
            facts["wait"] = waits[0]

    return change
