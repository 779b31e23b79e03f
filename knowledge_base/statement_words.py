"""The words by which a text speaks of a subject, a period, a share or a price, in Chinese and English."""

from __future__ import annotations

import re

from knowledge_base.void_terms import any_of

FRAGMENT = re.compile(r"[^。；，！？,;!?\n]+")
SENTENCE = re.compile(r"[^。！？\n]+?(?:[。！？\n]|\.(?=\s)|$)")


ARRIVES = any_of(r"到账|退回|原路|发到|开具", r"\barriv|\bgoes back|\bby the way it came|\bsends?\b")
ANSWERED = any_of(r"答复|回复|响应|处理意见|办理", r"\banswer|\brepl(?:y|ied)|\brespond|\bproposal|\bhandled")
GRANTED = any_of(
    r"可退|可以?申请|退还|退款|补发|更换|差价|差额|保价|不再|无理由|质保|未使用|没有使用|未激活|保修",
    r"\brefund|\breturn|\bexchang|\breplac|\bdifference|\bprincipal|\bwarrant|\bno longer|\bcheaper|\bcosts? less",
)
WITHIN = any_of(r"内|起|以上|超过", r"\bwithin\b|\bafter\b|\bpast\b|\bfor\b|\bmore than\b|\bunused\b|-day\b|\bin\b")
TOPICS: tuple[tuple[str, frozenset[str], re.Pattern[str]], ...] = (
    (
        "price_drop",
        frozenset({"price_drop"}),
        any_of(
            r"降价|保价|价保|差价", r"\bprice[- ](?:drops?|guarantee|protection)|\bprice dropped|\bcosts? less here"
        ),
    ),
    ("prepaid", frozenset({"prepaid"}), any_of(r"储值", r"\bstored[- ]value|\bprepaid")),
    (
        "privacy",
        frozenset({"privacy"}),
        any_of(r"个人信息|隐私|注销账户", r"\bpersonal data|\bprivacy|\bclosing your account"),
    ),
    (
        "membership_inactive",
        frozenset({"membership_inactive"}),
        any_of(r"会员[^。；\n]{0,12}质保|质保[^。；\n]{0,6}会员", r"\bmembership[^.;\n]{0,20}warrant"),
    ),
    ("top_up_missing", frozenset({"top_up_missing"}), any_of(r"直充", r"\btop-?ups?\b")),
    (
        "key",
        frozenset({"key_invalid", "key_used"}),
        any_of(
            r"(?:卡密|激活码|兑换码|序列号|密钥)[^。；\n]{0,16}(?:无效|被使用|无法使用|不能使用|用不了|失效)",
            r"\b(?:codes?|keys?)\b[^.;\n]{0,40}(?:invalid|used|not work|fails?\b)",
        ),
    ),
    ("complaint", frozenset({"complaint"}), any_of(r"投诉", r"\bcomplain")),
)
"""A subject: the reasons, kinds or requests of its clauses, and the words by which a text speaks of it."""
SHARE = any_of(r"退款|退还|退回|手续费|扣除|扣取|折旧", r"\brefund|\bfee\b|\bdeduct|\bkeeps?\b")
FRACTION = re.compile(r"(?<![\w.])0\.[0-9]+(?![\w.])")
DURATION = re.compile(r"duration\(\"([0-9]+)([hms])\"\)")
PERIODS = (
    ("warranty_days", "day", any_of(r"质保|保修", r"\bwarrant")),
    ("return_days", "day", any_of(r"无理由", r"\bno reason|\breturned? within|\breturn promise|-day return")),
    ("promised_minutes", "minute", any_of(r"承诺|保证", r"\bpromis")),
)  # fmt: skip
"""Columns of products.csv that a text may name, in their unit."""
PAST = any_of(r"之前|以前|以往|此前|当时|旧", r"\bbefore\b|\bolder\b|\bearlier\b|\bprevious|\bused to\b")
PRICE = any_of(r"售价|现价|价格[为是]|单价", r"\bcosts\b|\bprice is\b|\bpriced at\b")
FREE = any_of(r"不收|免收|不扣|没有手续费", r"\bno fee|\bwithout (?:a )?fee|\bnever\b|\bnot\b")
