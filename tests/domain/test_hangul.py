"""The sounds of Korean where syllables meet: examples of the Standard Pronunciation."""

import pytest

from service.domain.hangul import as_read, join, split


@pytest.mark.parametrize("syllable", ["가", "백", "뱅", "육", "뉵", "씹", "힣"])
def test_a_syllable_is_the_sum_of_its_letters(syllable: str) -> None:
    assert join(split(syllable)) == syllable


def test_what_is_no_syllable_has_no_letters() -> None:
    with pytest.raises(ValueError, match="no hangul syllable"):
        split("a")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        # Article 13: a final consonant moves to the vowel that follows.
        ("깎아", "까까"),
        ("밤에", "바메"),
        ("십일", "시빌"),
        # ㅇ stays where it is.
        ("영어", "영어"),
        # Article 18: nasal before a nasal.
        ("국물", "궁물"),
        ("잡는", "잠는"),
        ("맏며느리", "만며느리"),
        ("고객님", "고갱님"),
        # Article 23: tense after ㄱ, ㄷ and ㅂ.
        ("국밥", "국빱"),
        ("뻗대다", "뻗때다"),
        ("십사", "십싸"),
        # Aspirated consonants have no tense form.
        ("십칠", "십칠"),
        # A space ends the word.
        ("백 일", "백 일"),
        ("다시 한번 알려 드립니다", "다시 한번 알려 드림니다"),
        ("번 창구로 오십시오", "번 창구로 오십씨오"),
    ],
)
def test_a_text_is_spelled_as_it_is_read(written: str, read: str) -> None:
    assert as_read(written) == read
