"""The clips that screens can have now: an operator's recordings, and what the synthesizer says where they have none."""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from service.voice import clip_set, clips, maker, synthesizer
from service.voice.clips import Clip

logger = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
"""Where service/ lies: the checkout, or site-packages."""

LOOK_SECONDS = 60.0
"""How often it looks for other recordings, and for a synthesizer that was installed meanwhile."""

State = Literal["ready", "preparing", "missing"]
Source = Literal["recorded", "synthesized", "mixed"]


@dataclass(frozen=True, slots=True)
class LanguageClips:
    source: Source
    clips: Mapping[str, Clip]
    missing: frozenset[str]
    """What is lacking for every number to be said."""


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """What there is at one moment."""

    state: State = "preparing"
    """Whether all can be said; or some of it is being made; or neither."""
    languages: Mapping[str, LanguageClips] = field(default_factory=dict)
    files: Mapping[str, Clip] = field(default_factory=dict)
    """Clips by their names on the web."""


def put_together(recorded: Mapping[str, Clip], made: Mapping[str, Clip], language: str) -> LanguageClips | None:
    """One language's clips, None where there are none.

    Recordings come first. Where there are any, the synthesizer adds only what a person would have recorded too: the
    rest of its clips would speak instead of the recordings, because browsers take the longest ones.
    """
    if not recorded:
        missing = clip_set.missing(language, made)
        return LanguageClips("synthesized", made, frozenset(missing)) if made else None
    added = {name: made[name] for name in clip_set.missing(language, recorded) if name in made}
    together = {**recorded, **added}
    missing = clip_set.missing(language, together)
    return LanguageClips("mixed" if added else "recorded", together, frozenset(missing))


class Library:
    """`shelf` is what there is now; `run()` is a task that lasts as long as the service."""

    def __init__(self, data_dir: Path, recordings: Path | None, *, synthesize: bool) -> None:
        """`recordings`: the operator's folder. `synthesize`: whether clips are made, in `data_dir`/voice."""
        self._folder = data_dir / "voice"
        self._recordings = recordings
        self._synthesize = synthesize
        self._known: object = None
        self.shelf = Shelf()

    async def run(self) -> None:
        """Reads and makes clips, and looks again from time to time, for ever."""
        while True:
            try:
                await self._look()
            except (synthesizer.SynthesizerError, OSError) as error:
                # A voice that can't be made is no reason to end anything: screens say that it is missing.
                if self._known != str(error):
                    logger.warning("no voice: %s", error)
                self._known = str(error)
                self.shelf = await asyncio.to_thread(self._read, None, False)
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        version = await asyncio.to_thread(synthesizer.version) if self._synthesize else None
        folder = self._folder / maker.fingerprint(version) if version else None
        found = (folder, await asyncio.to_thread(clips.state, self._recordings) if self._recordings else None)
        if found == self._known:
            return
        if folder and not folder.exists():
            self.shelf = await asyncio.to_thread(self._read, None, True)
            if self.shelf.state == "preparing":
                await self._make(folder)
        self.shelf = await asyncio.to_thread(self._read, folder, False)
        self._known = found
        if self.shelf.state == "missing" and self._synthesize and not version:
            logger.warning("no voice: %s is not installed", synthesizer.PROGRAM)
        for language, has in self.shelf.languages.items():
            logger.info("voice: %s %s, %d clips", language, has.source, len(has.clips))

    def _read(self, made: Path | None, preparing: bool) -> Shelf:
        """`made`: the synthesized clips' folder. `preparing`: whether what is missing is about to be made."""
        languages = {}
        for language in clip_set.LANGUAGES:
            recorded = clips.read(self._recordings, language) if self._recordings else {}
            together = put_together(recorded, clips.read(made, language) if made else {}, language)
            if together:
                languages[language] = together
        complete = len(languages) == len(clip_set.LANGUAGES) and not any(has.missing for has in languages.values())
        files = {clip.file: clip for has in languages.values() for clip in has.clips.values()}
        return Shelf("ready" if complete else "preparing" if preparing else "missing", languages, files)

    async def _make(self, folder: Path) -> None:
        """Has another process make the clips. Raises SynthesizerError. The process ends with this task."""
        command = [sys.executable, "-m", maker.__name__, str(folder)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        making = await asyncio.create_subprocess_exec(
            *command, env=environment, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            _, said = await making.communicate()
        finally:
            with suppress(ProcessLookupError):
                making.kill()
            await making.wait()
        if making.returncode:
            raise synthesizer.SynthesizerError(said.decode(errors="replace").strip())
