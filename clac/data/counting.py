"""Numbers in words, as captions write and texts are read."""

from __future__ import annotations

import re

COUNT_WORDS: tuple[str, ...] = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty twenty-one twenty-two twenty-three "
    "twenty-four".split()
)
"""each at its number"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
VALUES: dict[str, int] = {
    **{word: n for n, word in enumerate(COUNT_WORDS[:20])},
    **{word: 10 * n for n, word in enumerate(_TENS, 2)},
}
"""numbers of one word"""

_UNIT = "|".join(COUNT_WORDS[1:10])
_DIGIT = f"(?:{'|'.join(COUNT_WORDS[:10])})"
_TWO = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{_UNIT}))?|{'|'.join(COUNT_WORDS[1:20])})"
_LONG = re.compile(
    rf"(?<![\w-])(?:(?P<hundreds>an?|{_UNIT}) hundred(?:(?: and)? (?P<rest>{_TWO}))?"
    rf"|(?P<whole>zero|{_TWO}) point (?P<digits>{_DIGIT}(?: {_DIGIT})*)"
    rf"|(?P<halved>{_TWO}) and a half"
    rf"|(?P<two>(?:{'|'.join(_TENS)})[- ](?:{_UNIT})))(?!\w)"
    r"|(?<![\w-])(?P<one>one(?= (?:e(?:lectron[ -]?)?v(?:olts?)?|gpa|gigapascals?|atoms?)\b))"
    r"|(?<![\w-])(?P<half>half an?(?= (?:e(?:lectron[ -]?)?v(?:olt)?|gpa|gigapascal)\b))",
    re.IGNORECASE,
)


def in_digits(text: str) -> str:
    """Write numbers of several words in digits: 'two hundred and ten' -> '210'.

    A number of one word stays, but for 'one' before a unit.
    """
    return _LONG.sub(_digits, text)


def _digits(match: re.Match[str]) -> str:
    part = {name: text.lower() for name, text in match.groupdict().items() if text}
    if "hundreds" in part:
        return str(100 * VALUES.get(part["hundreds"], 1) + _below_hundred(part.get("rest", "")))
    if "whole" in part:
        digits = "".join(str(VALUES[digit]) for digit in part["digits"].split())
        return f"{_below_hundred(part['whole'])}.{digits}"
    if "halved" in part:
        return f"{_below_hundred(part['halved'])}.5"
    if "half" in part:
        return "0.5"
    return str(_below_hundred(part.get("two", "one")))


def _below_hundred(words: str) -> int:
    return sum(VALUES[word] for word in re.split("[- ]", words) if word)
