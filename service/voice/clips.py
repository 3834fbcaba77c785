"""A folder of clips: `<folder>/<language>/<name>.<wav, ogg or mp3>`, named as in `clip_set.py`."""

import logging
from collections.abc import Iterable, Iterator
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


@dataclass(frozen=True, slots=True)
class Clip:
    path: Path
    file: str
    """Its name on the web, which has a hash of its content."""
    seconds: float


def read(folder: Path, language: str, texts: Iterable[str] = ()) -> tuple[dict[str, Clip], dict[str, Clip]]:
    """The language's clips by name, and those of these texts by text. Blocks for some 100 ms.

    What can't be used is left out, and the log says so.
    """
    files = {clip_set.file_of(text): text for text in texts}
    by_name: dict[str, Clip] = {}
    by_text: dict[str, Clip] = {}
    for path in _paths(folder, language):
        if path.stem in files:
            found, key = by_text, files[path.stem]
        elif clip_set.NAME.fullmatch(path.stem):
            found, key = by_name, path.stem
        else:
            logger.warning("the clip %s is not used: nothing that is said has such a name", path)
            continue
        if clip := _clip(path):
            found[key] = clip
    return by_name, by_text


def names(folder: Path, language: str) -> set[str]:
    """The names of the files that there are, without their suffixes."""
    return {path.stem for path in _paths(folder, language)}


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
        content = path.read_bytes()
        seconds = TinyTag.get(path).duration or 0
        if not (0 < seconds <= LONGEST_SECONDS and len(content) <= MOST_BYTES):
            raise ValueError(f"a clip has up to {LONGEST_SECONDS:.0f} s and {MOST_BYTES} bytes")
    except (OSError, TinyTagException, ValueError) as error:
        logger.warning("the clip %s is not used: %s", path, error)
        return None
    return Clip(path, sha256(content).hexdigest()[:24] + path.suffix.lower(), round(seconds, 3))
