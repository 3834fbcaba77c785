"""The clips that screens can have now: an operator's recordings, and what the synthesizer says where they have none."""

import asyncio
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
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
Texts = Mapping[str, Collection[str]]
"""By language."""


@dataclass(frozen=True, slots=True)
class LanguageClips:
    source: Source
    clips: Mapping[str, Clip]
    """Those that calls are made of, by name."""
    texts: Mapping[str, Clip]
    """Those that pages read aloud, by what they say."""
    missing: frozenset[str]
    """What is lacking for every number to be said."""


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """What there is at one moment."""

    state: State = "preparing"
    """Whether some of it is being made; or every call can be said; or neither."""
    languages: Mapping[str, LanguageClips] = field(default_factory=dict)
    files: Mapping[str, Clip] = field(default_factory=dict)
    """Clips by their names on the web."""


def put_together(
    recorded: Mapping[str, Clip], made: Mapping[str, Clip], texts: Mapping[str, Clip], language: str
) -> LanguageClips | None:
    """One language's clips, None where there are none.

    Recordings come first. Where there are any, the synthesizer adds only what a person would have recorded too: the
    rest of its clips would speak instead of the recordings, because browsers take the longest ones.
    """
    if not recorded and not made and not texts:
        return None
    if not recorded:
        return LanguageClips("synthesized", made, texts, frozenset(clip_set.missing(language, made)))
    added = {name: made[name] for name in clip_set.missing(language, recorded) if name in made}
    together = {**recorded, **added}
    missing = clip_set.missing(language, together)
    return LanguageClips("mixed" if added else "recorded", together, texts, frozenset(missing))


class Library:
    """`shelf` is what there is now; `run()` is a task that lasts as long as the service."""

    def __init__(
        self, data_dir: Path, recordings: Path | None, texts: Callable[[], Texts] = dict, *, synthesize: bool
    ) -> None:
        """`recordings`: the operator's folder. `texts`: what pages read aloud now, which is other when the city is
        edited. `synthesize`: whether clips are made, in `data_dir`/voice.
        """
        self._folder = data_dir / "voice"
        self._recordings = recordings
        self._texts = texts
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
                self.shelf = await asyncio.to_thread(self._read, [], {}, False)
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        version = await asyncio.to_thread(synthesizer.version) if self._synthesize else None
        texts = self._texts()
        wanted = self._wanted(version, texts) if version else {}
        found = (
            list(wanted),
            {language: list(of_it) for language, of_it in texts.items()},
            await asyncio.to_thread(clips.state, self._recordings) if self._recordings else None,
        )
        if found == self._known:
            return
        for number, (folder, words) in enumerate(wanted.items()):
            if not folder.exists():
                # What has been made before can be used meanwhile.
                self.shelf = await asyncio.to_thread(self._read, list(wanted)[:number], texts, True)
                await self._make(folder, words)
        self.shelf = await asyncio.to_thread(self._read, list(wanted), texts, False)
        self._known = found
        await asyncio.to_thread(self._remove_others, wanted)
        if self.shelf.state == "missing" and self._synthesize and not version:
            logger.warning("no voice: %s is not installed", synthesizer.PROGRAM)
        for language, has in self.shelf.languages.items():
            logger.info("voice: %s %s, %d clips, %d texts", language, has.source, len(has.clips), len(has.texts))

    def _wanted(self, version: str, texts: Texts) -> dict[Path, maker.Wanted]:
        """What is to be made, by folder: the clips of calls, unless all of them are recorded, and then the texts."""
        calls = {language: clip_set.synthesized(language) for language in clip_set.LANGUAGES}
        if self._recordings and not any(
            clip_set.missing(language, clips.names(self._recordings, language)) for language in calls
        ):
            calls = {}
        read = {
            language: {clip_set.file_of(text): text for text in texts.get(language, ())}
            for language in clip_set.LANGUAGES
        }
        return {
            self._folder / maker.fingerprint(version, words): words for words in (calls, read) if any(words.values())
        }

    def _read(self, made: Iterable[Path], texts: Texts, preparing: bool) -> Shelf:
        """`made`: folders of synthesized clips. `preparing`: whether more is being made."""
        languages = {}
        for language in clip_set.LANGUAGES:
            said = list(texts.get(language, ()))
            synthesized: dict[str, Clip] = {}
            spoken: dict[str, Clip] = {}
            for folder in made:
                by_name, by_text = clips.read(folder, language, said)
                synthesized |= by_name
                spoken |= by_text
            recorded, by_text = clips.read(self._recordings, language, said) if self._recordings else ({}, {})
            together = put_together(recorded, synthesized, spoken | by_text, language)
            if together:
                languages[language] = together
        complete = len(languages) == len(clip_set.LANGUAGES) and not any(has.missing for has in languages.values())
        files = {clip.file: clip for has in languages.values() for clip in (*has.clips.values(), *has.texts.values())}
        return Shelf("preparing" if preparing else "ready" if complete else "missing", languages, files)

    def _remove_others(self, wanted: Iterable[Path]) -> None:
        """Removes clips that were made of other words, or by another version."""
        if self._folder.exists():
            for folder in {*self._folder.iterdir()} - {*wanted}:
                if folder.is_dir() and folder.name != "unfinished":
                    shutil.rmtree(folder, ignore_errors=True)

    async def _make(self, folder: Path, words: maker.Wanted) -> None:
        """Has another process make the clips. Raises SynthesizerError. The process ends with this task."""
        command = [sys.executable, "-m", maker.__name__, str(folder)]
        asked = json.dumps({language: dict(of_it) for language, of_it in words.items()})
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        making = await asyncio.create_subprocess_exec(
            *command, env=environment, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        try:
            _, said = await making.communicate(asked.encode())
        finally:
            with suppress(ProcessLookupError):
                making.kill()
            await making.wait()
        if making.returncode:
            raise synthesizer.SynthesizerError(said.decode(errors="replace").strip())
