"""
CelSyntaxError   a text is not an expression; carries the position and what to write instead

Tokens of a clause's expression, as the CEL specification spells them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MAX_LENGTH = 2_000
MAX_TOKENS = 400

TokenKind = Literal["int", "double", "text", "name", "op", "end"]


class CelSyntaxError(ValueError):
    """A text that is no expression: `position` in code points from its start, and what is wrong there."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(f"at character {position + 1}: {message}")
        self.position = position
        self.message = message


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `value` is a literal's value, `text` how it is written."""

    kind: TokenKind
    text: str
    value: int | float | str | None
    start: int
    end: int


_SPACE = re.compile(r"[ \t\r\n\f]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER = re.compile(r"0x[0-9A-Fa-f]+|[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+")
_OPERATOR = re.compile(r"\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}]")
_QUOTE = re.compile(r"([rR]?)(\"\"\"|'''|\"|')")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7]{2})|(.))", re.DOTALL)
_SIMPLE = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "?": "?", '"': '"', "'": "'", "`": "`",
}  # fmt: skip
_HINTS = {
    "=": "write == to compare",
    "&": "write && for and",
    "|": "write || for or",
    ";": "one expression a line, without a semicolon",
    "“": 'write straight quotes "',
    "”": 'write straight quotes "',
    "‘": 'write straight quotes "',
    "’": 'write straight quotes "',
    "，": "write a half-width comma",
    "（": "write half-width parentheses",
    "）": "write half-width parentheses",
    "！": "write a half-width !",
    "`": "names in backquotes are not used here",
}


def tokens(text: str) -> tuple[Token, ...]:
    """All tokens of `text`, an `end` token last. Raises CelSyntaxError."""
    if len(text) > MAX_LENGTH:
        raise CelSyntaxError(MAX_LENGTH, f"longer than {MAX_LENGTH} characters; split it into several lines")
    found: list[Token] = []
    position = _skip_space(text, 0)
    while position < len(text):
        found.append(_token(text, position))
        if len(found) > MAX_TOKENS:
            raise CelSyntaxError(position, f"more than {MAX_TOKENS} words and signs; split it into several lines")
        position = _skip_space(text, found[-1].end)
    return (*found, Token("end", "", None, len(text), len(text)))


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _token(text: str, position: int) -> Token:
    if text.startswith("//", position):
        raise CelSyntaxError(position, "comments do not stand in a line; write them into the clause's text")
    if quote := _QUOTE.match(text, position):
        return _text(text, quote)
    if number := _NUMBER.match(text, position):
        return _number(text, number)
    if name := _NAME.match(text, position):
        return _name(text, name)
    if operator := _OPERATOR.match(text, position):
        return Token("op", operator.group(), None, position, operator.end())
    sign = text[position]
    raise CelSyntaxError(position, f"{sign!r} is no part of an expression; {_HINTS.get(sign, 'leave it out')}")


def _name(text: str, match: re.Match[str]) -> Token:
    following = text[match.end() : match.end() + 1]
    if following in ('"', "'") and following:
        raise CelSyntaxError(match.start(), f"{match.group()!r} before a text: only r for raw is used here")
    return Token("name", match.group(), None, match.start(), match.end())


def _number(text: str, match: re.Match[str]) -> Token:
    written, start, end = match.group(), match.start(), match.end()
    if (tail := text[end : end + 1]) and (tail.isalnum() or tail in "_."):
        raise CelSyntaxError(start, f"{written + tail!r} is no number; write 2 or 2.0")
    if written.startswith("0x"):
        return Token("int", written, int(written, 16), start, end)
    if re.search(r"[.eE]", written):
        return Token("double", written, _double(written, start), start, end)
    return Token("int", written, int(written[:MAX_LENGTH]), start, end)


def _double(written: str, position: int) -> float:
    value = float(written)
    if value in (float("inf"), float("-inf")):
        raise CelSyntaxError(position, f"{written} is too large for a double")
    return value


def _text(text: str, quote: re.Match[str]) -> Token:
    raw, mark = bool(quote.group(1)), quote.group(2)
    position = quote.end()
    parts: list[str] = []
    while not text.startswith(mark, position):
        if position >= len(text) or (len(mark) == 1 and text[position] in "\r\n"):
            raise CelSyntaxError(quote.start(), f"this text is not closed; end it with {mark}")
        piece, position = _piece(text, position, raw)
        parts.append(piece)
    end = position + len(mark)
    return Token("text", text[quote.start() : end], "".join(parts), quote.start(), end)


def _piece(text: str, position: int, raw: bool) -> tuple[str, int]:
    if raw or text[position] != "\\":
        return text[position], position + 1
    escape = _ESCAPE.match(text, position)
    if escape is None:
        raise CelSyntaxError(position, r"a lone backslash; write \\")
    return _unescaped(escape), escape.end()


def _unescaped(escape: re.Match[str]) -> str:
    hexadecimal = escape.group(1) or escape.group(2) or escape.group(3)
    code = int(hexadecimal, 16) if hexadecimal else int(escape.group(4), 8) if escape.group(4) else None
    if code is None:
        sign = escape.group(5)
        if sign not in _SIMPLE:
            raise CelSyntaxError(escape.start(), rf'\{sign} is no escape; write \\{sign}, or r"…" for a raw text')
        return _SIMPLE[sign]
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise CelSyntaxError(escape.start(), f"{escape.group()} is no character")
    return chr(code)
