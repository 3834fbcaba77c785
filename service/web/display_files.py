"""The files that the lobby board is made of, the build that they are, and the service worker that keeps them.

A lobby screen must show its page before the network is there. So its browser keeps exactly the files of one build, and
the page itself under `SHELL`; `display/service-worker.js` says when they are used.
"""

import json
from functools import lru_cache
from hashlib import sha256

from service.web.browser_files import ROOT, SERVED

PAGE = "display/index.html"

WORKER = "display/service-worker.js"

SHELL = "/display/shell.html"
"""The page without an office: its scripts read the office from the address under which it is shown. (No office can
have this id.)"""

FOLDERS = ("display", "clients/lib")


def display_files() -> list[str]:
    """The addresses of all files that the page may load."""
    return [f"/static/{file}" for file in _files() if file != WORKER]


def display_build(page: str) -> str:
    """Names the page, as it is served, and the files: 16 hexadecimal digits. A page of another build is to be loaded
    anew."""
    stamps = ((ROOT / file).stat() for file in _files())
    return _digest(page, tuple((stamp.st_mtime_ns, stamp.st_size) for stamp in stamps))


def _files() -> list[str]:
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in SERVED)
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


@lru_cache(8)
def _digest(page: str, stamps: tuple[tuple[int, int], ...]) -> str:
    """`stamps`: when each file was changed last, and its size. With others, the files are read again."""
    digest = sha256(page.encode())
    for file in _files():
        content = (ROOT / file).read_bytes()
        digest.update(f"\n{file} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def service_worker(build: str) -> str:
    """The service worker's script, with the build and the files that it keeps."""
    facts = {"BUILD": build, "SHELL": SHELL, "FILES": display_files()}
    constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in facts.items())
    return constants + (ROOT / WORKER).read_text("utf-8")
