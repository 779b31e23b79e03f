"""Which language a message is in: Chinese or English, where names, codes and shared words tell nothing."""

from __future__ import annotations

import re
import unicodedata

_NAMED = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+|[A-Za-z_-]*\d[\w-]*", re.ASCII)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_SHARED = frozenset(
    re.findall(
        r"\S+",
        "ok okay okk hi hello hey bye yes no y n thx ty pls plz lol cdk cdkey key kami vip svip app id ip pc mac "
        "ios steam epic switch xbox psn qq wechat alipay paypal usdt gpt ai api vpn email gmail qr pdf tk rg zrg "
        "cx plus pro max ",
    )
)
_ENGLISH = frozenset(
    re.findall(
        r"\S+",
        "a about after again am an and any are as at be because been before but buy bought by can can't cancel "
        "card code could day days did didn't do does doesn't don't for from get give go got had has have help how "
        "i i'm i've if in is isn't it it's just like long lost me money more much my need never new not nothing "
        "now of off on one or order our out paid pay payment please product refund said same see send sent shop "
        "since so some still thank thanks that the their then there they this to today too up use used want was "
        "wasn't we were what what's when where which who why will with won't work working wrong you your ",
    )
)
_CHINESE = frozenset("的了吗没不我你是在有怎么请能给退还为什这那要呢吧啊嘛就都也和到让把被她他谁哪")


def language(text: str, default: str) -> str:
    """`zh-CN` or `en`; `default` where the message does not tell (`ok`, an order number, a product's name)."""
    plain = _NAMED.sub(" ", unicodedata.normalize("NFKC", text))
    han = _HAN.findall(plain)
    words = [word for word in _WORD.findall(plain) if word.lower() not in _SHARED]
    english = [word for word in words if word.lower() in _ENGLISH]
    if han and not _is_english(han, english):
        return "zh-CN"
    if english or any(word.islower() for word in words):
        return "en"
    return default


def _is_english(han: list[str], english: list[str]) -> bool:
    """English with a Chinese name in it, rather than Chinese with English words."""
    chinese = sum(character in _CHINESE for character in han)
    return len(english) >= 2 and (chinese == 0 or len(english) > len(han))


def is_word(token: str) -> bool:
    """Whether `token` is one of the commonest words of buyers, so that it is no password."""
    return token.strip("!?.,'\"").lower() in _SHARED | _ENGLISH
