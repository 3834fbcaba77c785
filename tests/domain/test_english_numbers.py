"""Numbers in English."""

import pytest

from service.domain.english_numbers import HIGHEST, SMALL, TENS, spelled


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "one"),
        (12, "twelve"),
        (20, "twenty"),
        (47, "forty-seven"),
        (100, "one hundred"),
        (117, "one hundred and seventeen"),
        (1000, "one thousand"),
        (1001, "one thousand and one"),
        (1200, "one thousand two hundred"),
        (9999, "nine thousand nine hundred and ninety-nine"),
    ],
)
def test_a_number_in_words(number: int, words: str) -> None:
    assert spelled(number) == words


def value(words: str) -> int:
    """The number that the words mean."""
    total = current = 0
    for word in words.replace("-", " ").replace(" and ", " ").split():
        if word == "thousand":
            total, current = current * 1000, 0
        elif word == "hundred":
            current *= 100
        else:
            current += SMALL.index(word) if word in SMALL else 10 * TENS.index(word)
    return total + current


def test_all_words_mean_their_number() -> None:
    assert [value(spelled(number)) for number in range(1, HIGHEST + 1)] == list(range(1, HIGHEST + 1))


@pytest.mark.parametrize("number", [0, 10_000])
def test_other_numbers_are_not_called(number: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 9999"):
        spelled(number)
