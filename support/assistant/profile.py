"""Answering what is asked of the shop itself from `[profile]` and `[hours]`, where no article does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from retrieval.shop_text import PROFILE, Lines, profile_lines, profile_text, profile_title
from support.assistant.citing import cite
from support.assistant.meant import SURE
from support.assistant.phrases import phrase
from support.assistant.state import Draft, TurnState

ASKS: Mapping[str, tuple[str, ...]] = {"payment_methods": ("payment_methods",), "hours": ("hours",)}
"""What a topic asks for, whatever its words."""
WORDS: Mapping[str, re.Pattern[str]] = {
    key: re.compile("|".join(words), re.IGNORECASE)
    for key, words in {
        "icp": ("备案", "備案", r"\bicp\b", r"\bfiling\b"),
        "licence": (
            "执照",
            "執照",
            "证照",
            "许可",
            "許可",
            "资质",
            "資質",
            "信用代码",
            r"\blicen[cs]",
            r"\bregistered\b",
        ),
        "company": (
            "公司",
            "主体",
            "主體",
            "[谁誰][开開家]",
            "正[规規]",
            r"\bcompany\b",
            r"\bwho (?:runs|owns)\b",
            r"\blegit",
        ),
        "address": ("地址", "在哪", r"\baddress\b", r"\boffice\b", r"\blocated\b", r"\bwhere are you\b"),
        "email": ("邮箱", "郵箱", "邮件", "郵件", r"\be-?mail\b"),
        "phone": ("电话", "電話", "手机号", "手機號", "热线", "熱線", r"\bphone\b", r"\bcall you\b", r"\bhotline\b"),
        "website": ("官网", "官網", "网站", "網站", "网址", "網址", r"\bweb ?site\b", r"\burl\b"),
        "contact": ("联系", "聯繫", "联络", "聯絡", "微信", "qq", r"\bcontact\b", r"\breach you\b", r"\bin touch\b"),
        "complaints": ("投诉", "投訴", "举报", "舉報", r"\bcomplain"),
    }.items()
}
"""By which words one thing is asked for; “the company’s address” asks for the address."""
REACHED = ("contact", "email", "phone", "website")
"""Ways to reach the shop: whoever asks for one that it does not name is told the others."""


def tell_profile(state: TurnState, draft: Draft) -> bool:
    """Quote what the shop says of itself on what is asked; False where it says nothing on that."""
    meaning, shop = state["understanding"], state["given"].shop.folder.shop
    if meaning.confidence < SURE or meaning.topic not in {*ASKS, "shop_profile"}:
        return False
    if any(one.id == PROFILE for one in state["given"].shop.folder.articles):
        return False
    lines = profile_lines(shop, meaning.lang)
    told = [lines[key] for key in _asked(meaning.topic, state["text"], lines)]
    if not told:
        return False
    whole, title = profile_text(shop, meaning.lang), profile_title(meaning.lang)
    marks = [cite(draft, "article", PROFILE, title, line, whole.find(line)) for line in told]
    text = "\n".join(f"{line} {mark}" for line, mark in zip(told, marks, strict=True))
    draft.lines.append(phrase(meaning.lang, "answer.found", text=text, mark="").strip())
    return True


def _asked(topic: str, text: str, lines: Lines) -> list[str]:
    named = [key for key, words in WORDS.items() if words.search(text)]
    asked = ASKS.get(topic) or [key for key in named if key != "company"] or named
    found = [key for key in asked if key in lines]
    if found or not set(asked) & set(REACHED):
        return found
    return [key for key in REACHED if key in lines]
