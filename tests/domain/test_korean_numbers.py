"""Numbers in Korean: a table that was checked by hand, and what must be true of all of them."""

from itertools import pairwise

import pytest

from service.domain.hangul import FIRST, LAST, SILENT, TENSE, split
from service.domain.korean_numbers import HIGHEST, read, spelled

TABLE = [
    (1, "일", "일"),
    (6, "육", "육"),
    (10, "십", "십"),
    (11, "십일", "시빌"),
    (12, "십이", "시비"),
    (13, "십삼", "십쌈"),
    (14, "십사", "십싸"),
    (15, "십오", "시보"),
    (16, "십육", "심뉵"),
    (17, "십칠", "십칠"),
    (18, "십팔", "십팔"),
    (19, "십구", "십꾸"),
    (20, "이십", "이십"),
    (26, "이십육", "이심뉵"),
    (30, "삼십", "삼십"),
    (41, "사십일", "사시빌"),
    (60, "육십", "육씹"),
    (66, "육십육", "육씸뉵"),
    (70, "칠십", "칠씹"),
    (76, "칠십육", "칠씸뉵"),
    (85, "팔십오", "팔씨보"),
    (99, "구십구", "구십꾸"),
    (100, "백", "백"),
    (101, "백일", "배길"),
    (102, "백이", "배기"),
    (103, "백삼", "백쌈"),
    (105, "백오", "배고"),
    (106, "백육", "뱅뉵"),
    (107, "백칠", "백칠"),
    (109, "백구", "백꾸"),
    (110, "백십", "백씹"),
    (116, "백십육", "백씸뉵"),
    (117, "백십칠", "백씹칠"),
    (120, "백이십", "배기십"),
    (150, "백오십", "배고십"),
    (160, "백육십", "뱅뉵씹"),
    (200, "이백", "이백"),
    (301, "삼백일", "삼배길"),
    (600, "육백", "육빽"),
    (606, "육백육", "육뺑뉵"),
    (777, "칠백칠십칠", "칠백칠씹칠"),
    (1000, "천", "천"),
    (1001, "천일", "처닐"),
    (1002, "천이", "처니"),
    (1005, "천오", "처노"),
    (1006, "천육", "천뉵"),
    (1010, "천십", "천십"),
    (1016, "천십육", "천심뉵"),
    (1100, "천백", "천백"),
    (1106, "천백육", "천뱅뉵"),
    (1200, "천이백", "처니백"),
    (1500, "천오백", "처노백"),
    (1600, "천육백", "천뉵빽"),
    (3001, "삼천일", "삼처닐"),
    (5001, "오천일", "오처닐"),
    (6006, "육천육", "육천뉵"),
    (7026, "칠천이십육", "칠처니심뉵"),
    (9999, "구천구백구십구", "구천구백꾸십꾸"),
]


@pytest.mark.parametrize(("number", "written", "said"), TABLE, ids=[str(number) for number, _, _ in TABLE])
def test_a_number_is_written_and_read(number: int, written: str, said: str) -> None:
    assert (spelled(number), read(number)) == (written, said)


def value(text: str) -> int:
    """The number that a spelling means."""
    digits, units = "영일이삼사오육칠팔구", {"십": 10, "백": 100, "천": 1000}
    total = digit = 0
    for letter in text:
        if letter in units:
            total += (digit or 1) * units[letter]
            digit = 0
        else:
            digit = digits.index(letter)
    return total + digit


def test_every_spelling_means_its_number() -> None:
    assert [value(spelled(number)) for number in range(1, HIGHEST + 1)] == list(range(1, HIGHEST + 1))


def test_everything_is_read_with_as_many_syllables_and_with_all_changes_at_the_joints() -> None:
    for number in range(1, HIGHEST + 1):
        said = read(number)
        assert len(said) == len(spelled(number)), number
        letters = [split(syllable) for syllable in said]
        for one, next in pairwise(letters):
            # Articles 13 and 29: no consonant stays before a vowel, and 육 never stands behind one.
            assert not (one.final and next.initial == SILENT), (number, said)
            # Article 18: no ㄱ, ㄷ or ㅂ before a nasal.
            assert not (one.final in "ㄱㄷㅂ" and one.final and next.initial in "ㄴㅁ"), (number, said)
            # Article 23: nothing that could be tense is not, after ㄱ, ㄷ or ㅂ.
            assert not (one.final and one.final in "ㄱㄷㅂ" and next.initial in TENSE), (number, said)
            # Article 26: nor ㅅ after ㄹ.
            assert not (one.final == "ㄹ" and next.initial == "ㅅ"), (number, said)


def test_two_numbers_never_sound_the_same() -> None:
    assert len({read(number) for number in range(1, HIGHEST + 1)}) == HIGHEST


def test_what_follows_is_read_in_the_same_breath() -> None:
    said = {number: read(number, "번 고객님") for number in (6, 7, 10, 16, 100, 1000)}
    assert said == {
        6: "육뻔 고갱님",
        7: "칠번 고갱님",
        10: "십뻔 고갱님",
        16: "심뉵뻔 고갱님",
        100: "백뻔 고갱님",
        1000: "천번 고갱님",
    }


@pytest.mark.parametrize("number", [-1, 0, 10_000])
def test_other_numbers_are_not_called(number: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 9999"):
        spelled(number)


def test_a_reading_is_hangul() -> None:
    assert all(FIRST <= ord(letter) <= LAST for number in range(1, HIGHEST + 1) for letter in read(number))
