"""The widget's part of a language, which pages of other sites load instead of all texts."""

import json

import pytest

from service.web.languages import languages
from tests.support import ROOT, Running

PART = "/static/clients/widget/lang/{}.json"
WHOLE = "/static/clients/lib/lang/{}.json"


@pytest.mark.parametrize("language", languages())
async def test_the_part_is_what_the_widget_says_and_little_beside_the_whole(service: Running, language: str) -> None:
    keys = json.loads((ROOT / "clients/widget/keys.json").read_text("utf-8"))
    part = await service.http.get(PART.format(language))
    whole = await service.http.get(WHOLE.format(language))
    assert part.json() == {key: whole.json()[key] for key in keys}
    assert len(part.content) < len(whole.content) / 10


async def test_it_is_served_as_other_files_are(service: Running) -> None:
    part = await service.http.get(PART.format("ko"))
    whole = await service.http.get(WHOLE.format("ko"))
    for header in ("content-type", "cache-control", "access-control-allow-origin", "content-security-policy"):
        assert part.headers[header] == whole.headers[header]
    known = {"If-None-Match": part.headers["etag"]}
    again = await service.http.get(PART.format("ko"), headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", part.headers["etag"])
    assert (await service.http.get(PART.format("en"), headers=known)).status_code == 200
    assert (await service.http.head(PART.format("ko"))).headers["content-length"] == str(len(part.content))


@pytest.mark.parametrize("path", [PART.format("xx"), PART.format("../ko")])
async def test_a_language_that_there_is_not_is_not_found(service: Running, path: str) -> None:
    assert (await service.http.get(path)).status_code == 404
