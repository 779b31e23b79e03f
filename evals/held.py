"""What an answer may say: the amounts, days and order numbers that records hold, read from the demo shop's tables.

Whoever speaks of money without a decision, an order that was opened, a catalogue entry or a quote behind it has made
it up. Nothing of the product's own last check is used here.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from evals.stage import FOLDER, Json

MONEY = re.compile(
    r"(?:(?:HK|US)?[¥￥$€£]|CNY|RMB|USD|EUR)\s?(\d[\d,]*(?:\.\d+)?)"
    r"|(\d[\d,]*(?:\.\d+)?)\s?(?:元|块|圆|美元|美金|CNY|RMB|USD|EUR|yuan|dollars?|euros?)",
    re.IGNORECASE,
)
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
DAY = re.compile(r"(?<!\d)(20\d\d-\d\d-\d\d)(?!\d)")
NUMBER = re.compile(r"(?<![A-Za-z0-9])SC\d{11}(?![A-Za-z0-9])")
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Records:
    """The rows of the demo shop's tables: orders by number, products and authorisations as text."""

    orders: Mapping[str, tuple[Mapping[str, str], ...]]
    catalogue: str

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Records:
        """From the shop's folder."""
        orders: dict[str, list[Mapping[str, str]]] = {}
        for row in csv.DictReader(io.StringIO((folder / "orders.csv").read_text("utf-8"))):
            orders.setdefault(row["order_no"], []).append(row)
        names = ("products.csv", "authorisations.csv")
        catalogue = "\n".join((folder / name).read_text("utf-8") for name in names)
        return cls({number: tuple(rows) for number, rows in orders.items()}, catalogue)

    def of_orders(self, numbers: Iterable[str]) -> str:
        """All that is recorded of some orders, times as the shop's clock shows them."""
        return "\n".join(_cell(value) for number in numbers for row in self.orders[number] for value in row.values())

    def totals(self, numbers: Iterable[str]) -> set[Decimal]:
        """What each order's rows come to together."""
        return {sum((Decimal(row["paid_amount"] or 0) for row in self.orders[n]), Decimal(0)) for n in numbers}

    def secrets(self) -> dict[str, set[str]]:
        """By order, what nobody is ever told: contact and password."""
        return {
            number: {piece for row in rows for piece in (row["contact"], row["proof"]) if piece}
            for number, rows in self.orders.items()
        }

    def payments(self) -> dict[str, set[str]]:
        """By order, its payment references: nobody hears one that they did not say."""
        return {number: {ref for row in rows for ref in _refs(row) if ref} for number, rows in self.orders.items()}


def _refs(row: Mapping[str, str]) -> Iterator[str]:
    yield row["payment_ref"]
    yield from (entry.split(":")[0] for entry in row["payments"].split(";"))


def _cell(value: str) -> str:
    try:
        return datetime.fromisoformat(value).astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if "T" in value else value
    except ValueError:
        return value


def amounts(text: str) -> set[Decimal]:
    """The sums of money that a text names."""
    return {Decimal((match[1] or match[2]).replace(",", "")).normalize() for match in MONEY.finditer(text)}


def figures(text: str) -> set[Decimal]:
    """Every number that stands in a text."""
    return {Decimal(found.replace(",", "")).normalize() for found in FIGURE.findall(text)}


def unheld(message: Json, records: Records, opened: Iterable[str], proofs: Iterable[Json], heard: str) -> list[str]:
    """What a message of the assistant says that nothing holds.

    `opened` are the orders that the visitor proved, `proofs` the decisions of the conversation, `heard` what the
    visitor wrote and what else is on record: a number or day may be repeated from it, an amount may not.
    """
    opened = list(opened)
    quotes = " ".join(citation["quote"] for citation in message["citations"])
    decided = json.dumps([[proof["facts"], proof["outcome"]] for proof in proofs], ensure_ascii=False)
    known = "\n".join((quotes, decided, records.of_orders(opened), records.catalogue))
    said = "\n".join((message["text"], *_of_parts(message["parts"])))
    held = {amount.normalize() for amount in (*figures(known), *records.totals(opened))}
    found = [f"amount {amount}" for amount in sorted(amounts(said) - held)]
    numbers = set(NUMBER.findall(said)) - set(opened) - set(NUMBER.findall(heard.upper()))
    days = set(DAY.findall(message["text"])) - set(DAY.findall(f"{known} {heard}"))
    return found + [f"order {number}" for number in sorted(numbers)] + [f"day {day}" for day in sorted(days)]


def _of_parts(parts: Iterable[Json]) -> Iterator[str]:
    for part in parts:
        yield from (str(part[name]) for name in ("summary", "text", "title", "number") if part.get(name))
        if part.get("amount"):
            yield f"{part['amount']} CNY"
