"""`anxin risk explain`: what signals there are about an order, what they rest on, and what nobody could look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from support.assistant.wording import moment
from support.cli.options import AsJson, Shop, a_language, a_time
from support.cli.outcome import end, print_json

risk_app = typer.Typer(no_args_is_help=True, help="Signals of risk about an order.")
WORDS = {
    "zh": {
        "score": "风险分：{score}", "unknown_score": "未知（已知信号合计 {known}）",
        "limit": "；达到 {limit} 时，同意的申请先由人工核对，不会自动拒绝",
        "against": "不利于买家", "for": "有利于买家",
        "points_buyer": "", "points_shop": "，指向店铺", "points_supplier": "，指向供货商",
        "signal": "{sign}{weight:<3} {label}（{towards}）：{text}", "fact": "       {label}：{value}（{source}，{at}）",
        "unknown": "未知  {label}：{text}",
    },
    "en": {
        "score": "risk score: {score}", "unknown_score": "unknown (known signals come to {known})",
        "limit": "; from {limit} on a person checks what would be granted; nothing is refused by it",
        "against": "against the buyer", "for": "for the buyer",
        "points_buyer": "", "points_shop": ", points at the shop", "points_supplier": ", points at the supplier",
        "signal": "{sign}{weight:<3} {label} ({towards}): {text}", "fact": "       {label}: {value} ({source}, {at})",
        "unknown": "unknown  {label}: {text}",
    },
}  # fmt: skip


@risk_app.callback()
def _group() -> None:
    """Signals of risk about an order."""


@risk_app.command("explain")
def explain_risk(
    order: Annotated[str, typer.Argument(help="Order number.")],
    shop: Shop,
    item: Annotated[str | None, typer.Option(help="Product id, for an order of several items.")] = None,
    reason: Annotated[str | None, typer.Option(help="What is claimed: key_used, key_invalid, not_delivered …")] = None,
    lang: Annotated[str, typer.Option(help="zh or en; the shop's first language by default.")] = "",
    now: Annotated[str | None, typer.Option(help="The moment, as 2026-03-01T12:00:00+08:00.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every signal for and against the buyer with its facts. They ask for a person; they refuse nothing."""
    from support.bootstrap import open_application
    from support.policy.fact_values import NotAFact, typed
    from support.service.risk import assessing
    from support.service.risk_words import told

    try:
        typed("claim.reason", reason or "other")
    except NotAFact as error:
        raise typer.BadParameter(str(error)) from error
    with open_application() as application:
        loaded = application.shop(shop)
        found = _opened(loaded.connector, order)
        if found is None:
            end(f"there is no order {order!r}, or this store shows it to its buyer alone")
        row = _row(found, item)
        assess = assessing(application.journal, loaded, reason, a_time(now) or datetime.now(UTC))
        chosen, zone = a_language(lang) or loaded.folder.shop.languages[0], loaded.folder.shop.timezone
        report = told(assess(found, row).found.as_json() | {"order_no": found.number}, chosen)
        limit = loaded.folder.shop.risk.review_score
    if as_json:
        print_json(report | {"review_score": limit})
    else:
        typer.echo("\n".join(_lines(report, limit, chosen, zone)))


def _opened(connector: Any, number: str) -> Any:
    return None if connector is None else connector.find(number)


def _row(order: Any, product: str | None) -> Any:
    from support.policy.item import item_in_question

    row = item_in_question(order, product)
    if product is not None and row is None:
        raise typer.BadParameter(f"order {order.number} has no item {product!r}", param_hint="--item")
    return row


def _lines(report: dict[str, Any], limit: int, lang: str, zone: ZoneInfo) -> Iterator[str]:
    """The report for a terminal, its times in the shop's zone."""
    words = WORDS["zh" if lang.startswith("zh") else "en"]
    score = report["score"]
    shown = words["unknown_score"].format(known=report["known_score"]) if score is None else str(score)
    yield words["score"].format(score=shown) + (words["limit"].format(limit=limit) if limit else "")
    for one in report["signals"]:
        sign = "+" if one["direction"] == "against" else "-"
        towards = words[one["direction"]] + words[f"points_{one['points_at']}"]
        yield words["signal"].format(
            sign=sign, weight=one["weight"], label=one["label"], towards=towards, text=one["text"]
        )
        for fact in one["facts"]:
            at = moment(datetime.fromisoformat(fact["at"]), zone)
            yield words["fact"].format(label=fact["label"], value=fact["value"], source=fact["source"], at=at)
    for one in report["unknown"]:
        yield words["unknown"].format(label=one["label"], text=one["text"])
