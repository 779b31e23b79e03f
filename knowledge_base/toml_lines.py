"""Where the keys of a TOML text stand; the standard reader does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

KeyPath = tuple[str, ...]

_TABLE = re.compile(r"\s*\[\[?(?P<key>[^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"""\s*(?P<key>(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'))*)\s*="""
)
_LONG_TEXT = re.compile(r'"""|\'\'\'')


def key_lines(text: str) -> dict[KeyPath, int]:
    """The first line of every key and table by its path, such as `("refunds", "auto_limit")`."""
    return {path: number for path, (number, _) in _places(text).items()}


def table_lines(text: str) -> dict[KeyPath, int]:
    """The line of each table's own `[header]`."""
    return {path: number for path, (number, header) in _places(text).items() if header}


def key_at(text: str, line: int) -> str | None:
    """The full name of what stands on a line, such as `hours.mon`; None where nothing begins there."""
    return next((".".join(path) for path, number in key_lines(text).items() if number == line), None)


def _places(text: str) -> dict[KeyPath, tuple[int, bool]]:
    found: dict[KeyPath, tuple[int, bool]] = {}
    table: KeyPath = ()
    for number, line in _outside_long_texts(text):
        if match := _TABLE.match(line):
            table = _path(match["key"])
            found.setdefault(table, (number, True))
        elif match := _KEY.match(line):
            found.setdefault((*table, *_path(match["key"])), (number, False))
    return found


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """Where a path stands, else its nearest parent, else line 1."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


def _outside_long_texts(text: str) -> Iterator[tuple[int, str]]:
    inside = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not inside:
            yield number, line.removesuffix("\r")
        if len(_LONG_TEXT.findall(line)) % 2:
            inside = not inside


def _path(written: str) -> KeyPath:
    try:
        value: object = tomllib.loads(f"{written.strip()} = 0")
    except tomllib.TOMLDecodeError:
        return (written.strip(),)
    path: list[str] = []
    while isinstance(value, dict):
        name, value = next(iter(value.items()))
        path.append(name)
    return tuple(path)
