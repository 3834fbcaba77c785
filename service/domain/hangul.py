"""How written Korean is pronounced where two syllables meet: articles 13, 18 and 23 of the Standard Pronunciation.

It covers the single final consonants of the words that are announced, and none of the double ones.
"""

from typing import NamedTuple

FIRST = ord("가")
LAST = ord("힣")
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]

SILENT = "ㅇ"
"""The initial of a syllable that begins with its vowel."""
TENSE = {"ㄱ": "ㄲ", "ㄷ": "ㄸ", "ㅂ": "ㅃ", "ㅅ": "ㅆ", "ㅈ": "ㅉ"}
NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}


class Syllable(NamedTuple):
    """One syllable's letters; `final` is empty where it ends with its vowel."""

    initial: str
    vowel: str
    final: str


def split(syllable: str) -> Syllable:
    """The letters of one hangul syllable, such as ㅂ, ㅐ and ㄱ of 백. Raises ValueError for anything else."""
    if not FIRST <= ord(syllable) <= LAST:
        raise ValueError(f"{syllable!r} is no hangul syllable")
    rest, final = divmod(ord(syllable) - FIRST, len(FINALS))
    initial, vowel = divmod(rest, len(VOWELS))
    return Syllable(INITIALS[initial], VOWELS[vowel], FINALS[final])


def join(letters: Syllable) -> str:
    """The syllable with these letters."""
    initial, vowel = INITIALS.index(letters.initial), VOWELS.index(letters.vowel)
    return chr(FIRST + (initial * len(VOWELS) + vowel) * len(FINALS) + FINALS.index(letters.final))


def meet(one: Syllable, next: Syllable) -> tuple[Syllable, Syllable]:
    """Both syllables as they are pronounced when one follows the other within a word."""
    final = one.final
    if next.initial == SILENT and final not in ("", SILENT):
        # Article 13: a final consonant moves to the vowel that follows: 십일 [시빌].
        return one._replace(final=""), next._replace(initial=final)
    if next.initial in "ㄴㅁ" and final in NASAL:
        # Article 18: ㄱ, ㄷ and ㅂ are nasal before a nasal: 고객님 [고갱님].
        return one._replace(final=NASAL[final]), next
    if final in NASAL and next.initial in TENSE:
        # Article 23: ㄱ, ㄷ, ㅂ, ㅅ and ㅈ are tense after ㄱ, ㄷ and ㅂ: 십삼 [십쌈].
        return one, next._replace(initial=TENSE[next.initial])
    return one, next


def as_read(text: str) -> str:
    """The text spelled as it is pronounced, with as many syllables. What is not hangul stays, and ends a word."""
    read = list(text)
    for i in range(len(read) - 1):
        one, next = read[i : i + 2]
        if FIRST <= ord(one) <= LAST and FIRST <= ord(next) <= LAST:
            read[i : i + 2] = map(join, meet(split(one), split(next)))
    return "".join(read)
