"""The fast path of a board answers as the board's own route does, and leaves everything else to FastAPI."""

from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from service.domain.errors import StoreUnavailable
from service.web.board_fast_path import BoardFastPath
from tests.support import Running, running

BOARD = "/api/v1/offices/passport/board"
ROUTE = "/api/v1/offices/{office}/board"


def seen(answer: httpx.Response) -> tuple[int, dict[str, str], Any]:
    """All that a caller sees, without the times that differ from one request to the next."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}
    body = answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in ("at", "fresh_at")}
    return answer.status_code, headers, body


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", BOARD, {}),
        ("GET", BOARD, {"If-None-Match": "{etag}"}),
        ("GET", BOARD, {"If-None-Match": 'W/{etag}, "another"'}),
        ("GET", BOARD, {"If-None-Match": '"another"'}),
        ("GET", f"{BOARD}?a=query", {}),
        ("GET", "/api/v1/offices/nowhere/board", {}),
        ("GET", f"{BOARD}/", {}),
        ("POST", BOARD, {}),
        ("OPTIONS", BOARD, {"Origin": "https://example.kr", "Access-Control-Request-Method": "GET"}),
    ],
)
async def test_it_answers_as_the_route_does(
    service: Running, method: str, path: str, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = (await service.http.get(BOARD)).headers["etag"]
    given = {name: value.replace("{etag}", etag) for name, value in headers.items()}
    fast = seen(await service.http.request(method, path, headers=given))

    async def always_on(self: BoardFastPath, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)

    monkeypatch.setattr(BoardFastPath, "__call__", always_on)
    assert fast == seen(await service.http.request(method, path, headers=given))


class Forgetful(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        pass


async def test_a_store_that_is_away_is_the_same_problem(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(store_url, stale_board_seconds=0) as service:

        async def away(*_: object) -> None:
            raise StoreUnavailable

        context = service.app.state.context
        monkeypatch.setattr(context.boards, "current", away)
        # The relay may still read.
        monkeypatch.setattr(context.board_cache, "_boards", Forgetful())
        answer = await service.http.get(BOARD)
        assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
        assert answer.headers["content-type"] == "application/problem+json"
        assert "retry-after" in answer.headers


async def test_its_answers_are_counted_as_the_routes(service: Running) -> None:
    labels = {"method": "GET", "route": ROUTE, "status": "200"}
    before = REGISTRY.get_sample_value("sunbeon_http_requests_total", labels) or 0
    await service.http.get(BOARD)
    assert REGISTRY.get_sample_value("sunbeon_http_requests_total", labels) == before + 1
