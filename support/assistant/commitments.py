"""What a sentence commits to, touches or insinuates: the lexicon `commitments.toml`, zh and en, one kind at a time.

It also finds promises without a verdict in whatever the assistant says: “we will refund”, 一定退.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files

_ZH = (
    r"(?:(?:我们|我們|本店|这边|這邊|咱们|店里)[^，。；！？\n]{0,6}(?:会|會|将|將|可以|愿意|同意|负责)"
    r"|一定|保证|保證|承诺|承諾|肯定|绝对|这就|馬上|马上|立即|同意|批准|破例)"
    r"[^，。；！？\n]{0,10}(?:退款|退钱|退錢|退您|退给|全额|返还|赔|賠|补偿|補償|免费|赠送|补发|補發|换新|打折|优惠|減免|减免)"
)
_EN = (
    r"\b(?:we|i)(?:'ll| will| shall| can| guarantee| promise| agree| are going to|'m going to| am going to)"
    r"[^.!?\n]{0,40}?\b(?:refund|reimburs\w*|compensat\w*|pay (?:you )?back|replace|discount|coupon|voucher|free|waive)"
    r"|\b(?:guaranteed?|promised?|approved|entitled to)\b[^.!?\n]{0,30}\b(?:refund|compensation|replacement|money back)"
    r"|\b(?:refund|compensation|replacement)\b[^.!?\n]{0,30}\b(?:guaranteed|approved|promised|on its way|for sure)\b"
)
PROMISE = re.compile(f"{_ZH}|{_EN}", re.IGNORECASE)
DENIED = re.compile(r"不|没|沒|无法|未|\bnot\b|n't\b|\bcannot\b|\bnever\b|\bno\b|\bnor\b", re.IGNORECASE)
POLITE = re.compile(
    r"不好意思|不客气|别客气|不用担心|不必担心|不过|不少|没问题|没关系|无论|不管|不论|不同|差不多|特别|区别|别的|别人|未成年|非常"
    r"|\bno (?:matter|problem|doubt|worries|questions)\b|\bnot only\b",
    re.IGNORECASE,
)
"""What looks like a denial and is none."""
CLAUSE = re.compile(r"[^。！？!?\n；;，,]+")


def kinds(text: str) -> Counter[str]:
    """How often a text touches each kind of the lexicon."""
    plain = POLITE.sub(" ", text)
    found = {name: len(pattern.findall(text if name == "yes" else plain)) for name, pattern in _lexicon()[0].items()}
    return Counter({name: count for name, count in found.items() if count})


def kept_kinds() -> frozenset[str]:
    """The kinds that a rewording may not drop."""
    return _lexicon()[1]


def promises(text: str) -> tuple[str, ...]:
    """The promises of money or goods in a text; a clause that denies before it promises is none."""
    clauses = (POLITE.sub(" ", clause) for clause in CLAUSE.findall(text))
    found = (match for clause in clauses if (match := PROMISE.search(clause)))
    return tuple(match.group() for match in found if not DENIED.search(match.string[: match.end()]))


@cache
def _lexicon() -> tuple[dict[str, re.Pattern[str]], frozenset[str]]:
    table = tomllib.loads(files(__package__).joinpath("commitments.toml").read_text("utf-8"))
    patterns = {name: re.compile("|".join(ways), re.IGNORECASE) for name, ways in table["kinds"].items()}
    return patterns, frozenset(table["keep"]["kinds"])
