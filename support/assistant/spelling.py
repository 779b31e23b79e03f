"""Slips of the hand and of the input method: “refnud”, 推款, 没fahuo.

The embedding reads a misspelt word as another word, and no label that the grammar knows stands before a password after
“passwrd”. `words.txt`, written when the head is taught, holds what buyers' messages are made of. A Latin word that is
not in it, and one slip away from a common word there, is that word; two or more characters that are not in it, and
sound like a word of the trade, are that word (`spelling.toml`). Nothing with a digit or a mark in it is touched, nor
what stands behind a password's label.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from functools import cache
from importlib.resources import files
from pathlib import Path

from retrieval.analysis import normalise
from support.assistant.pinyin import read_latin, trade_words
from support.assistant.syllables import sound

SHORTEST, LONG = 5, 7
COMMON, COMMONEST = 5, 40
"""In so many families a word stands at least to be what an unknown word was meant as, and one that stands once."""
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_LATIN = re.compile(r"(?<![\w@.'’-])[a-z]+(?![\w@'’-]|\.\w)", re.ASCII)
_GLUED = re.compile(
    rf"(?<=[{_HAN}])[a-z]+(?![\w@.'-])|(?<![\w@.'-])[a-z]+(?=[{_HAN}])|(?<=[{_HAN}])[a-z]+(?=[{_HAN}])", re.ASCII
)
_RUN = re.compile(rf"[{_HAN}]+")
_BEFORE_A_PROOF = re.compile(
    r"(?:\b(?:password|passcode|pass|pwd|pw|pin|code|name)\b|密[码碼])\W{0,3}(?:(?:is|was|是|为)\W{0,2})?$"
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONGEST = 4
WORDS = Path(__file__).with_name("words.txt")


def mended(text: str, names: Iterable[str] = ()) -> str:
    """`text` with its slips undone; `names` are the shop's own, whose words are no slips."""
    lower = text.lower()
    if len(lower) != len(text):
        return text
    known = {word for name in names for word in re.findall(r"[a-z]+", name.lower())}
    changes = {*_pinyin(lower), *_homophones(lower), *_misspelt(lower, known)}
    for start, end, right in sorted(changes, reverse=True):
        text = text[:start] + right + text[end:]
    return text


def _pinyin(lower: str) -> Iterator[tuple[int, int, str]]:
    """Pinyin right beside Han, and a longer word of it anywhere in a Chinese message."""
    if not _RUN.search(lower):
        return
    for match in _LATIN.finditer(lower):
        if len(match.group()) >= SHORTEST and (han := read_latin(match.group())):
            yield *match.span(), han
    for match in _GLUED.finditer(lower):
        if len(match.group()) > 1 and (han := read_latin(match.group())):
            yield *match.span(), han


def _homophones(lower: str) -> Iterator[tuple[int, int, str]]:
    """Two to four characters that sound like a word of the trade and are no word."""
    vocabulary = _vocabulary()
    for run in _RUN.finditer(lower):
        plain, at = normalise(run.group()), 0
        if len(plain) != len(run.group()):
            continue
        while at < len(plain):
            for size in range(min(_LONGEST, len(plain) - at), 1, -1):
                window = plain[at : at + size]
                right = trade_words().get("".join(map(sound, window)), "")
                if right in _lists()["typed"] and 0 < _same(right, window) < size and window not in vocabulary:
                    if not _holds_a_word(plain, at, size):
                        yield run.start() + at, run.start() + at + size, right
                        at += size - 1
                    break
            at += 1


def _same(right: str, window: str) -> int:
    """How many characters stand where they should; where none does, the sound is a chance. 0 for another length."""
    return sum(map(str.__eq__, right, window)) if len(right) == len(window) else 0


def _holds_a_word(plain: str, at: int, size: int) -> bool:
    """Whether a character of the window belongs to a word of the trade that is written right: 申请|退 in 请退."""
    words = trade_words()
    for start in range(max(0, at - _LONGEST + 1), at + size):
        for end in range(max(start + 2, at + 1), min(len(plain), start + _LONGEST) + 1):
            piece = plain[start:end]
            if words.get("".join(map(sound, piece))) == piece:
                return True
    return False


def _misspelt(lower: str, names: Set[str]) -> Iterator[tuple[int, int, str]]:
    vocabulary = _vocabulary()
    for match in _LATIN.finditer(lower):
        word = match.group()
        if word in names or len(word) < SHORTEST or _BEFORE_A_PROOF.search(lower[: match.start()]):
            continue
        seen = vocabulary.get(word, 0)
        if seen > 1 or read_latin(word):
            continue
        near = [one for one in _one_slip_away(word) if vocabulary.get(one, 0) >= COMMON]
        best = max(near, key=lambda one: (vocabulary[one], one), default=None)
        if best and (not seen or vocabulary[best] >= COMMONEST):
            yield *match.span(), best


def _one_slip_away(word: str) -> set[str]:
    """What is written with one letter left out, doubled or changed about, a long word also with another letter.

    The first letter stands: it is the one that people get right.
    """
    parts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    slips = {before + letter + after for before, after in parts for letter in _LETTERS}
    slips |= {before + after[1:] for before, after in parts if after[:1] == before[-1]}
    slips |= {before + after[1] + after[0] + after[2:] for before, after in parts if len(after) > 1}
    if len(word) >= LONG:
        slips |= {before + letter + after[1:] for before, after in parts if after for letter in _LETTERS}
    return slips


def vocabulary_of(texts: Iterable[tuple[str, str]]) -> str:
    """`words.txt`: each word of the messages (text, family) and in how many families it stands, by the alphabet.

    Latin words, and what sounds like a word of the trade and stands in two families or more.
    """
    families = {(word, family) for text, family in texts for word in _words_of(text)}
    counted = Counter(word for word, _ in families)
    kept = {word: count for word, count in counted.items() if word.isascii() or count > 1}
    return "".join(f"{word} {count}\n" for word, count in sorted(kept.items()))


def _words_of(text: str) -> Iterator[str]:
    plain = normalise(text)
    yield from re.findall(r"(?<![\w@.-])[a-z]{2,}(?![\w@-])", plain, re.ASCII)
    for run in _RUN.findall(plain):
        windows = (run[at : at + size] for size in range(2, _LONGEST + 1) for at in range(len(run) - size + 1))
        yield from (
            one for one in windows if (right := trade_words().get("".join(map(sound, one)))) and len(right) == len(one)
        )


@cache
def _vocabulary() -> dict[str, int]:
    lines = WORDS.read_text("utf-8").splitlines()
    return {word: int(count) for word, count in (line.split() for line in lines)} | dict.fromkeys(
        _lists()["real"], COMMON
    )


@cache
def _lists() -> dict[str, frozenset[str]]:
    found = tomllib.loads(files(__package__).joinpath("spelling.toml").read_text("utf-8"))
    return {name: frozenset(words) for name, words in found.items()}
