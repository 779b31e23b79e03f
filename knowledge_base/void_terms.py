"""The wordings that the linter knows, in Chinese and English, and why each does not hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A wording found in a text, and why it does not hold."""

    found: str
    why: str


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


CONFIRMATION_METHOD = _any(
    r"勾选|打勾|点击确认|单独确认|逐笔确认|确认(?:按钮|步骤|框|页|弹窗)",
    r"(?:下单|结账|结算|付款)(?:时|前|页).{0,20}确认|确认.{0,20}(?:下单|结账|结算)",
    r"\btick|\bcheck(?:s|ed)? (?:the|a) box|\bcheckbox|\bat checkout\b",
    r"\bconfirm\w*\b.{0,60}\b(?:order|check)|\border\w*\b.{0,60}\bconfirm",
)
"""How a buyer confirms at checkout that something cannot be returned."""

_TERMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "a blanket refusal of returns and refunds is void for faulty or undelivered goods (消费者权益保护法 art. 26)",
        _any(
            r"(?:一经|一旦|凡)?(?:售出|卖出|发货|发出)[^。；\n]{0,10}(?:概|一律|均|恕|绝)不(?:支持|予|接受|能)?(?:退|换|受理)[换款货]?",
            r"(?:概|一律|恕)不(?:支持|予|接受)?(?:退换|退款|退货)",
            r"(?:售出|卖出|发货)[^。；，\n]{0,8}，?\s*(?:不支持|不予|不可|不能|不得|不)(?:任何)?(?:退换|退款|退货)",
            r"(?:虚拟|数字|电子)(?:商品|产品)[^。；\n]{0,8}(?:不支持|不予|不可|不能)(?:任何)?(?:退换|退款|退货)",
            r"\ball sales (?:are )?final\b",
            r"\bno (?:refunds?|returns?)\b[^.;\n]{0,20}"
            r"\b(?:under any|whatsoever|once sold|after (?:sale|purchase|delivery))",
            r"\bonce sold\b[^.;\n]{0,30}\b(?:not|never|cannot|no)\b[^.;\n]{0,20}\b(?:refund|return|exchang)\w*",
            r"\bnon-?refundable (?:under any|in any|in all)\b",
        ),
    ),
    (
        "a right of final interpretation is void (网络消费纠纷规定(一) art. 1)",
        _any(
            r"最终解释权|(?:单方|拥有|享有|保留)[^。；\n]{0,6}解释权|解释权(?:归|属于)",
            r"\bfinal interpretation\b|\bfinal right (?:of|to) interpret\w*|\bsole(?:ly)? (?:right to )?interpret\w*",
        ),
    ),
    (
        "excluding complaints, reports or lawsuits is void (网络消费纠纷规定(一) art. 1)",
        _any(
            r"(?:不得|禁止|严禁|放弃)[^。；，\n]{0,12}(?:投诉|举报|起诉|诉讼|差评|维权|仲裁)",
            r"(?:不可|不能)(?:向[^。；，\n]{1,10})?(?:投诉|举报|起诉|差评|维权)",
            r"\b(?:may not|must not|shall not|waives?|gives? up)\b[^.;\n]{0,40}"
            r"\b(?:complain\w*|sue|lawsuits?|litigat\w*|arbitrat\w*|chargebacks?|negative reviews?)",
        ),
    ),
    (
        "taking a receipt for approval of the quality is void (网络消费纠纷规定(一) art. 1)",
        _any(
            r"(?:签收|收货|收到|查看卡密|提取卡密)[^。；\n]{0,8}(?:视为|即|等于|代表)[^。；\n]{0,8}"
            r"(?:认可|合格|满意|无误|无质量|没有质量|验收)",
            r"\b(?:receipt|delivery|signing)\b[^.;\n]{0,30}"
            r"\b(?:deemed|counts as|considered|means|constitutes)\b[^.;\n]{0,30}"
            r"\b(?:accept\w*|approv\w*|satisf\w*|quality)",
            r"签收视为",
        ),
    ),
    (
        "consent must be given, not taken by default (消费者权益保护法实施条例 art. 19)",
        _any(
            r"默认(?:同意|勾选|确认|接受|开通|授权)",
            r"(?:下单|付款|购买|使用)(?:即|就)?(?:视为|代表|表示|默认)(?:您|你|买家|用户)?(?:已经?)?(?:同意|接受|放弃|认可)",
            r"(?:未回复|不回复|未提出异议)即?视为同意",
            r"\b(?:by default|tacitly) (?:agree|consent|accept)\w*|\b(?:agree|consent|accept)\w* by default\b",
            r"\bpre-?(?:ticked|checked)\b",
        ),
    ),
    (
        "refusing all after-sales service is void (消费者权益保护法 art. 26)",
        _any(
            r"(?:拒绝|不提供|不接受|不受理|概不提供|概不负责)(?:一切|任何|所有)?(?:形式的?)?售后",
            r"售后(?:问题)?(?:概不|一律不)(?:负责|受理|处理)",
            r"\bno after-?sales\b|\brefuses? (?:all|any) after-?sales",
        ),
    ),
    (
        "an order that was paid is a contract; cancelling it at will is void (电子商务法 art. 49)",
        _any(
            r"付款后[^。；\n]{0,12}(?:无条件|随时|单方|有权)[^。；\n]{0,6}取消",
            r"付款后[^。；\n]{0,6}(?:合同|订单)仍?(?:不成立|未成立|无效)",
            r"(?:商家|卖家|本店|我们|店铺)(?:有权|可以?)[^。；\n]{0,6}(?:无条件|随时|单方)[^。；\n]{0,4}取消",
            r"\b(?:we|(?:shop|store|seller)) may cancel\b[^.;\n]{0,30}"
            r"\b(?:at any time|unconditionally|for any reason|without (?:reason|cause|liability))",
        ),
    ),
    (
        "money goes back by the way it came unless the buyer agrees otherwise; a wallet must not be the only way",
        _any(
            r"(?:退款|款项)[^。；\n]{0,8}(?:只|仅|一律|全部)[^。；\n]{0,8}(?:余额|钱包|站内|积分)",
            r"(?:只|仅)(?:能|支持|可)?(?:退|返)[还回至到入]?[^。；\n]{0,8}(?:余额|钱包|积分|站内)",
            r"\brefund\w*\b[^.;\n]{0,40}\b(?:only|exclusively|solely)\b[^.;\n]{0,20}"
            r"\b(?:wallet|store credit|balance|points)\b",
            r"\b(?:wallet|store credit) refunds? only\b",
        ),
    ),
)
_DENIED = _any(
    r"(?:不会|不是|并非|不使用|没有|从不|绝不|不应|不再|不得以|不因|不以|不写|不设|不能以)[^。；\n]{0,6}$",
    r"\b(?:not|never|don't|no) [^.;\n]{0,12}$",
)
_DAYS = r"(?P<{0}>[0-9]{{1,3}})\s*(?:个?工作日|个?自然日|天|日|(?:working |business |calendar )?days?\b)"
_MONTHS = r"(?P<{0}>[一二两三四五六]|[0-9]{{1,2}}|\b(?:one|two|three|six))\s*(?:个月|months?\b)"
_HAN_ACT = r"(?:处理|答复|回复|受理|审核|到账|退回|退还|退款|解决|响应)"
_ACT = r"(?:repl(?:y|ied)|respon[ds]\w*|answer\w*|process\w*|handled?|resolved?|reviewed?|refunded|refunds?|arrives?)"


def _late(period: str) -> tuple[str, ...]:
    return (
        period.format("a") + rf"\s*(?:之内|以内|内|后)(?:为您|给您|予以|完成|会|将|进行|原路){{0,3}}{_HAN_ACT}(?!的)",
        rf"{_HAN_ACT}(?:时间|周期|时限|期限)?(?:一般|通常|最长|约|需要?|为|在|不超过|预计|是){{1,3}}\s*"
        + period.format("b"),
        rf"\b{_ACT}\b[^.;\n]{{0,30}}\b(?:within|in|takes?|up to|after)\s+(?:about |up to )?" + period.format("c"),
        r"\bwithin " + period.format("d") + rf",? (?:we|you will|the shop|a person)\b[^.;\n]{{0,20}}\b{_ACT}\b",
    )


_LATE_DAYS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _late(_DAYS))
_LATE_MONTHS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _late(_MONTHS))
_LATE_WHY = "more than 15 days to handle a request counts as refusing it (消费者权益保护法 art. 24)"


def void_terms(text: str) -> Iterator[Term]:
    """The void wordings of a line, each reason once; a wording that is denied just before is left out."""
    for why, pattern in _TERMS:
        for match in pattern.finditer(text):
            if not _DENIED.search(text[max(0, match.start() - 40) : match.start()]):
                yield Term(match.group().strip(), why)
                break


def late_promises(text: str) -> Iterator[Term]:
    """Promises to answer or to pay back only after more than 15 days."""
    for pattern in _LATE_DAYS:
        for match in pattern.finditer(text):
            if int(next(group for group in match.groups() if group)) > 15:
                yield Term(match.group().strip(), _LATE_WHY)
    for pattern in _LATE_MONTHS:
        for match in pattern.finditer(text):
            yield Term(match.group().strip(), _LATE_WHY)
