"""The page of a buyer's export, in Chinese or English: it asks nothing of a network and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from support.assistant.phrases import label
from support.service.evidence_page_words import STYLE
from ticketing.storage.data_map import PEOPLE

Json = dict[str, Any]
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:"
MORE = """
.talk p { margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.talk small { color: #555; } .wide { overflow-x: auto; }
td { overflow-wrap: anywhere; max-width: 420px; min-width: 4.5em; }
"""
WORDS = {
    "title": ("个人信息副本", "A copy of your data"),
    "opening": (
        "这是{shop}保存的与“{person}”有关的全部信息。商品卡密已掩码；系统密钥与指纹、风险提示和供货商信息不在其中。",
        "This is everything that {shop} keeps about “{person}”. Keys of goods are masked; fingerprints and secrets of "
        "the system, signals of risk and what is a supplier’s are left out.",
    ),
    "data": ("同样的内容以 JSON 存于 data.json。", "The same as JSON is in data.json."),
    "shop": ("店铺", "Shop"), "person": ("对象", "Person"), "made": ("生成时间", "Made at"), "rows": ("条", "rows"),
    "kept": ("保存了什么", "What is kept"), "file": ("文件", "File"), "none": ("已不再保存", "not kept any longer"),
    "buyer": ("您", "You"), "assistant": ("AI 助手", "AI assistant"), "agent": ("客服", "Agent"),
    "system": ("系统", "System"), "chat": ("会话", "Conversation"),
}  # fmt: skip
TABLES = (
    "tickets", "decisions", "decision_reviews", "refunds", "claims", "ratings", "notes", "unanswered", "order_grants",
    "order_events", "privacy_requests", "access_log",
)  # fmt: skip
"""Shown as tables; what else there is stands in the JSON."""
COLUMNS = {
    "ticket_no": ("工单", "Ticket"), "refund_no": ("退款", "Refund"), "request_no": ("请求", "Request"),
    "at": ("时间", "Time"), "created_at": ("时间", "Time"), "received_at": ("收到", "Received"),
    "order_no": ("订单", "Order"), "kind": ("类型", "Kind"), "request": ("请求", "Request"),
    "verdict": ("结论", "Verdict"), "state": ("状态", "State"), "reason": ("原因", "Reason"),
    "amount": ("金额", "Amount"), "currency": ("货币", "Currency"), "score": ("评分", "Score"),
    "author_name": ("客服", "Agent"),
    "agent_name": ("客服", "Agent"), "what": ("内容", "What"), "text": ("文字", "Text"), "comment": ("文字", "Text"),
    "resolution": ("处理结果", "Resolution"), "answer": ("答复", "Answer"), "resolved_at": ("解决", "Resolved"),
    "ended_at": ("办结", "Ended"),
}  # fmt: skip
NUMBERS = {"ticket_no": "T-", "refund_no": "R-", "request_no": "P-"}
SECTIONS = {"verdict": "verdict", "reason": "reason", "request": "request", "state": "ticket"}
"""Columns whose values have words: the section of the phrases."""


def page(document: Json, zone: ZoneInfo) -> str:
    """The whole page; times in the shop's zone."""
    chinese = document["lang"].startswith("zh")
    said = {key: pair[0] if chinese else pair[1] for key, pair in WORDS.items()}
    titles = {name: personal.title[1 if chinese else 0] for name, personal in PEOPLE.items()}
    opening = said["opening"].format(shop=document["shop_name"], person=document["person"])
    facts = [(said["shop"], document["shop_name"]), (said["person"], document["person"]),
             (said["made"], _time(document["made_at"], zone))]  # fmt: skip
    counts = [(titles[name], f"{len(rows)} {said['rows']}") for name, rows in document["tables"].items()]
    body = [
        f"<h1>{escape(said['title'])}</h1>", f"<p>{escape(opening)} {escape(said['data'])}</p>", _facts(facts),
        f"<h2>{escape(said['kept'])}</h2>", _facts(counts), *_talks(document, zone, said),
        *_files(document, said, titles),
        *(_table(titles[name], document["tables"][name], zone, document["lang"]) for name in TABLES
          if name in document["tables"]),
    ]  # fmt: skip
    return "\n".join((
        "<!doctype html>", f'<html lang="{escape(document["lang"])}">', "<head>", '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(said['title'])}</title>", f"<style>{STYLE}{MORE}</style>", "</head>", "<body>", "<main>",
        *body, "</main>", "</body>", "</html>", "",
    ))  # fmt: skip


def _facts(pairs: Iterable[tuple[str, str]]) -> str:
    lines = (f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in pairs)
    return f'<table class="facts">{"".join(lines)}</table>'


def _talks(document: Json, zone: ZoneInfo, said: dict[str, str]) -> Iterator[str]:
    messages = sorted(document["tables"].get("messages", ()), key=lambda one: one["seq"])
    for chat in document["tables"].get("conversations", ()):
        yield f"<section class='talk'><h2>{escape(said['chat'])} {escape(_time(chat['created_at'], zone))}</h2>"
        for one in messages:
            if one["conversation"] == chat["id"]:
                who = said.get(one["author_kind"], one["author_kind"])
                name = f" {one['author_name']}" if one["author_kind"] == "agent" else ""
                head = f"{_time(one['at'], zone)} {who}{name}"
                yield f"<p><small>{escape(head)}</small><br>{escape(one['text'])}</p>"
        yield "</section>"


def _files(document: Json, said: dict[str, str], titles: dict[str, str]) -> Iterator[str]:
    found = document["tables"].get("uploads", ())
    if not found:
        return
    yield f"<h2>{escape(titles['uploads'])}</h2><ul>"
    for one in found:
        place = document["files"].get(one["id"])
        name = escape(one["name"] or said["file"])
        yield f'<li><a href="{place}">{name}</a></li>' if place else f"<li>{name} ({escape(said['none'])})</li>"
    yield "</ul>"


def _table(title: str, rows: list[Json], zone: ZoneInfo, lang: str) -> str:
    names = [name for name in COLUMNS if any(row.get(name) not in (None, "") for row in rows)]
    chinese = lang.startswith("zh")
    head = "".join(f"<th>{escape(COLUMNS[name][0 if chinese else 1])}</th>" for name in names)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(name, row[name], zone, lang))}</td>" for name in names) + "</tr>"
        for row in rows
    )
    return f'<h2>{escape(title)}</h2><div class="wide"><table><tr>{head}</tr>{lines}</table></div>'


def _cell(name: str, value: Any, zone: ZoneInfo, lang: str) -> str:
    if value is None:
        return ""
    if name == "at" or name.endswith("_at"):
        return _time(value, zone)
    if name in NUMBERS:
        return f"{NUMBERS[name]}{value}"
    return label(lang, SECTIONS[name], value) if name in SECTIONS else str(value)


def _time(text: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(text).astimezone(zone).isoformat(" ", "seconds")[:19]
