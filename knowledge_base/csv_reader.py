"""Reads the shop's tables: rows that know their line, whose cells are read with faults at file and line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from knowledge_base.csv_cells import CellError, read_cell
from knowledge_base.file_text import read_text
from knowledge_base.findings import Findings, suggestion

T = TypeVar("T")
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table holds: columns without which no row can be read, those that it should have, and optional ones."""

    needed: tuple[str, ...]
    expected: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """All columns that are read."""
        return (*self.needed, *self.expected, *self.optional)


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `cells` by column, stripped."""

    file: str
    line: int
    cells: Mapping[str, str]
    findings: Findings

    def fault(self, message: str) -> None:
        """Note a fault at this row."""
        self.findings.fault(self.file, self.line, message)

    def text(self, column: str) -> str | None:
        """A cell's text, None where it is empty."""
        return self.cells.get(column) or None

    def read(self, column: str, read: Callable[[str], T]) -> T | None:
        """A cell as `read` makes of it; None where it is empty, or wrong (a fault)."""
        try:
            return read_cell(self.cells.get(column), read)
        except CellError as error:
            self.fault(f"{column}: {error}")
            return None


def read_rows(file: str, content: bytes, columns: Columns, findings: Findings) -> Iterator[Row]:
    """The rows of a table, blank ones left out. Faults of the file, the header and a row's length are noted."""
    text = read_text(file, content, findings)
    if text is None:
        return
    records = _records(file, text, findings)
    header = next(records, None)
    if header is None or not _header_stands(file, header, columns, findings):
        return
    names = [name.strip() for name in header[1]]
    for line, cells in records:
        if row := _row(file, line, names, cells, findings):
            yield row


def _records(file: str, text: str, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            findings.fault(
                file, line, f"this row is no CSV: {error}; close each quote, and write a quote in a text twice"
            )
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _header_stands(file: str, header: tuple[int, list[str]], columns: Columns, findings: Findings) -> bool:
    line, cells = header
    names = [name.strip() for name in cells]
    if len(names) > MAX_COLUMNS:
        findings.fault(file, line, f"the header has {len(names)} columns, and {MAX_COLUMNS} are read at most")
        return False
    if len(names) == 1 and any(sign in names[0] for sign in ";\t"):
        findings.fault(file, line, "the columns are not separated by commas; save the file as CSV with commas")
        return False
    stands = True
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        findings.fault(file, line, f"the column {name!r} stands twice; keep one")
        stands = False
    for name in columns.needed:
        if name not in names:
            findings.fault(file, line, f"the column {name!r} is missing; the columns are {','.join(columns.known)}")
            stands = False
    _warn_of_columns(file, line, names, columns, findings)
    return stands


def _warn_of_columns(file: str, line: int, names: list[str], columns: Columns, findings: Findings) -> None:
    missing = [name for name in columns.expected if name not in names]
    if missing:
        findings.warn(file, line, f"columns taken as unknown because they are missing: {', '.join(missing)}")
    for name in names:
        if name not in columns.known:
            findings.warn(file, line, f"unknown column {name!r}{suggestion(name, columns.known)}")


def _row(file: str, line: int, names: list[str], cells: list[str], findings: Findings) -> Row | None:
    if len(cells) > len(names) and not any(cell.strip() for cell in cells[len(names) :]):
        cells = cells[: len(names)]
    if len(cells) != len(names):
        remedy = "put a text that holds a comma into quotes, and leave unknown cells empty"
        findings.fault(file, line, f"the row has {len(cells)} cells and the header {len(names)}; {remedy}")
        return None
    return Row(file, line, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}, findings)
