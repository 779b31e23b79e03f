"""Macros: canned replies that agents fill from the case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro in one language; `text` holds `{{order.number}}`-style variables."""

    id: str
    title: str
    lang: str
    text: str
    source: str = ""
