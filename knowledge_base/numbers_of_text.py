"""The numbers that a text names, so that a translation which changes one is noticed."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_DIGITS = re.compile(r"(?<![0-9A-Za-z.])[0-9][0-9,]*(?:\.[0-9]+)?")
_HAN = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_HAN_NUMBER = re.compile(
    r"([一二两三四五六七八九]?)十([一二三四五六七八九]?)|([二两三四五六七八九])(?=[个天日周月年小分次张笔元倍])"
)
_WORDS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_TENS = {"thirty": 30, "forty": 40, "sixty": 60, "ninety": 90}
_WORD_VALUES = {**{word: value for value, word in enumerate(_WORDS, start=2)}, **_TENS}
_ONE = re.compile(
    r"[一单][个天日周月年小分次张笔元倍份件枚条]|每[天日周月年次笔]|"
    r"\b(?:one|once|single|per|(?:an?|each)\s+(?:[a-z]+\s+)?"
    r"(?:second|minute|hour|day|week|month|year|time|payment|order|item|piece|copy|key|code|card|yuan))\b",
    re.IGNORECASE,
)
"""How a 1 is said without its digit. Articles before other words count nothing."""
_ENGLISH = re.compile(rf"\b({'|'.join(sorted(_WORD_VALUES, key=len, reverse=True))})\b", re.IGNORECASE)


def numbers_missing(one: str, other: str) -> tuple[str, ...]:
    """The numbers of one text that the other lacks, in digits or in words."""
    allowed = numbers(other) | ({"1"} if _ONE.search(other) else set())
    return tuple(sorted(numbers(one) - allowed, key=Decimal))


def numbers(text: str) -> frozenset[str]:
    """The numbers that a text names, in digits, Chinese numerals or English words (one excepted); plain decimals."""
    folded = unicodedata.normalize("NFKC", text)
    found = {Decimal(match.group().replace(",", "")) for match in _DIGITS.finditer(folded)}
    found |= {Decimal(_han(match)) for match in _HAN_NUMBER.finditer(folded)}
    found |= {Decimal(_WORD_VALUES[match.group(1).lower()]) for match in _ENGLISH.finditer(folded)}
    return frozenset(f"{number.normalize():f}" for number in found)


def _han(match: re.Match[str]) -> int:
    if match.group(3):
        return _HAN[match.group(3)]
    return _HAN.get(match.group(1), 1) * 10 + _HAN.get(match.group(2), 0)
