"""Numbers in English words."""

SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
HIGHEST = 9999


def spelled(number: int) -> str:
    """The number in words, 117 as "one hundred and seventeen". Raises ValueError outside 1 to 9999."""
    if not 1 <= number <= HIGHEST:
        raise ValueError(f"{number} is not between 1 and {HIGHEST}")
    thousands, rest = divmod(number, 1000)
    hundreds, small = divmod(rest, 100)
    words = [f"{SMALL[thousands]} thousand"] if thousands else []
    if hundreds:
        words.append(f"{SMALL[hundreds]} hundred")
    if small:
        if words:
            words.append("and")
        tens, ones = divmod(small, 10)
        words.append(SMALL[small] if small < 20 else TENS[tens] + (f"-{SMALL[ones]}" if ones else ""))
    return " ".join(words)
