"""Batches: JSON lines in, JSON lines out in the same order, each with its input's `id`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

DONE, SOME_FAILED = 0, 1
STANDARD_INPUT = "-"

Row = dict[str, Any]
Handle = Callable[[Row], Mapping[str, Any]]


def run_batch(path: Path, handle: Handle) -> int:
    """Answer every row of `path` (`-` is standard input) by `handle`; 0, or 1 where a row failed.

    A row that cannot be read or answered gives `{"id", "error": {"code", "message"}}`, and the rest go on. An error's
    code is its own `code`, where it has one; a row that says nonsense is `bad_row`, anything unforeseen `internal`.
    """
    failed = False
    for line in _lines(path):
        answer, answered = _answer(line, handle)
        failed = failed or not answered
        sys.stdout.write(f"{_written(answer)}\n")
        sys.stdout.flush()
    return SOME_FAILED if failed else DONE


def _lines(path: Path) -> Iterator[bytes]:
    try:
        source = sys.stdin.buffer if str(path) == STANDARD_INPUT else path.open("rb")
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    with source:
        for number, line in enumerate(source):
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
            if text.strip():
                yield text


def _answer(line: bytes, handle: Handle) -> tuple[Row, bool]:
    """The row to print, and whether it was answered."""
    try:
        row = json.loads(line.decode())
    except (ValueError, RecursionError) as error:
        return _failed(None, "bad_json", f"this line is not JSON in UTF-8: {error}")
    if not isinstance(row, dict):
        return _failed(None, "bad_row", 'a row is an object, such as {"id": 1, "shop": "star"}')
    try:
        return {"id": row.get("id"), **_without_id(handle(row))}, True
    except Exception as error:  # whatever happens to one row, the others are answered
        return _failed(row.get("id"), _code(error), _message(error))


def _without_id(answer: Mapping[str, Any]) -> Row:
    return {name: value for name, value in answer.items() if name != "id"}


def _failed(row: object, code: str, message: str) -> tuple[Row, bool]:
    return {"id": row, "error": {"code": code, "message": message}}, False


def _code(error: Exception) -> str:
    own = getattr(error, "code", None)
    if isinstance(own, str):
        return own
    return next((code for kind, code in _codes() if isinstance(error, kind)), "internal")


def _codes() -> tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...]:
    from knowledge_base.errors import UnknownShop
    from support.orders.connector import StoreUnavailable

    return (
        (UnknownShop, "unknown_shop"),
        (StoreUnavailable, "unavailable"),
        ((typer.BadParameter, ValueError, KeyError, TypeError), "bad_row"),
    )


def _message(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0] if error.args else error}: it is missing"
    return str(error) or type(error).__name__


def _written(answer: Row) -> str:
    """One line; half a surrogate pair, which UTF-8 cannot hold, goes back as the escape that it came in as."""
    text = json.dumps(answer, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(answer)
    return text
