"""A simulated buyer: the same conversation as somebody else would type it, drawn from a seed.

A mood colours a message, slips of the hand and of the input method go through it, punctuation is left out, digits come
full-width, and facts of one message come in another order. What must be exact stays so: numbers of orders (but for the
width of their digits), passwords and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

MOODS = ("calm", "hurried", "polite", "chatty", "cross")
BEFORE: Mapping[str, Mapping[str, Sequence[str]]] = {
    "zh": {
        "polite": ("你好，", "您好，", "麻烦问下，"), "chatty": ("那个，", "是这样的，", "哎，"),
        "cross": ("真是的，", "急死了，", "服了，"),
    },
    "en": {
        "polite": ("Hi, ", "Hello, ", "Sorry to bother you, "), "chatty": ("So, ", "Well, ", "Ok so, "),
        "cross": ("Seriously, ", "Come on, ", "Ugh, "),
    },
}  # fmt: skip
AFTER: Mapping[str, Mapping[str, Sequence[str]]] = {
    "zh": {"polite": ("，谢谢", "，辛苦了"), "cross": ("！！", "！"), "chatty": ("哈", "哦", "～")},
    "en": {"polite": (", thanks", ", thank you"), "cross": ("!!", "!"), "chatty": (" :)", " you know")},
}
SLIPS: Mapping[str, Sequence[str]] = {
    "订单": ("定单", "dingdan"), "退款": ("退宽", "tuikuan", "推款"), "密码": ("蜜码", "mima"), "账号": ("帐号",),
    "收到": ("受到", "收倒"), "发货": ("发或", "fahuo"), "怎么": ("怎末", "咋"), "还没": ("还妹", "hai没"),
    "激活": ("激或",), "截图": ("截涂", "jietu"), "重复": ("从复",), "已经": ("以经",), "没有": ("莫有", "木有"),
    "可以": ("口以", "可已"), "什么": ("神马", "什摸"), "付款": ("付宽", "付欵"),
    "查询": ("查寻",), "确认": ("确任", "queren"), "会员": ("会圆",), "商品": ("商频",),
    "补发": ("补法",), "取消": ("取肖",), "失效": ("失校",), "申请": ("伸请",),
}  # fmt: skip
EXACT = re.compile(r"\S*[0-9０-９@]\S*?(?=[，。；！？、,;!?\s]|$)|[A-Za-z]+-[\w-]+")
"""What no slip goes through: whatever has a digit or an at sign in it."""
ORDER = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{11}(?![A-Za-z0-9])")
WORD = re.compile(r"[A-Za-z]{5,}")
MARKS = re.compile(r"(?<!\d)[，。！？、；,!?;]|\.(?=\s|$)")
PIECE = re.compile(r"[，；,;]\s*")
WIDE = {ord("0") + n: ord("０") + n for n in range(10)}


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who types: what is drawn for a message depends on the seed and the message's place alone."""

    seed: str
    mood: str

    @classmethod
    def drawn(cls, seed: str) -> Buyer:
        """The buyer of a seed."""
        return cls(seed, Random(seed).choice(MOODS))

    def say(self, text: str, place: int) -> str:
        """The text as this buyer types it as message `place` of a conversation."""
        draw = Random(f"{self.seed}/{place}")
        zh = any("一" <= sign <= "鿿" for sign in text)
        said = _other_order(text, draw) if draw.random() < 0.5 else text
        if draw.random() < 0.6:
            said = _slip(said, draw, zh)
        if draw.random() < 0.6:
            said = _mooded(said, self.mood, draw, "zh" if zh else "en")
        if self.mood == "hurried" or draw.random() < 0.25:
            said = _unmarked(said) if zh else _unmarked(said).lower() if not EXACT.search(said) else _unmarked(said)
        if draw.random() < 0.3:
            said = ORDER.sub(lambda number: number.group().translate(WIDE), said)
        return said


def _mooded(text: str, mood: str, draw: Random, lang: str) -> str:
    before = draw.choice(BEFORE[lang].get(mood, ("",)))
    after = draw.choice(AFTER[lang].get(mood, ("",)))
    bare = text.rstrip("。.!！") if after else text
    return f"{before}{bare}{_apart(bare, after)}"


def _apart(text: str, after: str) -> str:
    """What comes after a password keeps off it, or it would be another password."""
    exact = [match.end() for match in EXACT.finditer(text)]
    return f" {after.lstrip('，,')}" if after and exact and exact[-1] == len(text) else after


def _other_order(text: str, draw: Random) -> str:
    """The pieces of a message that names an order, in another order."""
    pieces = [piece for piece in PIECE.split(text) if piece]
    if not ORDER.search(text) or not 2 <= len(pieces) <= 4 or re.search(r"[。？！?!:：]|\.\s", text):
        return text
    draw.shuffle(pieces)
    return ("，" if "，" in text else ", ").join(pieces)


def _slip(text: str, draw: Random, zh: bool) -> str:
    """One slip, outside what must be exact."""
    free = EXACT.sub(lambda match: "\0" * len(match.group()), text)
    if zh:
        found = [word for word in SLIPS if word in free]
        if not found:
            return text
        word = draw.choice(found)
        at = free.index(word)
        return text[:at] + draw.choice(SLIPS[word]) + text[at + len(word) :]
    words = list(WORD.finditer(free))
    if not words:
        return text
    chosen = draw.choice(words)
    at = chosen.start() + draw.randrange(1, len(chosen.group()) - 2)
    one, two = text[at], text[at + 1]
    return text[:at] + draw.choice((two + one, one, one + one + two)) + text[at + 2 :]


def _unmarked(text: str) -> str:
    return " ".join(MARKS.sub(" ", text).split())
