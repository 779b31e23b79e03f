"""Questions that go on with the last one: “and if my parents agree?”, “那数字人民币呢”, “how long does that take”.

Alone they say little, and the head takes them for whatever is nearest. Closed lists of words in `following.toml` tell
that a message goes on; what it then is about is what was spoken of, unless the head clearly hears something else.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files

from retrieval.analysis import normalise
from support.assistant.also import near
from support.assistant.head import Prediction
from support.assistant.topics import TOPICS

CLEAR = 0.8
"""From this on the head's own topic stands."""
FOLLOWED = 0.8
"""How sure the topic is that was taken over; enough to search with its name."""
LONGEST_HAN, LONGEST_WORDS = 16, 9
SHORT = 40
TWINS = {"minor": "minors_buy", "counterfeit": "authenticity"}
"""What a person must see, and the question in general that it is easily taken for."""
OWN_THINGS = frozenset({"coupon_how", "coupon_problem", "invoice_how", "invoice", "wallet"})
OF_ANYTHING = frozenset({"product_info", "region"})
"""After a coupon or an invoice was spoken of, “it” is that and no product, which a head takes an “it” for."""
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z']+")
_MARKS = " ,，.。!！?？~、;；:：…"


def going_on(prediction: Prediction, text: str, before: str | None) -> Prediction:
    """The prediction, as a question on the topic `before` where `text` only goes on with that."""
    mode = TOPICS[before].mode if before else None
    if before is None or mode not in {"question", "case"}:
        return prediction
    plain = _plain(text)
    goes_on = _goes_on(plain) if mode == "question" else _refers(plain)
    wishes = prediction.request != "none" and prediction.request_probability >= CLEAR
    if _says_nothing(plain) or (goes_on and not wishes and not _clear(prediction, plain, before)):
        return replace(
            prediction, topic=before, topic_probability=FOLLOWED, topics=((before, FOLLOWED),), request="none",
            stance="general", alarm=None,
        )  # fmt: skip
    return prediction


def says_nothing(text: str) -> bool:
    """Whether a question has no word that names anything: “多久”, “how long does that take”."""
    return _says_nothing(_plain(text))


def hurries(text: str) -> bool:
    """Whether a message does nothing but call for haste: “快点”, “how much longer”."""
    return _plain(text) in _lists()["hurries"]


def onward(text: str) -> bool:
    """Whether a message only asks what comes next: “然后呢”, “what now”."""
    return _plain(text) in _lists()["onward"]


def asks_what_to_prepare(text: str) -> bool:
    """Whether a short question is on what a person will need: “要提供什么”, “which documents”."""
    return _says(text, "prepares")


def lost_the_number(text: str) -> bool:
    """Whether somebody has no order number, or asks where it stands."""
    return _says(text, "lost")


def says_it_is_right(text: str) -> bool:
    """Whether something is said not to be wrong: “账号没填错”."""
    return _says(text, "right")


def _says(text: str, kind: str) -> bool:
    plain = _plain(text)
    return len(plain) <= SHORT and any(words in plain for words in _lists()[kind])


def _plain(text: str) -> str:
    return normalise(text).replace("’", "'").strip(_MARKS)


def _clear(prediction: Prediction, plain: str, before: str) -> bool:
    """Whether the head hears another topic clearly: not by half, and not a case that is only supposed."""
    if prediction.alarm and (TWINS.get(prediction.alarm) != before or prediction.topic == prediction.alarm):
        return True
    it_is_that = before in OWN_THINGS and prediction.topic in OF_ANYTHING and _refers(plain)
    if prediction.topic == before or it_is_that:
        return False
    supposes = prediction.stance == "general" or plain.startswith(tuple(_lists()["supposes"]))
    supposed = TOPICS[prediction.topic].mode == "case" and supposes
    return _sure_of_its_like(prediction) >= CLEAR and not supposed


def _sure_of_its_like(prediction: Prediction) -> float:
    """How sure it is of the topic, or of one that the same question is easily taken for: “那能退吗”."""
    return sum(p for name, p in prediction.topics if near(name, prediction.topic))


def _refers(plain: str) -> bool:
    """Whether a short question is on something that only what was said before can tell: “does it work for top-ups”."""
    refers = any(plain.startswith(f"{word} ") for word in _lists()["refers_latin"])
    return refers and len(_WORD.findall(plain)) <= LONGEST_WORDS


def _goes_on(plain: str) -> bool:
    if _refers(plain):
        return True
    if _HAN.search(plain):
        begins, ends = tuple(_lists()["begins_han"]), tuple(_lists()["ends_han"])
        return len(_HAN.findall(plain)) <= LONGEST_HAN and (plain.startswith(begins) or plain.endswith(ends))
    words = _WORD.findall(plain)
    goes = any(plain.startswith(f"{word} ") for word in _lists()["begins_latin"])
    return len(words) <= LONGEST_WORDS and goes


def _says_nothing(plain: str) -> bool:
    if not plain or len(plain) > 60:
        return False
    if _HAN.search(plain):
        empty = sorted(_lists()["empty_han"], key=len, reverse=True)
        for word in empty:
            plain = plain.replace(word, " ")
        return not plain.strip(_MARKS)
    words = _WORD.findall(plain)
    asks = any(word in {"how", "when", "where", "why"} for word in words)
    return asks and all(word in _lists()["empty_latin"] for word in words) and plain.isascii()


@cache
def _lists() -> dict[str, list[str]]:
    return tomllib.loads(files(__package__).joinpath("following.toml").read_text("utf-8"))
