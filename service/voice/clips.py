"""A folder of clips: `<folder>/<language>/<name>.<wav, ogg or mp3>`, with the names of `clip_set.py`."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tinytag import TinyTag, TinyTagException

from service.voice import clip_set

logger = logging.getLogger(__name__)

MEDIA_TYPES = {".wav": "audio/wav", ".ogg": "audio/ogg", ".mp3": "audio/mpeg"}
MOST_BYTES = 2_000_000
LONGEST_SECONDS = 15.0
"""Of one clip: several times what a phrase takes. A longer one is another recording that got into the folder."""

NEIGHBOURS = r"(?:\.(?:before|after)-\d+(?:-\d+)*)?"
NAME = re.compile(rf"(?:[1-9]\d{{0,3}}|{'|'.join(clip_set.PHRASES['ko'])}){NEIGHBOURS}")


@dataclass(frozen=True, slots=True)
class Clip:
    path: Path
    file: str
    """Its name on the web, which has a hash of its content."""
    seconds: float


def read(folder: Path, language: str) -> dict[str, Clip]:
    """The language's clips by name. What can't be used is left out, and the log says so. Blocks for some 100 ms."""
    return {path.stem: clip for path in _paths(folder, language) if (clip := _clip(path))}


def state(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Another one when a file of the folder has changed, come or gone."""
    found = []
    for language in clip_set.LANGUAGES:
        for path in _paths(folder, language):
            stat = path.stat()
            found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return frozenset(found)


def _paths(folder: Path, language: str) -> Iterator[Path]:
    try:
        paths = sorted((folder / language).iterdir())
    except OSError:
        # No folder of this language, or one that may not be read: it has no clips.
        return
    yield from (path for path in paths if path.suffix.lower() in MEDIA_TYPES and path.is_file())


def _clip(path: Path) -> Clip | None:
    try:
        if not NAME.fullmatch(path.stem):
            raise ValueError("no clip has such a name")
        content = path.read_bytes()
        seconds = TinyTag.get(path).duration or 0
        if not (0 < seconds <= LONGEST_SECONDS and len(content) <= MOST_BYTES):
            raise ValueError(f"a clip has up to {LONGEST_SECONDS:.0f} s and {MOST_BYTES} bytes")
    except (OSError, TinyTagException, ValueError) as error:
        logger.warning("the clip %s is not used: %s", path, error)
        return None
    return Clip(path, sha256(content).hexdigest()[:24] + path.suffix.lower(), round(seconds, 3))
