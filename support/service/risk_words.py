"""What was found of risk, in words for the shop's people. No buyer is shown any of it."""

from __future__ import annotations

from typing import Any

from support.assistant.phrases import label, phrase
from support.assistant.wording import money

Json = dict[str, Any]
SOURCES = {"store": "store", "our record": "record", "buyer": "buyer", "shop settings": "shop"}


def told(report: Json, lang: str) -> Json:
    """A report as it was kept, each signal with its sentence and its facts in words.

    `{"order_no", "score", "known_score", "at", "signals": [{"name", "label", "text", "direction", "points_at",
    "weight", "facts": [{"label", "value", "source", "at"}]}], "unknown": [{"name", "label", "text"}]}`
    """
    currency = report["currency"]
    return {
        "order_no": report.get("order_no"), "score": report["score"], "known_score": report["known_score"],
        "at": report["at"], "signals": [_signal(one, lang, currency) for one in report["signals"]],
        "unknown": [_unknown(one, lang) for one in report["unknown"]],
    }  # fmt: skip


def _signal(signal: Json, lang: str, currency: str) -> Json:
    values = {fact["name"]: _value(fact, currency) for fact in signal["facts"]}
    facts = [
        {
            "label": label(lang, "risk_fact", fact["name"]), "value": str(values[fact["name"]]),
            "source": label(lang, "source", SOURCES.get(fact["source"], fact["source"])), "at": fact["at"],
        }
        for fact in signal["facts"]
    ]  # fmt: skip
    named = {
        "label": label(lang, "risk_name", signal["name"]),
        "text": phrase(lang, f"risk.{signal['name']}", **values),
    }
    return {key: signal[key] for key in ("name", "direction", "points_at", "weight")} | named | {"facts": facts}


def _unknown(one: Json, lang: str) -> Json:
    lacks = label(lang, "risk_lacks", one["lacks"].replace(".", "_"))
    return {"name": one["name"], "label": label(lang, "risk_name", one["name"]), "text": lacks}


def _value(fact: Json, currency: str) -> object:
    return money(str(fact["value"]), currency) if fact["name"].endswith("amount") else fact["value"]
