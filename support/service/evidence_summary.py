"""What a page of evidence tells at a glance: the last word on what was bought, paid, delivered and decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from support.assistant.phrases import label
from support.assistant.wording import money
from support.service.evidence_rows import Row, Show

Json = dict[str, Any]


def summary_of(seen: Iterable[Json], show: Show) -> Iterator[Row]:
    """The lines of the summary; what no item tells has none."""
    latest: dict[str, Json] = {}
    counted: Counter[str] = Counter()
    refunds: dict[str, Json] = {}
    for entry in seen:
        latest[entry["kind"]] = entry
        if entry["kind"] == "message":
            counted[entry["open"]["author"]] += 1
        elif entry["kind"] == "refund":
            refunds[entry["open"]["number"]] = entry["open"]
    yield from _bought(latest, show)
    yield from _received(latest, show)
    yield from _settled(latest, refunds, show)
    if counted:
        said = (f"{show.word(f'author_{author}')} {n}" for author, n in counted.items())
        yield show.row("messages", " · ".join(said))


def _bought(latest: Mapping[str, Json], show: Show) -> Iterator[Row]:
    if "order" in latest:
        order = latest["order"]["open"]
        yield show.row("goods", "; ".join(show.goods(line) for line in order["lines"]))
    if "payment" in latest:
        paid = latest["payment"]["open"]
        amount = money(paid["amount"], paid["currency"]) if paid["amount"] else show.known(paid["paid"])
        yield show.row("paid", amount + (f" · {show.time(paid['paid_at'])}" if paid["paid_at"] else ""))
        if paid["refunded"] and float(paid["refunded"]):
            yield show.row("refunded", money(paid["refunded"], paid["currency"]))
    if "confirmation" in latest:
        yield show.row("no_return", latest["confirmation"]["open"]["no_return_confirmed"])


def _received(latest: Mapping[str, Json], show: Show) -> Iterator[Row]:
    if "delivery" not in latest:
        return
    told = latest["delivery"]["open"]
    state = label(show.lang, "state", told["state"]) if told["state"] else show.word("unknown")
    at = f" · {show.time(told['delivered_at'])}" if told["delivered_at"] else ""
    yield show.row("delivery", f"{state} · {_count(told['delivered'])} / {_count(told['of'])}{at}")
    redeemed = show.known(told["redeemed"])
    yield show.row("redeemed", redeemed + (f" · {show.time(told['redeemed_at'])}" if told["redeemed_at"] else ""))


def _settled(latest: Mapping[str, Json], refunds: Mapping[str, Json], show: Show) -> Iterator[Row]:
    if "decision" in latest:
        told = latest["decision"]["open"]
        by = f" · {told['clause']['policy']}/{told['clause']['id']}" if told["clause"] else ""
        verdict = label(show.lang, "verdict", told["verdict"])
        yield show.row("policy", f"{label(show.lang, 'request', told['request'])}: {verdict}{by}")
    if refunds:
        each = (
            f"{number} {money(one['amount'], one['currency'])} {show.word('refund_' + one['state'])}"
            for number, one in refunds.items()
        )
        yield show.row("refunded_now", "; ".join(each))
    if "ticket" in latest:
        yield show.row("outcome", label(show.lang, "ticket", latest["ticket"]["open"]["state"]))


def _count(value: int | None) -> str:
    return "?" if value is None else str(value)
