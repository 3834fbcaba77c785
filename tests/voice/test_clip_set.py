"""The clips that there are, and that browsers say every number with them as it is read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from service.domain import english_numbers, korean_numbers
from service.voice import clip_set, synthesizer
from tests.support import ROOT

NODE = ROOT / ".venv/bin/node"

SAY_ALL = """
import { choose } from '%s/clients/lib/voice/sentences.js';
const { clips, sentence } = JSON.parse(process.argv[2]);
const known = Object.fromEntries(clips.map(name => [name, { url: name }]));
const said = [];
for (let number = 1; number <= 9999; number += 1) {
  said.push(choose(sentence.map(word => word ?? number), known).map(part => part.name));
}
console.log(JSON.stringify(said));
"""


def said_by_browsers(folder: Path, clips: dict[str, str], *sentence: str | None) -> list[list[str]]:
    """The texts of the clips that browsers choose for the sentence, with each number from 1 to 9999 for None."""
    program = folder / "say.mjs"
    program.write_text(SAY_ALL % ROOT.as_uri())
    given = json.dumps({"clips": list(clips), "sentence": sentence})
    done = subprocess.run([NODE, program, given], capture_output=True, text=True, check=True)
    return [[clips[name] for name in names] for names in json.loads(done.stdout)]


def test_every_number_is_said_in_korean_as_it_is_read(tmp_path: Path) -> None:
    said = said_by_browsers(tmp_path, clip_set.synthesized("ko"), None, "number")
    for number, texts in enumerate(said, 1):
        assert "".join(texts) == korean_numbers.read(number, "번 고객님"), number
        assert len(texts) <= 3, number


def test_every_number_is_said_in_english(tmp_path: Path) -> None:
    said = said_by_browsers(tmp_path, clip_set.synthesized("en"), "number", None)
    for number, (number_itself, *texts) in enumerate(said, 1):
        assert number_itself == "Number"
        assert " ".join(texts) == english_numbers.spelled(number)


@pytest.mark.parametrize("language", clip_set.LANGUAGES)
def test_a_person_can_record_a_language_in_a_morning(language: str) -> None:
    recordable = clip_set.recordable(language)
    assert len(recordable) == 120
    assert clip_set.missing(language, recordable) == set()
    assert clip_set.missing(language, recordable.keys() - {"17"}) == {"17"}
    assert clip_set.missing(language, clip_set.synthesized(language)) == set()


def test_a_text_has_a_file_of_its_own_whatever_is_in_it() -> None:
    long = "가" * 300
    texts = ["여권 접수", "부동산/지적", "명 있습니다. 화면에 번호가 나오면 창구로 오세요.", long, long + "나"]
    files = [clip_set.file_of(text) for text in texts]
    assert clip_set.file_of("window") == "window~"
    assert files[:2] == ["여권 접수", "부동산_지적"]
    assert len(set(files)) == len(texts)
    assert all(len(file.encode()) < 250 and "/" not in file for file in files)


def test_the_script_names_each_file_and_its_words() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service", "voice-script", "ko"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = dict(line.split("\t") for line in done.stdout.splitlines())
    assert len(lines) == 120
    assert lines["ko/window.wav"] == "번 창구로 오십시오"
    assert lines["ko/17.wav"] == "십칠"
    assert lines["ko/9000.wav"] == "구천"


@pytest.mark.skipif(synthesizer.version() is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize(
    ("number", "said", "of_the_writing"),
    [
        # What espeak-ng says of the form as read, and of the writing: N is ng, q an unreleased k, ptS a p and a ch.
        (16, "mnju", "pju"),
        (12, "sibi", "sipi"),
        (106, "Nnju", "qju"),
        (1006, "nnju", "nju"),
        (70, "s-i", "si"),
    ],
)
def test_espeak_is_given_the_form_as_read(number: int, said: str, of_the_writing: str) -> None:
    """It knows neither article 13 within a word, nor 26, 29, and so it gets the right sounds only in this way."""

    def phonemes(text: str) -> str:
        return "".join(letter for letter in synthesizer.phonemes("ko", text) if letter not in "',;")

    assert said in phonemes(korean_numbers.read(number))
    assert said not in phonemes(korean_numbers.spelled(number))
    assert of_the_writing in phonemes(korean_numbers.spelled(number))


@pytest.mark.skipif(synthesizer.version() is None, reason="espeak-ng is not installed")
def test_espeak_adds_nothing_to_what_is_tense_already() -> None:
    """It applies article 23 by itself, and the form as read sounds the same."""
    assert synthesizer.phonemes("ko", "십싸") == synthesizer.phonemes("ko", "십사") == "s'ips-a"
