"""Rows in, rows out."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import typer

from knowledge_base.errors import UnknownShop
from support.cli.batch import run_batch
from support.orders.connector import StoreUnavailable


class _Own(Exception):
    code = "own"


def _handle(row: dict[str, Any]) -> dict[str, Any]:
    failures: dict[str, Exception] = {
        "unknown": UnknownShop("x"),
        "down": StoreUnavailable("no answer from the store"),
        "wrong": ValueError("text: say what to ask"),
        "lacking": KeyError("order"),
        "own": _Own("it failed its own way"),
        "bug": RuntimeError(""),
    }
    if row.get("do") in failures:
        raise failures[row["do"]]
    return {"said": row.get("text"), "id": "never this"}


def _run(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, Any]]]:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    code = run_batch(file, _handle)
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_answers_come_in_order_each_with_its_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "b", "text": "你好"},
        {"id": 2},
        {"id": None},
        {"text": "x"},
        {"id": {"a": [1]}},
    ]
    code, out = _run(tmp_path, "\n".join(json.dumps(row) for row in rows).encode(), capsys)
    assert code == 0
    assert out == [{"id": row.get("id"), "said": row.get("text")} for row in rows]


@pytest.mark.parametrize(
    ("do", "code", "message"),
    [
        ("unknown", "unknown_shop", "no shop 'x'"),
        ("down", "unavailable", "no answer from the store"),
        ("wrong", "bad_row", "say what to ask"),
        ("lacking", "bad_row", "order: it is missing"),
        ("own", "own", "its own way"),
        ("bug", "internal", "RuntimeError"),
    ],
)
def test_a_row_that_fails_says_why_and_the_rest_go_on(
    do: str, code: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = f'{{"id": 1}}\n{{"id": 2, "do": "{do}"}}\n{{"id": 3}}\n'.encode()
    exit_code, (first, second, third) = _run(tmp_path, content, capsys)
    assert exit_code == 1
    assert (first["id"], third["id"]) == (1, 3)
    assert set(second) == {"id", "error"}
    assert (second["id"], second["error"]["code"]) == (2, code)
    assert message in second["error"]["message"]


@pytest.mark.parametrize("line", [b"{", b"[1]", b'"x"', b"\xff", b"1", b"[" * 100_000, b'{"id": ' + b"1" * 9000 + b"}"])
def test_a_line_that_is_no_object_has_no_id(line: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, (bad, good) = _run(tmp_path, line + b'\n{"id": 1}', capsys)
    assert code == 1
    assert bad["id"] is None
    assert bad["error"]["code"] in ("bad_json", "bad_row")
    assert good == {"id": 1, "said": None}


def test_marks_and_empty_lines_are_no_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, b'\xef\xbb\xbf{"id": 1}\r\n\r\n  \n{"id": 2}\n', capsys) == (
        0,
        [{"id": 1, "said": None}, {"id": 2, "said": None}],
    )
    assert _run(tmp_path, b"", capsys) == (0, [])


def test_half_a_surrogate_goes_back_as_it_came(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, b'{"id": "\\ud800"}', capsys) == (0, [{"id": "\ud800", "said": None}])


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"id": 7}\n')))
    assert run_batch(Path("-"), _handle) == 0
    assert json.loads(capsys.readouterr().out) == {"id": 7, "said": None}


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="cannot be read"):
        run_batch(tmp_path / "none.jsonl", _handle)
