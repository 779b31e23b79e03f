"""Conversations put into what a real server tells a page: every card, long words, a thousand messages."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

from tests.browser.staged_cards import every_card

Json = dict[str, Any]
CARDS, MANY, LONG, PERSON, QUEUE, SOLVED, RATE = (
    f"staged-{name}" for name in ("cards", "many", "long", "person", "queue", "solved", "rate")
)
DAY = "2026-11-20T"
LINES = {
    "zh-CN": ("查一下这张订单", "我的截图在这里", "第 {n} 行：兑换时提示无效，重新登录之后还是一样。"),
    "en": ("Look at this order", "Here is my screenshot", "Line {n}: it says invalid, also after I log in again."),
}  # fmt: skip
ARABIC = "مرحبا، لم يصلني رمز البطاقة SC20261118001 حتى الآن. هل يمكنكم المساعدة؟"
LONG_NAME = {
    "zh-CN": "欧阳·亚历山德拉·冯·霍亨索伦-西格马林根（夜班资深客服）",
    "en": "Alexandra-Wilhelmina von Hohenzollern-Sigmaringen (senior, night shift)",
}


class Stage:
    """A page's socket to its server, with conversations added that the server knows nothing of."""

    def __init__(self, page: Page, *conversations: Json) -> None:
        self._added = list(conversations)
        self.said: list[Json] = []
        """What the page sent to the conversations that the server knows nothing of."""
        page.route_web_socket("**/ws", self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        self._route, server = route, route.connect_to_server()
        route.on_message(
            lambda text: self.said.append(json.loads(text)) if "staged-" in str(text) else server.send(text)
        )
        server.on_message(self._pass)

    def _pass(self, text: str | bytes) -> None:
        frame = json.loads(text)
        if frame["t"] == "snapshot" and "conversations" in frame["d"]:
            frame["d"]["conversations"] += self._added
            text = json.dumps(frame)
        self._route.send(text)

    def tell(self, kind: str, **body: Any) -> None:
        """A frame as if the server had sent it; one without a cursor."""
        self._route.send(json.dumps({"v": 1, "t": kind, "d": body}))


def conversation(id: str, messages: list[Json], lang: str, **head: Any) -> Json:
    """A conversation as snapshots hold it, all of it read unless `read` says less."""
    last = messages[-1] if messages else {"seq": 0, "at": f"{DAY}09:00:00Z"}
    return {
        "id": id, "conversation": id, "state": "bot", "assignee": None, "rev": 1, "seq": last["seq"],
        "read": {"buyer": last["seq"], "agent": 0}, "subject": "", "lang": lang, "created_at": f"{DAY}09:00:00Z",
        "updated_at": last["at"], "joined_at": None, "snoozed_until": None, "messages": messages, "has_more": False,
        **head,
    }  # fmt: skip


def message(seq: int, who: str, text: str, *parts: Json, name: str | None = None, cited: bool = False) -> Json:
    """A message; `who` is buyer, assistant, agent or system."""
    by = {"buyer": "human", "agent": "human", "assistant": "template", "system": "template"}[who]
    source = {
        "n": 1,
        "kind": "article",
        "id": "delivery",
        "title": "发货说明 · Delivery",
        "quote": "…",
        "start": 0,
        "end": 1,
    }
    return {
        "id": f"staged-m{seq}", "seq": seq, "at": f"{DAY}09:{seq // 60 % 60:02}:{seq % 60:02}Z",
        "author": {"kind": who, "name": name}, "generated_by": by, "text": text, "parts": list(parts),
        "citations": [source] if cited else [], "lang": "", "rev": 0,
    }  # fmt: skip


def cards(lang: str) -> Json:
    """Every card, before use and after it."""
    ask, sent, _ = LINES[lang]
    told = [(text, parts) for text, parts in every_card(lang == "en")]
    messages = [message(1, "buyer", ask)]
    for text, parts in told:
        messages.append(message(len(messages) + 1, "assistant", text, *parts, cited=not parts))
    messages.append(message(len(messages) + 1, "buyer", sent, attachment("截图 screenshot.pdf")))
    messages.append(
        message(len(messages) + 1, "system", "", rating(solved=True, score=4, tags=["fast", "kind"], comment="👍"))
    )
    return conversation(CARDS, messages, lang)


def attachment(name: str) -> Json:
    """A file that was sent."""
    return {"type": "attachment", "id": "f1", "name": name, "media_type": "application/pdf", "size": 182_044}


def ended(lang: str, solved: bool | None) -> Json:
    """A conversation at its end: whether it is solved is asked, or how it was."""
    messages = [message(1, "buyer", LINES[lang][0]), message(2, "agent", "OK", name="Chen")]
    messages.append(message(3, "system", "", rating(solved=solved)))
    return conversation(SOLVED if solved is None else RATE, messages, lang, state="resolved")


def rating(**said: Any) -> Json:
    """What asks whether it is solved and how it was."""
    return {"type": "rating", "id": "r1", "solved": None, "score": None, "tags": [], "comment": ""} | said


def many(count: int, lang: str, unread: int = 0) -> Json:
    """A log of `count` messages by turns, its last `unread` ones not looked at."""
    ask = LINES[lang][0]
    said = [
        message(n, "assistant" if n % 2 == 0 or n > count - unread else "buyer", f"{ask} {n}")
        for n in range(1, count + 1)
    ]
    return conversation(MANY, said, lang, read={"buyer": count - unread, "agent": count})


def long(lang: str) -> Json:
    """Twenty lines in one message, words without a place to break, text that runs from right to left, a long name."""
    name, (_, _, line) = LONG_NAME[lang], LINES[lang]
    said = [
        message(1, "buyer", "\n".join(line.format(n=n) for n in range(1, 21))),
        message(2, "agent", "A1B2C3D4E5" * 12 + " https://example.com/" + "very-long-path/" * 12, name=name),
        message(3, "buyer", ARABIC),
        message(4, "agent", f"{ARABIC}\n\n- {ARABIC}\n- {line.format(n=1)}\n\n`{'9' * 60}`", name=name),
    ]
    return conversation(
        LONG,
        said,
        lang,
        state="human",
        assignee={"id": "x", "name": name},
        joined_at=f"{DAY}09:00:02Z",
        subject=line.format(n=1) * 3,
    )
