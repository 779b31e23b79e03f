"""Writes single values into `shop.toml`: everything else, comments too, stays as its author wrote it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from knowledge_base.toml_lines import KeyPath, table_lines

Json = Mapping[str, Any]
DEEPEST = 4
_BARE = re.compile(r"[A-Za-z0-9_-]+")


class NotEditable(ValueError):
    """The file is no TOML, or is written in a way that only a person can change; the message says so."""


def with_changes(text: str, changes: Json, order: Mapping[str, Sequence[str]] | None = None) -> str:
    """The file after a merge patch (RFC 7396): tables are merged, None takes a key or table out.

    `order` names for a table in which order its own tables are to stand. What is written is read again and must be
    exactly that. Raises NotEditable.
    """
    windows = "\r\n" in text
    text = text.replace("\r\n", "\n")
    wanted = _merged(_read(text), changes, DEEPEST)
    try:
        new = _written(text, (), changes)
        for table, names in (order or {}).items():
            new = _ordered(new, table, names)
    except (TOMLKitError, KeyError, TypeError) as error:
        raise NotEditable(f"shop.toml cannot be changed here: {error}") from error
    if _read(new) != wanted or any(_out_of_order(new, *one) for one in (order or {}).items()):
        what = "is written in a way that a form cannot change; write each table as [table], or edit it as text"
        raise NotEditable(f"shop.toml {what}")
    return new.replace("\n", "\r\n") if windows else new


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise NotEditable(f"shop.toml cannot be read: {error}") from error


def _merged(held: Json, changes: Json, deep: int) -> dict[str, Any]:
    if not deep:
        raise NotEditable("nothing in shop.toml stands so deep")
    new = dict(held)
    for key, value in changes.items():
        if isinstance(value, Mapping):
            below = new.get(key)
            merged = _merged(below if isinstance(below, dict) else {}, value, deep - 1)
            if merged or key in new:
                new[key] = merged
        elif value is None:
            new.pop(key, None)
        else:
            new[key] = value
    return new


def _written(text: str, path: KeyPath, changes: Json) -> str:
    for key, value in changes.items():
        text = _set(text, (*path, key), value)
    return text


def _set(text: str, path: KeyPath, value: object) -> str:
    held = _at(_read(text), path)
    if isinstance(value, Mapping):
        if held is None and not _merged({}, value, DEEPEST):
            return text
        if held is not None and not isinstance(held, dict):
            raise NotEditable(f"shop.toml: {'.'.join(path)} is not written as a table [{'.'.join(path)}]; write it so")
        return _written(text if held is not None else _with_table(text, path), path, value)
    if value is None:
        return text if held is None else _without(text, path, held)
    if held is None:
        return _with_key(text, path, value)
    return text if held == value and type(held) is type(value) else _with_value(text, path, value)


def _at(values: Any, path: KeyPath) -> object:
    for key in path:
        values = values.get(key) if isinstance(values, dict) else None
    return values


def _with_value(text: str, path: KeyPath, value: object) -> str:
    document = tomlkit.parse(text)
    _holder(document, path)[path[-1]] = value
    return tomlkit.dumps(document)


def _holder(document: Any, path: KeyPath) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


def _without(text: str, path: KeyPath, held: object) -> str:
    if isinstance(held, dict) and path in table_lines(text):
        lines = text.split("\n")
        for start, end in reversed(_blocks(text, path)):
            del lines[start:end]
        return "\n".join(lines)
    document = tomlkit.parse(text)
    del _holder(document, path)[path[-1]]
    return tomlkit.dumps(document)


def _with_key(text: str, path: KeyPath, value: object) -> str:
    """A new line after the last of its table, before what is said of the next one."""
    own = path[:-1]
    if own and own not in table_lines(text):
        return _with_value(text, path, value)
    line = f"{_key(path[-1])} = {tomlkit.item(value).as_string()}"
    return _inserted(text, _end(text, own), [line])


def _with_table(text: str, path: KeyPath) -> str:
    family = [one for one in table_lines(text) if one[: len(path) - 1] == path[:-1] and len(path) > 1]
    header = f"[{'.'.join(map(_key, path))}]"
    at = max((_end(text, one) for one in family), default=None)
    if at is None:
        return f"{text.rstrip()}\n\n{header}\n"
    return _inserted(text, at, ["", header])


def _inserted(text: str, at: int, new: list[str]) -> str:
    lines = text.split("\n")
    lines[at:at] = new
    return "\n".join(lines)


def _end(text: str, path: KeyPath) -> int:
    """The number of lines up to the last that says something in a table itself; `()` is what stands before any."""
    lines, starts = text.split("\n"), sorted(table_lines(text).values())
    start = table_lines(text)[path] if path else 0
    end = next((line - 1 for line in starts if line > start), len(lines))
    while end > start and _says_nothing(lines[end - 1]):
        end -= 1
    return end


def _says_nothing(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _blocks(text: str, path: KeyPath) -> list[tuple[int, int]]:
    """Where a table and its own tables stand, each with the comment right above it, as slices of the lines."""
    lines, found = text.split("\n"), []
    for one, line in sorted(table_lines(text).items(), key=lambda each: each[1]):
        if one[: len(path)] == path:
            start = line - 1
            while start > 0 and lines[start - 1].lstrip().startswith("#"):
                start -= 1
            end = _end(text, one)
            found.append((start, end + (end < len(lines) and not lines[end].strip())))
    return found


def _ordered(text: str, table: str, names: Sequence[str]) -> str:
    """The tables below `table` in this order, in the place of the first of them."""
    if not _out_of_order(text, table, names):
        return text
    lines, moved = text.split("\n"), list[str]()
    places = {name: _blocks(text, (table, name)) for name in names}
    for name in names:
        for start, end in places[name]:
            moved += [*lines[start:end], *([""] if lines[end - 1].strip() else [])]
    every = sorted(place for places_of in places.values() for place in places_of)
    if not every:
        return text
    first = every[0][0]
    for start, end in reversed(every):
        del lines[start:end]
    lines[first:first] = moved
    return "\n".join(lines)


def _out_of_order(text: str, table: str, names: Sequence[str]) -> bool:
    held = _read(text).get(table)
    return isinstance(held, dict) and [name for name in held if name in names] != [one for one in names if one in held]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
