"""What tickets are found by: pairs of Han characters, and words with their beginnings, in Chinese and English.

Chinese has no spaces and most of its words are of two characters, so that an index of three finds none of them; pairs
find them all, and longer words by all of their pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from retrieval.analysis import normalise
from support.assistant.masking import mask_keys
from support.assistant.phrases import label
from ticketing.storage.ticket_words import Source, Wanted

LANGS = ("zh-CN", "en")
LONGEST, SHORT = 64, 2
MOST_WORDS = 24
APART = "\0"
"""Between texts: no word and no key goes over it, and no text that was kept holds it."""
LARGEST = 900_000
"""Bytes of one ticket's words: PostgreSQL takes a million."""
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_NUMBER = re.compile(r"^\s*[tT]\s*-?\s*(\d{1,15})\s*$")
VISITOR_SIGNS = 4


def words_of(source: Source) -> str:
    """A ticket's words, each once, separated by spaces; keys of goods are masked before."""
    kind, _, who = source.owner.partition(":")
    name = who if kind == "buyer" or ":" in who else who[-VISITOR_SIGNS:]
    reasons = (label(lang, "reason", source.reason) for lang in LANGS)
    found = {f"t{source.ticket_no}", str(source.ticket_no)}
    for run, joint in _runs(APART.join((*source.texts, source.reason, *reasons, name))):
        found.add(joint)
        if _is_han(run):
            found.update(map("".join, pairwise(run)))
            found.add(run[-1])
        else:
            found.add(run)
    found.discard("")
    whole = " ".join(sorted(found))
    return whole if len(whole) * 3 < LARGEST else whole.encode()[:LARGEST].decode(errors="ignore").rpartition(" ")[0]


def wanted(query: str) -> tuple[Wanted, ...]:
    """What a query looks for: all of it has to be there. A word of three letters and more may be a beginning."""
    if number := _NUMBER.match(query):
        return (Wanted(f"t{number[1]}"),)
    found: dict[Wanted, None] = {}
    for run, joint in _runs(query):
        if joint:
            found[Wanted(joint)] = None
        if not _is_han(run):
            found[Wanted(run, begins=len(run) > SHORT)] = None
        elif len(run) == 1:
            found[Wanted(run, begins=True)] = None
        else:
            found |= dict.fromkeys(Wanted("".join(pair)) for pair in pairwise(run))
    return tuple(found)[:MOST_WORDS]


def excerpt(texts: Iterable[str], query: str, around: int) -> tuple[int, str] | None:
    """The first text in which a run of the query stands, and that piece of it; keys are masked."""
    runs = sorted({run for run, _ in _runs(query)}, key=len, reverse=True)
    for place, text in enumerate(texts):
        masked = mask_keys(text)
        plain = normalise(masked)
        at = next((plain.find(run) for run in runs if run in plain), None)
        if at is not None:
            start = max(0, at - around // 3) if len(plain) == len(masked) else 0
            return place, ("…" if start else "") + masked[start : start + around].strip()
    return None


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of a text, each with its joint to the one before: `7位` stands there, not 7 and 位 somewhere."""
    last, end = "", -1
    for match in _RUN.finditer(normalise(mask_keys(text))):
        run = match.group() if _is_han(match.group()) else match.group()[:LONGEST]
        yield run, _joint(last, run) if match.start() == end else ""
        last, end = run, match.end()


def _joint(one: str, next_: str) -> str:
    """Of a character and a short word beside it. People leave a space before longer words, or they do not."""
    if _is_han(one):
        return one[-1] + next_ if len(next_) <= SHORT else ""
    return one + next_[0] if len(one) <= SHORT else ""


def _is_han(run: str) -> bool:
    return "\u3400" <= run[0] <= "\u9fff" or "\uf900" <= run[0] <= "\ufaff"
