"""One table of `shop.toml`, read key by key: each wrong value is a fault at its line, each unknown key a warning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from knowledge_base.csv_cells import CellError, amount
from knowledge_base.findings import Findings, suggestion
from knowledge_base.languages import among
from knowledge_base.toml_lines import KeyPath, line_of


@dataclass(frozen=True, slots=True)
class SettingsTable:
    """The values below `path` in `file`, and where its keys stand."""

    file: str
    path: KeyPath
    values: Mapping[str, object]
    lines: dict[KeyPath, int]
    findings: Findings

    def line(self, *keys: str) -> int:
        """Where a key of this table stands."""
        return line_of(self.lines, (*self.path, *keys))

    def name(self, key: str) -> str:
        """The key's full name, for messages."""
        return ".".join((*self.path, key))

    def fault(self, key: str, message: str) -> None:
        """Note a fault at a key."""
        self.findings.fault(self.file, self.line(key), message)

    def warn(self, key: str, message: str) -> None:
        """Note a warning at a key."""
        self.findings.warn(self.file, self.line(key), message)

    def warn_unknown(self, known: tuple[str, ...]) -> None:
        """Warn of every key that is not among `known`."""
        for key in self.values:
            if key not in known:
                self.warn(key, f"unknown key {self.name(key)!r}{suggestion(key, known)}")

    def table(self, key: str) -> SettingsTable | None:
        """The table below `key`, None where there is none or where it is no table (a fault)."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(key, f"{self.name(key)} must be a table: [{self.name(key)}]")
            return None
        return SettingsTable(self.file, (*self.path, key), value, self.lines, self.findings)

    def text(self, key: str) -> str | None:
        """A text with content."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.fault(key, f'{self.name(key)} must be a text in quotes: {key} = "…"')
            return None
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts with content."""
        value = self.values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.fault(key, f'{self.name(key)} must be a list of texts: {key} = ["…", "…"]')
            return ()
        return tuple(item.strip() for item in value)

    def positive(self, key: str, default: int) -> int:
        """A whole number above zero."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 1_000_000:
            self.fault(key, f"{self.name(key)} must be a whole number above zero: {key} = {default}")
            return default
        return value

    def money(self, key: str) -> Decimal | None:
        """Decimal text, zero or more; None where it is missing."""
        value = self.values.get(key)
        if value is None:
            return None
        try:
            if isinstance(value, str):
                return amount(value.strip())
            self.fault(key, f'{self.name(key)} must be decimal text: {key} = "50.00", with the quotes')
        except CellError as error:
            self.fault(key, f"{self.name(key)}: {error}")
        return None

    def by_language(self, key: str, languages: tuple[str, ...]) -> dict[str, str]:
        """A table of texts by language, or one text in the shop's first language."""
        value = self.values.get(key)
        if value is None:
            return {}
        if isinstance(value, str) and value.strip() and languages:
            return {languages[0]: value.strip()}
        table = self.table(key)
        return {} if table is None else table.languages(languages)

    def languages(self, languages: tuple[str, ...]) -> dict[str, str]:
        """This table's texts by language; other languages than the shop's are warned of."""
        found: dict[str, str] = {}
        for key in self.values:
            text, lang = self.text(key), among(key, languages)
            if lang is None or lang not in languages:
                self.warn(key, f"unknown key {self.name(key)!r}: the shop's languages are {', '.join(languages)}")
            elif text is not None:
                found[lang] = text
        return found
