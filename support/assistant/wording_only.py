"""A message without what only names: what is left says what the buyer means.

Numbers, passwords and addresses were found by grammar already. Left in, they pull the head towards whatever its
examples with codes were about, and a plain “refund” with a number beside it is no longer sure.
"""

from __future__ import annotations

import re

from support.assistant.entities import Entities

_LABEL = (
    r"(?:我的|这[一个]?[单个]的?|下单时?的?|\b(?:my|the|its|this)\s+)?"
    r"(?:订单编号|訂單編號|订单号码?|訂單號碼?|商户单号|交易单号|单号|單號|(?:订单|这单)(?=\s*[:：]?\s*$)|查询密码|查詢密碼|密码|密碼"
    r"|下单邮箱|邮箱|联系方式|手机号?|QQ号?"
    r"|\b(?:order|trade)\s*(?:number|num|no\b\.?|id|#)?|\b(?:(?:query|lookup|order)\s+)?(?:password|pwd|pass|pin)\b"
    r"|\be-?mail(?:\s+address)?|\bphone(?:\s+number)?|\bcontact)"
)
_LINK = r"\s*(?:[:：=#]|是|为|應該是|应该是|\bis\b|\bwas\b)?\s*[\"'“「(（【]?\s*$"
_BEFORE = re.compile(_LABEL + _LINK, re.IGNORECASE)
_LOOSE = re.compile(r"[\"'“”「」()（）【】\[\]/|]+")
_GAPS = re.compile(r"\s*([,，;；、])(?:\s*[,，;；、])*\s*")


def wording_only(text: str, found: Entities) -> str:
    """`text` without the numbers, proofs and addresses in `found` and the labels before them; may be empty."""
    for code in sorted(found.codes, key=len, reverse=True):
        while (at := text.find(code)) >= 0:
            text = f"{_BEFORE.sub(' ', text[:at])} {text[at + len(code) :]}"
    if not found.codes:
        return text
    plain = _GAPS.sub(r"\1 ", _LOOSE.sub(" ", text))
    return " ".join(plain.split()).strip(" ,，.。;；:：、")
