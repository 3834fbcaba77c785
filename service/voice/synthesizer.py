"""espeak-ng, the synthesizer of Debian: a program that runs here, for which nothing leaves the building."""

import shutil
import subprocess
import tempfile
import wave
from array import array
from pathlib import Path

from service.voice import sound

PROGRAM = "espeak-ng"
VOICES = {"ko": "ko", "en": "en-gb"}
WORDS_A_MINUTE = 165
"""Slower than its 175, for a room with an echo and for old ears."""
LOUDNESS = 160
"""Of at most 200; above this it distorts."""
SECONDS = 20.0
"""How long one clip may take on a machine that is very busy. It takes some hundredths."""


class SynthesizerError(Exception):
    """The synthesizer does not do what it should: says what it answered."""


def version() -> str | None:
    """What it says of itself, and None where it isn't installed. Raises SynthesizerError where it doesn't run."""
    return _run("--version").strip() if shutil.which(PROGRAM) else None


def say(language: str, text: str) -> "tuple[array[int], int]":
    """The samples of a text, and how many there are a second. Raises SynthesizerError."""
    with tempfile.TemporaryDirectory(prefix="sunbeon-voice-") as folder:
        file = Path(folder) / "said.wav"
        options = ["-v", VOICES[language], "-s", str(WORDS_A_MINUTE), "-a", str(LOUDNESS), "-w", str(file)]
        _run(*options, "--", text)
        try:
            return sound.read(file)
        except (OSError, EOFError, wave.Error) as error:
            raise SynthesizerError(f"{PROGRAM} wrote no sound for {text!r}: {error}") from error


def phonemes(language: str, text: str) -> str:
    """What it would say, in its own phonetic letters. Raises SynthesizerError."""
    return _run("-q", "-x", "-v", VOICES[language], "--", text).strip()


def _run(*arguments: str) -> str:
    try:
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=SECONDS, check=True)
    except subprocess.CalledProcessError as error:
        raise SynthesizerError(f"{PROGRAM}: {error.stderr.decode(errors='replace').strip()}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SynthesizerError(f"{PROGRAM}: {error}") from error
    return done.stdout.decode(errors="replace")
