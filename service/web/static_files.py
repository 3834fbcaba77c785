"""The files that pages are made of, from `clients/` and `display/`, and Swagger UI's own."""

import json
import os
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from service.web import languages
from service.web.browser_files import ROOT, SERVED


class Files(StaticFiles):
    """The files that pages are made of. Other origins may read them, and browsers revalidate them at each use.

    The pages themselves are served only at their own addresses, with a Content-Security-Policy.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        if Path(path).suffix not in SERVED:
            path = "not-served"
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


class PartsOfLanguages(Files):
    """A language's file with nothing but the keys that a file names.

    The widget is on pages of other sites, which should not have to load the texts of all our pages.
    """

    def __init__(self, keys: str) -> None:
        """`keys`: the path of that file, a JSON list."""
        super().__init__(directory=languages.FOLDER)
        self._keys = ROOT / keys

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        part = self._part(Path(full_path))
        headers = {"ETag": f'"{sha256(part).hexdigest()[:32]}"'}
        response = Response(part, status_code, headers, "application/json")
        unchanged = self.is_not_modified(response.headers, Headers(scope=scope))
        return NotModifiedResponse(response.headers) if unchanged else response

    def _part(self, language_file: Path) -> bytes:
        words = json.loads(language_file.read_bytes())
        keys = json.loads(self._keys.read_bytes())
        return json.dumps({key: words[key] for key in keys}, ensure_ascii=False).encode()


def mounts() -> list[Mount]:
    """`/static/clients`, in it the parts of languages; `/static/display`; Swagger UI's own files for `/docs`."""
    swagger = find_spec("fastapi_offline")
    assert swagger
    assert swagger.origin
    return [
        Mount("/static/clients/widget/lang", PartsOfLanguages("clients/widget/keys.json")),
        Mount("/static/clients/lib/quiet-hours/lang", PartsOfLanguages("clients/lib/quiet-hours/keys.json")),
        Mount("/static/clients", Files(directory=ROOT / "clients")),
        Mount("/static/display", Files(directory=ROOT / "display")),
        Mount("/static/swagger", Files(directory=Path(swagger.origin).parent / "static")),
    ]
