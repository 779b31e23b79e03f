"""The checks of a sentence that a model worded: one function each, so that each can be shown to be needed.

A sentence is sent only where all of them find nothing. They know the sentence that it rewords, so they need not judge
what is true: it may say no more and no less than that one does.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from support.assistant.commitments import kept_kinds, kinds, promises
from support.assistant.language import language
from support.assistant.redact import redacted
from support.assistant.units import ENDED, NAMED_SLOT, Unit

LIKE = 0.6
"""The least likeness of a rewording to its sentence: faithful ones had 0.64 and more, inventions at most 0.52."""
LIKE_PART = 0.3
"""… and of each of its sentences where it has several."""
LONGER = 1.8
ROOM = 24
"""A rewording may have so many characters beside `LONGER` times as many."""
_HAN = "[零〇一二两俩三四五六七八九十百千万半几数]"
NUMERAL = re.compile(
    r"\d"
    rf"|{_HAN}+(?:个|個)?(?:多|来)?(?:元|块|塊|毛|角|钱|天|日|小时|小時|分钟|分鐘|刻钟|个月|周|星期|礼拜|年|折|倍|成|百分|美元|刀|号|点|次方)"
    r"|百分之|半价|半天|半年|一半|翻倍|双倍|几天|多天"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety"
    r"|hundred|thousand|half|couple|few|several|double|triple|twice|dozen)\b(?![ -]?(?:of these|of them|way))"
    r"|\ban? (?:hour|day|week|month|year|minute|dollar|percent|fortnight)\b|percent|[%％‰]",
    re.IGNORECASE,
)
ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|www\.|@|\b[a-z0-9-]+\.(?:com|cn|net|org|io|me|cc|top|xyz|shop|app|example|link|co|ru|vip)\b"
    r"|\b(?:t|wa)\.me\b|点[cｃ]om",
    re.IGNORECASE,
)
MARKUP = re.compile(
    r"[<>`*_#|~^\\]|\[|\]|\(http|&#|[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ue000-\uf8ff]"
)
SPLIT = re.compile(r"[。！？!?]+|\.(?=\s|$)")
Embed = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Worded:
    """A sentence and what a model made of it, with the slots' names in both."""

    unit: Unit
    text: str
    lang: str
    embed: Embed

    @property
    def bare(self) -> str:
        """The model's own words."""
        return NAMED_SLOT.sub(" ", self.text)

    @property
    def source(self) -> str:
        """The sentence's own words."""
        return NAMED_SLOT.sub(" ", self.unit.template)


def faults(worded: Worded) -> tuple[str, ...]:
    """The checks that find something; of the dear ones the last is asked only where the others are content."""
    cheap = tuple(name for name, check in CHECKS.items() if check is not _unlike and check(worded))
    return cheap or tuple(name for name, check in CHECKS.items() if check is _unlike and check(worded))


def _slots(worded: Worded) -> bool:
    """Each slot once and no other; those of one kind in their order."""
    given, made = NAMED_SLOT.findall(worded.unit.template), NAMED_SLOT.findall(worded.text)
    return Counter(given) != Counter(made) or bool(re.search(r"[{}]", worded.bare))


def _numbers(worded: Worded) -> bool:
    """Figures, sums, spans and shares, in digits of any script or in words."""
    return len(NUMERAL.findall(_folded(worded.bare))) > len(NUMERAL.findall(worded.source))


def _addresses(worded: Worded) -> bool:
    return bool(ADDRESS.search(_folded(worded.bare)))


def _markup(worded: Worded) -> bool:
    """Citation marks, markdown, HTML, and signs that nobody sees."""
    return bool(MARKUP.search(worded.bare))


def _touches_more(worded: Worded) -> bool:
    """A promise, an offer, an accusation … that the sentence does not have, or has less often."""
    more = kinds(worded.bare) - kinds(worded.source)
    return bool(more.keys() - {"not"}) or len(promises(worded.bare)) > len(promises(worded.source))


def _drops(worded: Worded) -> bool:
    """What the sentence commits to, denies or leaves to the buyer, left out."""
    return bool((kinds(worded.source).keys() & kept_kinds()) - kinds(worded.bare).keys())


def _denies_more(worded: Worded) -> bool:
    """A denial more than the sentence has: it may deny what is granted, or deny a denial."""
    return kinds(worded.bare)["not"] > kinds(worded.source)["not"]


def _asks_otherwise(worded: Worded) -> bool:
    """A question made of a statement, which leaves open what is settled; a request may become one."""
    asked, asks = (re.search("[?？]|请|lease", text) for text in (worded.source, worded.bare))
    return asks is not None and asks.group() in "?？" and asked is None


def _private(worded: Worded) -> bool:
    return looks_private(worded.bare)


def looks_private(text: str) -> bool:
    """What looks like a key, a number or an address of somebody."""
    plain = " ".join(text.split())
    return redacted(plain) != " ".join(_folded(plain).split())


def _foreign(worded: Worded) -> bool:
    """Another language, or a script that neither language is written in."""
    other = any(char.isalpha() and not (char.isascii() or "\u4e00" <= char <= "\u9fff") for char in worded.bare)
    return other or (bool(worded.bare.strip()) and language(worded.bare, worded.lang)[:2] != worded.lang[:2])


def _rambles(worded: Worded) -> bool:
    return not worded.bare.strip() or len(worded.bare) > LONGER * len(worded.source) + ROOM


def _unended(worded: Worded) -> bool:
    """A sentence that was broken off."""
    return ENDED.search(worded.text) is None


def _unlike(worded: Worded) -> bool:
    """Something else altogether, as a whole or in one of its sentences."""
    source = _unit_vector(worded.embed(worded.source))
    if float(source @ _unit_vector(worded.embed(worded.bare))) < LIKE:
        return True
    parts = [part for part in SPLIT.split(worded.bare) if any(map(str.isalnum, part))]
    return len(parts) > 1 and any(float(source @ _unit_vector(worded.embed(part))) < LIKE_PART for part in parts)


def _unit_vector(vector: Any) -> Any:
    return vector / max(float(vector @ vector) ** 0.5, 1e-9)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


CHECKS: Mapping[str, Callable[[Worded], bool]] = {
    "slots": _slots, "numbers": _numbers, "addresses": _addresses, "markup": _markup, "touches more": _touches_more,
    "drops": _drops, "denies more": _denies_more, "asks otherwise": _asks_otherwise, "private": _private,
    "foreign": _foreign, "rambles": _rambles, "unended": _unended, "unlike": _unlike,
}  # fmt: skip
