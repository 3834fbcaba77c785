"""Numbers in Sino-Korean, as they are written in hangul and as they are read aloud.

Beside the articles in `hangul.py`, two depend on the words: article 29 adds ㄴ to 육 after a consonant (십육 [심뉵],
백육 [뱅뉵], 천육 [천뉵]), and by article 26 ㅅ is tense after ㄹ in Sino-Korean words (칠십 [칠씹]).
"""

from service.domain.hangul import as_read

DIGITS = "영일이삼사오육칠팔구"
UNITS = {1000: "천", 100: "백", 10: "십"}
HIGHEST = 9999

ADDED = {"십육": "십뉵", "백육": "백뉵", "천육": "천뉵", "칠십": "칠씹", "팔십": "팔씹"}
"""Articles 29 and 26, for the pairs of syllables that numbers have."""


def spelled(number: int) -> str:
    """The number in hangul, 117 as 백십칠. Raises ValueError outside 1 to 9999."""
    if not 1 <= number <= HIGHEST:
        raise ValueError(f"{number} is not between 1 and {HIGHEST}")
    text = ""
    for unit, word in UNITS.items():
        count, number = divmod(number, unit)
        if count:
            # One thousand, hundred or ten is 천, 백 or 십 without 일.
            text += (DIGITS[count] if count > 1 else "") + word
    return text + (DIGITS[number] if number else "")


def read(number: int, after: str = "") -> str:
    """The number spelled as it is read aloud, 106 as 뱅뉵, and what follows it in the same breath.

    It has as many syllables as the number and the words have in writing, so that a part of it is a part of both.
    """
    text = spelled(number)
    for written, said in ADDED.items():
        text = text.replace(written, said)
    return as_read(text + after)
