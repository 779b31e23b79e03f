"""Words that a person must hear, whatever the head makes of the rest.

Missing one of these costs a shop more than a needless ticket does, so plain words for forgery, children's purchases,
disputes and held orders count even where the head is unsure. A question asked in general stays a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "minor": (
        r"未成年(?!人?(?:能|可以|是否))|小学生|初中生|熊孩子|(?:孩子|小孩|儿子|女儿|弟弟|妹妹|娃).{0,12}(?:充|买|付|花|刷|下单|拿|偷)"
        r"|我(?:今年)?(?:才|只有)?\s?(?:1[0-7]|[6-9]|十[一二三四五六七]?)岁|(?:爸妈|父母|家长|家里人?)(?:都?不知道|不同意)"
        r"|\b(?:my|our) (?:\w+ )?(?:son|daughter|kid|child|grandson|granddaughter|little (?:brother|sister))\b"
        r"|\bunder ?age\b|\ba minor\b|\bi(?:'m| am) (?:only )?(?:\d|1[0-7])\b(?! ?(?:minutes|hours|days))"
    ),
    "counterfeit": (
        r"假货|假卡|假的|山寨|盗版|黑卡|盗刷|赃物|骗子|诈骗|欺诈|卖假|未授权|没有?授权"
        r"|\bcounterfeit|\bfake\b|\bpirated?\b|\bstolen\b|\bscam|\bfraud|\bbootleg|\bnot genuine\b|\bunauthori[sz]ed\b"
    ),
    "chargeback": (
        r"拒付|交易争议|支付争议|12315|消协|消费者协会|工商局|市监局|报警|报案|起诉|法院|律师|举报|曝光|投诉你们|告你们"
        r"|\bcharge ?-?back|\bdispute\b|\bsu(?:e|ing) you\b|\blawyer|\bsolicitor|\bcourt\b|\bpolice\b"
        r"|\breport(?:ed|ing)? (?:you|this to)\b"
        r"|\bconsumer protection\b|\breverse the (?:charge|payment)"
    ),
    "risk_hold": (
        r"(?:冻结|风控|拦截|拦了?|扣住|卡住|审核).{0,6}(?:订单|单子|我的?单)|(?:订单|单子|这单).{0,8}(?:冻结|被?风控|拦截|审核)"
        r"|\border\b.{0,24}\b(?:frozen|on hold|under review|flagged|blocked)\b"
    ),
}  # fmt: skip
_PATTERNS = {topic: re.compile(words, re.IGNORECASE) for topic, words in _WORDS.items()}


def alarm(text: str) -> str | None:
    """The urgent topic whose words `text` holds, the first of several."""
    return next((topic for topic, pattern in _PATTERNS.items() if pattern.search(text)), None)
