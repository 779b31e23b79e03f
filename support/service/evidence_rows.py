"""The lines in which a page tells an item of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from support.assistant.phrases import label, listed
from support.assistant.wording import money
from support.service.evidence_page_words import WORDS
from support.service.refund_words import refusal

Json = dict[str, Any]


@lru_cache(1024)
def _local(at: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).isoformat(" ", "seconds")[:19]


class Row(NamedTuple):
    """A line: what it is, its value, and the place of a picture in the folder."""

    name: str
    value: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """Words, times and amounts for one reader; `files` says where an upload's file is in the folder, `products` how the
    shop names its goods in the reader's language, `clauses` its clauses by `policy/id`."""

    lang: str
    zone: ZoneInfo
    files: Mapping[str, str]
    products: Mapping[str, str]
    clauses: Mapping[str, str] = field(default_factory=dict)

    def word(self, key: str) -> str:
        """A word of the page."""
        chinese, english = WORDS[key]
        return chinese if self.lang.startswith("zh") else english

    def time(self, at: str) -> str:
        """A time in the shop's zone, to the second."""
        return _local(at, self.zone)

    def source(self, source: str) -> str:
        """Where an item is from; a store by the way it is connected."""
        kind, _, how = source.partition(":")
        return self.word(f"from_{kind}") + (f" ({how})" if how else "")

    def goods(self, line: Json) -> str:
        """A line of an order: what, and how many."""
        name = line["name"] or self.products.get(line["product"] or "") or line["product"] or "—"
        return f"{name} × {line['quantity'] or '?'}"

    def product(self, id: str) -> str:
        """A product by the shop's name, with the id that the store knows it by."""
        return f"{self.products[id]} ({id})" if id in self.products else id

    def known(self, value: Any) -> str:
        """Yes, no or unknown."""
        return self.word({True: "yes", False: "no"}.get(value, "unknown"))

    def who_or_what(self, entry: Json) -> str:
        """Of a message who wrote it, by name where this copy tells; else what kind of item it is."""
        if entry["kind"] != "message":
            return self.word(entry["kind"])
        named = entry["parts"].get("text", {}).get("value", {}).get("name", "")
        author = entry["open"]["author"]
        if author == "assistant":
            return ""  # its label says so
        return self.word(f"author_{author}") + (f" {named}" if named and author == "agent" else "")

    def row(self, key: str, value: Any) -> Row:
        """A line of a word and a value; what is unknown says so."""
        return Row(self.word(key), self.known(value) if value is None or isinstance(value, bool) else str(value))


def rows_of(entry: Json, show: Show) -> Iterator[Row]:
    """An item's lines: what is open, then what its parts tell in this copy."""
    parts = {name: part["value"] for name, part in entry["parts"].items()}
    yield from _OPEN.get(entry["kind"], _nothing)(entry, show)
    for name in ("text", "redacted", "inner"):
        if name in parts:
            yield from _said(parts[name], show)
    for name, value in parts["trade"].items() if "trade" in parts else ():
        refs = ", ".join(one["ref"] for one in value) if isinstance(value, list) else value
        if refs and (name != "payments" or refs != parts["trade"]["ref"]):
            yield show.row("refs" if name == "payments" else name, refs)
    if entry["erased"]:
        yield Row("", show.word("gone"))


_MACHINES = {"assistant": "author_assistant", "server": "author_system", "policy": "by_policy", "store": "from_store"}
"""Who takes a step and is no person."""


_WORDS_ALONE = frozenset({"text", "name"})
"""What a message's part holds; most items of a long case are messages."""


def _said(part: Json, show: Show) -> Iterator[Row]:
    if part.keys() <= _WORDS_ALONE:
        yield Row("", part["text"])
        return
    if part.get("by"):
        yield show.row("by", show.word(_MACHINES[part["by"]]) if part["by"] in _MACHINES else part["by"])
    if "said" in part:
        rest = " · ".join(part[name] for name in ("clause", "refund") if part[name])
        yield show.row("review", show.word(f"said_{part['said']}") + (f" · {rest}" if rest else ""))
    if "what" in part:
        copy = f" · {show.word('for_' + part['for'])} · {part['digest']}" if "digest" in part else ""
        yield show.row("what", show.word(f"what_{part['what']}") + copy)
    if part.get("cause"):
        yield show.row("cause", refusal(part["cause"], show.lang))
    if part.get("reference"):
        yield show.row("reference", part["reference"])
    if "file" in part:
        yield show.row("file_name", part["file"])
    if "text" in part:
        yield Row("", part["text"])
    if "summary" in part:
        yield Row("", part["summary"]["zh-CN" if show.lang.startswith("zh") else "en"])
    if "report" in part:
        yield show.row("score", part["report"].get("score"))
        found = part["report"].get("signals", ())
        signals = listed(show.lang, (label(show.lang, "risk_name", one["name"]) for one in found))
        yield show.row("signals", signals or "—")


def _nothing(entry: Json, show: Show) -> Iterator[Row]:
    yield from ()


def _ticket(entry: Json, show: Show) -> Iterator[Row]:
    for name, section in (("state", "ticket"), ("reason", "reason"), ("priority", "priority"), ("queue", "queue")):
        yield show.row(name, label(show.lang, section, entry["open"][name]))


def _order(entry: Json, show: Show) -> Iterator[Row]:
    told = entry["open"]
    yield show.row("order", told["order_no"])
    yield show.row("created_at", told["created_at"] and show.time(told["created_at"]))
    yield show.row("frozen", told["frozen"])
    for line in told["lines"]:
        paid = f" · {money(line['paid'], told['currency'])}" if line["paid"] else ""
        yield show.row("line", f"{show.goods(line)}{paid}")


def _payment(entry: Json, show: Show) -> Iterator[Row]:
    told = entry["open"]
    yield show.row("paid", told["paid"])
    yield show.row("paid_at", told["paid_at"] and show.time(told["paid_at"]))
    for name in ("amount", "refunded"):
        yield show.row(name, told[name] and money(told[name], told["currency"]))
    yield show.row("payments", told["payments"])


def _confirmation(entry: Json, show: Show) -> Iterator[Row]:
    yield show.row("no_return", entry["open"]["no_return_confirmed"])


def _delivery(entry: Json, show: Show) -> Iterator[Row]:
    told = entry["open"]
    yield show.row("product", show.product(told["product"]))
    yield show.row("state", told["state"] and label(show.lang, "state", told["state"]))
    yield show.row("delivered_at", told["delivered_at"] and show.time(told["delivered_at"]))
    yield show.row("delivered", f"{_count(told['delivered'])} / {_count(told['of'])}")
    yield show.row("redeemed", told["redeemed"])
    if told["redeemed_at"]:
        yield show.row("redeemed_at", show.time(told["redeemed_at"]))


def _count(value: int | None) -> str:
    return "?" if value is None else str(value)


def _key(entry: Json, show: Show) -> Iterator[Row]:
    told = entry["open"]
    yield show.row("product", show.product(told["product"]))
    for place, masked in enumerate(told["masked"]):
        print_ = told["fingerprints"][place] if place < len(told["fingerprints"]) else ""
        yield show.row("key", masked)
        if print_:
            yield show.row("fingerprint", print_)
    yield show.row("sold_twice", told["sold_twice"])


def _store_event(entry: Json, show: Show) -> Iterator[Row]:
    told = entry["open"]
    yield show.row("told", show.word(f"told_{told['told']}"))
    if told["amount"]:
        yield show.row("amount", money(told["amount"], told["currency"] or "CNY"))


def _refund(entry: Json, show: Show) -> Iterator[Row]:
    told = entry["open"]
    what = f"{told['number']} · {show.word('kind_' + told['kind'])} · {money(told['amount'], told['currency'])}"
    yield show.row("refund", what)
    yield show.row("state", show.word(f"refund_{told['state']}"))


def _supplier(entry: Json, show: Show) -> Iterator[Row]:
    told = entry["open"]
    said = f" · {show.word('answer_' + told['answer'])}" if told["answer"] else ""
    yield Row(told["request"], show.word(f"request_{told['state']}") + said)


def _erased(entry: Json, show: Show) -> Iterator[Row]:
    yield show.row("erased_told", entry["open"]["parts"])


def _upload(entry: Json, show: Show) -> Iterator[Row]:
    told, name = entry["open"], show.files.get(entry["subject"], "")
    yield show.row("by", show.word(f"author_{told['by'].replace('visitor', 'buyer')}"))
    yield show.row("size", f"{told['size']:,} B · {told['media_type']}")
    yield show.row("sha256", told["sha256"])
    if name:
        yield Row(show.word("file"), name, name if told["media_type"].startswith("image/") else "")
    else:
        yield Row(show.word("file"), show.word("no_file"))


def _decision(entry: Json, show: Show) -> Iterator[Row]:
    told = entry["open"]
    yield show.row("request", label(show.lang, "request", told["request"]))
    yield show.row("verdict", label(show.lang, "verdict", told["verdict"]))
    if told["clause"]:
        key = f"{told['clause']['policy']}/{told['clause']['id']}"
        yield show.row("clause", f"{show.clauses[key]} ({key})" if key in show.clauses else key)
    refund = (told["outcome"] or {}).get("refund")
    if refund:
        yield show.row("amount", money(refund["amount"], refund["currency"]))
    yield show.row("digest", told["digest"])


_OPEN: Mapping[str, Callable[[Json, Show], Iterator[Row]]] = {
    "ticket": _ticket, "order": _order, "payment": _payment, "confirmation": _confirmation, "delivery": _delivery,
    "key": _key, "store_event": _store_event, "upload": _upload, "decision": _decision,
    "suggestion": _decision, "refund": _refund, "erased": _erased, "supplier": _supplier,
}  # fmt: skip
