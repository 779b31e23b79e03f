"""The page on which a supplier answers, in Chinese or English: without script, and nothing of it is from outside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from knowledge_base.shop import Shop
from ticketing.supplier import ANSWERS, SupplierRequest

Json = dict[str, Any]
MOST_TEXT = 2000
WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("货品核验", "Verification of goods"),
    "asks": (
        "{shop}请您核验下面的货品。请在 {until} 之前选择一项并提交，只能提交一次。",
        "{shop} asks you to verify the goods below. Please choose an answer and send it by {until}; once only.",
    ),
    "goods": ("货品", "Goods"), "key": ("卡密（已掩码）", "Key (masked)"), "print": ("指纹", "fingerprint"),
    "delivered": ("交付日期", "Delivered on"), "question": ("问题", "Question"), "answer": ("您的答复", "Your answer"),
    "genuine": ("真实有效，未被使用", "Genuine, and not used"), "invalid": ("无效", "Invalid"),
    "used": ("已被使用", "Used"), "replaced": ("已更换", "Replaced"),
    "text": ("说明（选填，请勿写完整卡密）", "Remarks (optional; please write no whole key)"), "send": ("提交", "Send"),
    "choose": ("请先选择一项。", "Please choose an answer first."),
    "answered": ("已收到您的答复，谢谢。", "Your answer has arrived. Thank you."),
    "expired": ("此核验请求已过期，无需再答复。", "The time for this request is over; no answer is needed any more."),
    "missing": (
        "没有这个核验请求，请检查链接是否完整。", "There is no such request. Please check that the link is whole."
    ),
    "other": ("English", "中文"),
}  # fmt: skip
STYLE = """
body { margin: 0; background: #f4f5f7; color: #1a1a1a;
  font: 16px/1.6 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
main { max-width: 640px; margin: 24px auto; padding: 24px; background: #fff; border-radius: 12px; }
h1 { font-size: 22px; margin: 0 0 12px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 16px; margin: 16px 0; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
fieldset { border: 1px solid #bbb; border-radius: 8px; margin: 16px 0; padding: 8px 16px; }
legend { font-weight: 600; }
label { display: block; padding: 8px 0; }
textarea { box-sizing: border-box; width: 100%; min-height: 96px; font: inherit; padding: 8px;
  border: 1px solid #767676; border-radius: 8px; }
button { min-height: 44px; padding: 0 32px; border: 0; border-radius: 8px; background: #1d4a88; color: #fff;
  font: inherit; }
.said { padding: 8px 12px; background: #f4f4f4; border-left: 4px solid #1d4a88; }
a { color: #1d4a88; }
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


def page(
    request: SupplierRequest | None, state: str, lang: str, shop: Shop | None, path: str, unsaid: bool = False
) -> str:
    """The page of a request as it stands: `asked` with its form, `answered`, `expired`, or `missing`.

    `unsaid`: nothing was chosen when it was sent.
    """
    chinese = lang.startswith("zh")
    other = (
        ""
        if request is None
        else f'<p><a href="{escape(path)}?lang={"en" if chinese else "zh-CN"}">{_word("other", lang)}</a></p>'
    )
    if request is None or shop is None or state != "asked":
        body = f'<p class="said">{_word(state, lang)}</p>'
    else:
        body = _asked(request, lang, shop) + _form(lang, path, unsaid)
    title = _word("title", lang)
    number = f" {escape(request.number)}" if request else ""
    return (
        f'<!doctype html><html lang="{"zh-CN" if chinese else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}{number}</h1>"
        f"{body}{other}</main></body></html>"
    )


def _word(key: str, lang: str) -> str:
    return escape(WORDS[key][0 if lang.startswith("zh") else 1])


def _asked(request: SupplierRequest, lang: str, shop: Shop) -> str:
    name = shop.name.get(lang) or next(iter(shop.name.values()), shop.id)
    until = request.due_at.astimezone(shop.timezone).strftime("%Y-%m-%d %H:%M")
    goods: Json = request.goods
    rows = [("goods", _named(one, lang)) for one in goods["products"]]
    for key in goods["keys"]:
        rows.append(("key", f"{key['masked']} ({WORDS['print'][0 if lang.startswith('zh') else 1]} {key['print']})"))
    if goods["delivered_on"]:
        rows.append(("delivered", goods["delivered_on"]))
    if request.question:
        rows.append(("question", request.question))
    lines = "".join(f"<dt>{_word(key, lang)}</dt><dd>{escape(value)}</dd>" for key, value in rows)
    return f"<p>{_word('asks', lang).format(shop=escape(name), until=until)}</p><dl>{lines}</dl>"


def _named(product: Json, lang: str) -> str:
    names = product["name"]
    return str(names.get(lang) or next(iter(names.values()), product["id"]))


def _form(lang: str, path: str, unsaid: bool) -> str:
    choices = "".join(
        f'<label><input type="radio" name="answer" value="{one}" required> {_word(one, lang)}</label>'
        for one in ANSWERS
    )
    told = f'<p class="said">{_word("choose", lang)}</p>' if unsaid else ""
    return (
        f'{told}<form method="post" action="{escape(path)}?lang={lang}">'
        f"<fieldset><legend>{_word('answer', lang)}</legend>{choices}</fieldset>"
        f'<label>{_word("text", lang)}<textarea name="text" maxlength="{MOST_TEXT}"></textarea></label>'
        f'<button type="submit">{_word("send", lang)}</button></form>'
    )


def state_of(request: SupplierRequest, at: datetime) -> str:
    """As the page tells it: what is past its time is over, though nobody has written that down yet."""
    return "expired" if request.state == "asked" and request.due_at <= at else request.state
