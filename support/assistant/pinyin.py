"""Messages typed in pinyin: “wo yao tui kuan” is 我要退款.

Neither the packaged embedding nor any article knows pinyin, so the trade's words in it are written as Han before
anything else reads the message. Read only where there is no Han character and most of the letters are such words.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import pairwise

from support.assistant.syllables import joined

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_TOKEN = re.compile(r"(?<![A-Za-z0-9@._-])[a-z]+(?![A-Za-z0-9@_-]|\.[a-z])")
_GAP = re.compile(r"[ ']*")
_MOST = 6
"""Written syllables of one word at most: `bu xiang yao`."""
_SHARE = 0.6
_TELLING, _TELLING_WORD = 5, 4
"""One word at least has to have so many letters, or a word of two characters: `you` and `bang` are English as well."""


def as_han(text: str) -> str | None:
    """`text` with its pinyin as Han, or None where it is not written in pinyin."""
    lower = text.lower()
    if len(lower) != len(text) or _HAN.search(text):
        return None
    tokens = list(_TOKEN.finditer(lower))
    letters = sum(len(token.group()) for token in tokens)
    read = _read(lower, tokens)
    if sum(size for *_, size in read) < _SHARE * letters or not any(_tells(han, size) for *_, han, size in read):
        return None
    pieces: list[str] = []
    at = 0
    for start, end, word, _ in read:
        between = text[at:start]
        pieces += ["" if pieces and not between.strip() else between, word]
        at = end
    return "".join((*pieces, text[at:]))


def _tells(han: str, letters: int) -> bool:
    return letters >= _TELLING or (letters >= _TELLING_WORD and len(han) > 1 and han in trade_words().values())


def _read(lower: str, tokens: list[re.Match[str]]) -> list[tuple[int, int, str, int]]:
    """The words found, longest first from left to right: where each begins and ends, its Han, and its letters."""
    found, at = [], 0
    while at < len(tokens):
        for count in range(min(_MOST, len(tokens) - at), 0, -1):
            run = tokens[at : at + count]
            if not _together(lower, run):
                continue
            if (han := read_latin("".join(token.group() for token in run))) is not None:
                found.append((run[0].start(), run[-1].end(), han, sum(len(token.group()) for token in run)))
                at += count
                break
        else:
            at += 1
    return found


def _together(lower: str, run: list[re.Match[str]]) -> bool:
    pairs = pairwise(run)
    return all(_GAP.fullmatch(lower, first.end(), second.start()) for first, second in pairs)


def read_latin(joined: str) -> str | None:
    """The Han of lower-case letters that are pinyin of the trade's words, each the longest there: `woyaotuikuan`.

    None where a rest is left.
    """
    words, written, at = _words(), [], 0
    while at < len(joined):
        size = next((n for n in range(min(14, len(joined) - at), 0, -1) if joined[at : at + n] in words), 0)
        if size == 0:
            return None
        written.append(words[joined[at : at + size]])
        at += size
    return "".join(written)


@cache
def trade_words() -> dict[str, str]:
    """The words of two characters or more, by how they sound as `syllables.sound` folds it."""
    return {joined(letters): han for letters, han in _words().items() if len(han) > 1}


@cache
def _words() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("pinyin.toml").read_text("utf-8"))
