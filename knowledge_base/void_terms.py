"""The wordings that the linter knows, in Chinese and English, and the rule that each breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A wording found in a text, and the rule that it breaks."""

    found: str
    code: str


def any_of(*patterns: str) -> re.Pattern[str]:
    """A pattern that finds whichever of these comes first, in any case."""
    return re.compile("|".join(patterns), re.IGNORECASE)


CONFIRMATION_METHOD = any_of(
    r"勾选|打勾|点击确认|单独确认|逐笔确认|确认(?:按钮|步骤|框|页|弹窗)",
    r"(?:下单|结账|结算|付款)(?:时|前|页).{0,20}确认|确认.{0,20}(?:下单|结账|结算)",
    r"\btick|\bcheck(?:s|ed)? (?:the|a) box|\bcheckbox|\bat checkout\b",
    r"\bconfirm\w*\b.{0,60}\b(?:order|check)|\border\w*\b.{0,60}\bconfirm",
)
"""How a buyer confirms at checkout that something cannot be returned."""

_TERMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "void.no_returns",
        any_of(
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
        "void.interpretation",
        any_of(
            r"最终解释权|(?:单方|拥有|享有|保留)[^。；\n]{0,6}解释权|解释权(?:归|属于)",
            r"\bfinal interpretation\b|\bfinal right (?:of|to) interpret\w*|\bsole(?:ly)? (?:right to )?interpret\w*",
        ),
    ),
    (
        "void.complaints",
        any_of(
            r"(?:不得|禁止|严禁|放弃)[^。；，\n]{0,12}(?:投诉|举报|起诉|诉讼|差评|维权|仲裁)",
            r"(?:不可|不能)(?:向[^。；，\n]{1,10})?(?:投诉|举报|起诉|差评|维权)",
            r"\b(?:may not|must not|shall not|waives?|gives? up)\b[^.;\n]{0,40}"
            r"\b(?:complain\w*|sue|lawsuits?|litigat\w*|arbitrat\w*|chargebacks?|negative reviews?)",
        ),
    ),
    (
        "void.receipt",
        any_of(
            r"(?:签收|收货|收到|查看卡密|提取卡密)[^。；\n]{0,8}(?:视为|即|等于|代表)[^。；\n]{0,8}"
            r"(?:认可|合格|满意|无误|无质量|没有质量|验收)",
            r"\b(?:receipt|delivery|signing)\b[^.;\n]{0,30}"
            r"\b(?:deemed|counts as|considered|means|constitutes)\b[^.;\n]{0,30}"
            r"\b(?:accept\w*|approv\w*|satisf\w*|quality)",
            r"签收视为",
        ),
    ),
    (
        "void.default_consent",
        any_of(
            r"默认(?:同意|勾选|确认|接受|开通|授权)",
            r"(?:下单|付款|购买|使用)(?:即|就)?(?:视为|代表|表示|默认)(?:您|你|买家|用户)?(?:已经?)?(?:同意|接受|放弃|认可)",
            r"(?:未回复|不回复|未提出异议)即?视为同意",
            r"\b(?:by default|tacitly) (?:agree|consent|accept)\w*|\b(?:agree|consent|accept)\w* by default\b",
            r"\bpre-?(?:ticked|checked)\b",
        ),
    ),
    (
        "void.no_after_sales",
        any_of(
            r"(?:拒绝|不提供|不接受|不受理|概不提供|概不负责)(?:一切|任何|所有)?(?:形式的?)?售后",
            r"售后(?:问题)?(?:概不|一律不)(?:负责|受理|处理)",
            r"\bno after-?sales\b|\brefuses? (?:all|any) after-?sales",
        ),
    ),
    (
        "void.cancel",
        any_of(
            r"付款后[^。；\n]{0,12}(?:无条件|随时|单方|有权)[^。；\n]{0,6}取消",
            r"付款后[^。；\n]{0,6}(?:合同|订单)仍?(?:不成立|未成立|无效)",
            r"(?:商家|卖家|本店|我们|店铺)(?:有权|可以?)[^。；\n]{0,6}(?:无条件|随时|单方)[^。；\n]{0,4}取消",
            r"\b(?:we|(?:shop|store|seller)) may cancel\b[^.;\n]{0,30}"
            r"\b(?:at any time|unconditionally|for any reason|without (?:reason|cause|liability))",
        ),
    ),
    (
        "void.wallet",
        any_of(
            r"(?:退款|款项)[^。；\n]{0,8}(?:只|仅|一律|全部)[^。；\n]{0,8}(?:余额|钱包|站内|积分)",
            r"(?:只|仅)(?:能|支持|可)?(?:退|返)[还回至到入]?[^。；\n]{0,8}(?:余额|钱包|积分|站内)",
            r"\brefund\w*\b[^.;\n]{0,40}\b(?:only|exclusively|solely)\b[^.;\n]{0,20}"
            r"\b(?:wallet|store credit|balance|points)\b",
            r"\b(?:wallet|store credit) refunds? only\b",
        ),
    ),
    (
        "void.opened",
        any_of(
            r"(?:拆封|拆开|拆包|开封)(?:后|即|就|的)?[^。；\n]{0,6}(?:不退|不予|不支持|不接受|概不|不能退|不可退)",
            r"\bonce (?:opened|unpacked|unsealed)\b[^.;\n]{0,30}\b(?:no|not|never|cannot)\b[^.;\n]{0,15}"
            r"\b(?:return|refund)\w*",
        ),
    ),
    (
        "void.prepaid",
        any_of(
            r"(?:余额|储值卡?|预付款?|预存)[^。；\n]{0,10}(?:概不|一律不|不予|不可|不能|不支持|恕不)(?:退还?|退款|返还)",
            r"(?:余额|储值卡?|预付款?)[^。；\n]{0,12}(?:过期|逾期|到期)[^。；\n]{0,6}(?:作废|清零|归零|不退)",
            r"\b(?:balance|stored[- ]value|prepaid)\b[^.;\n]{0,30}"
            r"\b(?:non-?refundable|not refundable|(?:can)?not be refunded|forfeited)\b",
        ),
    ),
    (
        "void.minors",
        any_of(
            r"未成年[^。；\n]{0,14}(?:概不|一律不|不予|不支持|不能|不可|不给)(?:退款|退还|退|受理)",
            r"\b(?:minors?|children|under 18)\b[^.;\n]{0,40}\b(?:no|not|never|cannot)\b[^.;\n]{0,12}\brefund\w*",
        ),
    ),
    (
        "void.liability",
        any_of(
            r"(?:概不|一概不|不)(?:承担|负)(?:任何|一切)(?:法律|赔偿|经济|连带)?(?:责任|后果)",
            r"\b(?:not|no) (?:be )?(?:liable|responsible) for (?:any|all)\b|\baccepts? no liability\b",
        ),
    ),
    (
        "void.reviews",
        any_of(
            r"(?:好评|五星)[^。；\n]{0,6}(?:返现|返\d|返红包|送红包|领红包|有奖)",
            r"\b(?:five|5)[- ]star review\w*[^.;\n]{0,20}\b(?:cash ?back|rewards?|gifts?|coupon)\b",
        ),
    ),
)
_DENIED = any_of(
    r"(?:不会|不是|并非|不使用|没有|从不|绝不|不应|不再|不得|不因|不以|不写|不说|不设|不能以|不搞|禁止|杜绝|取消了?|所谓)"
    r"[^。；\n]{0,6}$",
    r"\b(?:not|never|don't|doesn't|no|without|so-called)\b[^.;\n]{0,14}$",
)
"""Denied just before: 我们不会说概不退换."""
_VOID = r"(?:无效|不成立|违法|不合法|不受(?:法律)?(?:支持|保护)|不算数|不被(?:法律)?支持)"
_REFUTED = any_of(
    r"^[^。；，\n“]{0,10}?[”\"』」]?(?:这样的|这类|之类的|的)?(?:说法|条款|规定|约定|做法|字样|告示)[^。；，\n]{0,8}"
    + _VOID,
    r"^[^。；，\n“]{0,4}[”\"』」][^。；，\n]{0,4}" + _VOID,
    r"^[^.;\n]{0,24}\b(?:is|are) (?:void|invalid|unlawful|illegal|forbidden|not (?:valid|lawful|allowed))\b",
)
"""Called void just after: “概不退换”的条款无效."""
_RENEWAL = any_of(r"自动(?:续费|续订|扣费)", r"\bauto(?:matically)?[- ]?renew\w*|\bautomatic renewals?\b")
_STOPPED = any_of(
    r"(?:不|无|非|没有|取消|关闭|停止|无需|不会|不含|不支持)[^。；，\n]{0,4}$",
    r"\b(?:no|not|never|off|cancel|stop|without)\b[^.;\n]{0,12}$",
)
_TOLD = r"\b(?:remind|notif|tell|told|announce)\w*"
_ANNOUNCED = any_of(
    r"(?:提前|续费前|扣款前|到期前)[^。；\n]{0,14}(?:提醒|通知|告知)",
    _TOLD + r"[^.;\n]{0,40}\bbefore\b|\bbefore\b[^.;\n]{0,40}" + _TOLD,
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
_LATE = "void.late"


def void_terms(text: str) -> Iterator[Term]:
    """The void wordings of a line, each rule once; what is denied just before or refuted just after is left out."""
    for code, pattern in _TERMS:
        for match in pattern.finditer(text):
            before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() : match.end() + 60]
            if not _DENIED.search(before) and not _REFUTED.search(after):
                yield Term(match.group().strip(), code)
                break


def late_promises(text: str) -> Iterator[Term]:
    """Promises to answer or to pay back only after more than 15 days."""
    for pattern in _LATE_DAYS:
        for match in pattern.finditer(text):
            if int(next(group for group in match.groups() if group)) > 15:
                yield Term(match.group().strip(), _LATE)
    for pattern in _LATE_MONTHS:
        for match in pattern.finditer(text):
            yield Term(match.group().strip(), _LATE)


def silent_renewals(text: str) -> Iterator[tuple[int, Term]]:
    """Automatic renewals that a text mentions and never announces, each with its line from 0."""
    if _ANNOUNCED.search(text):
        return
    for place, line in enumerate(text.split("\n")):
        match = _RENEWAL.search(line)
        if match and not _STOPPED.search(line[max(0, match.start() - 20) : match.start()]):
            yield place, Term(match.group(), "void.renewal")
