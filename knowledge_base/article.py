"""Articles: what a shop knows, as its readers see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Audience = Literal["public", "agents"]


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one language; translations share an `id`.

    `text` is the body exactly as written (front matter removed), so that an offset into it, in code points, is
    an exact place in the source. `valid_from` and `valid_to` are days in the shop's zone, both inclusive.
    """

    id: str
    title: str
    lang: str
    text: str
    source: str
    line: int = 1
    products: tuple[str, ...] = ()
    audience: Audience = "public"
    valid_from: date | None = None
    valid_to: date | None = None
    questions: tuple[str, ...] = ()

    def valid_on(self, day: date) -> bool:
        """Whether the article speaks for `day`."""
        return not ((self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to))
