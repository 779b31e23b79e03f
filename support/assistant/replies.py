"""Short answers to what was asked: yes, no, “I have one”, “replace it”.

What they mean lies in the question before them, which the head does not see: a closed list of words in `answers.toml`
reads the yes and the no, and where a wish was asked for, the head's likeliest wish is taken at less certainty.
Anything longer is the head's alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files

from retrieval.analysis import normalise
from support.assistant.head import Prediction
from support.assistant.state import Memory
from support.assistant.topics import OFFERED_AFTER

_SHORT = 40
_WISH = 0.15
"""How likely a wish has to be after “what would you like?”: low, for a wish is what was asked for. Not measured."""
_NONE = ("none", 0.0)
_UNUSED_SAYS_WHY = frozenset({None, "changed_mind"})
_STOPS = " ,，.。!！~、;；:：…"


def answering(prediction: Prediction, text: str, memory: Memory) -> Prediction:
    """The prediction as the question before `text` makes it out."""
    plain = normalise(text).replace("’", "'").strip(_STOPS)
    if (prediction.topic, prediction.request) == ("changed_mind", "none") and memory.reason not in _UNUSED_SAYS_WHY:
        return _sure("identify")  # “not used yet” tells of the goods; it is no wish and takes back no other reason
    if prediction.request == "refund" and _holds(plain, "no_refund"):
        prediction = _without_refund(prediction)
    elif prediction.request in {"none", "refund"} and _says_only(plain, "refund_alone"):
        prediction = replace(prediction, request="refund", request_probability=1.0)
    if len(text) > _SHORT:
        return prediction
    if _all(plain):
        prediction = replace(prediction, alarm=None)  # a mere yes is nothing that a person must see
    if memory.confirm and not memory.asks and (said := _yes_or_no(plain)):
        return prediction if said == "deny" and _wishes_otherwise(plain) else _sure(said)
    if "claim.evidence" in memory.asks and (said := _evidence(plain)):
        return _sure(said)
    if "claim.request" in memory.asks and prediction.request == "none":
        wanted = OFFERED_AFTER.get(memory.topic or "")
        return replace(_sure("identify"), request=wanted) if wanted and _all(plain) else _wished(prediction)
    return prediction


def objects(text: str) -> bool:
    """Whether a message objects to what was just refused."""
    plain = normalise(text).replace("’", "'").strip(_STOPS)
    return len(text) <= 2 * _SHORT and _holds(plain, "object")


def says_no(text: str) -> bool:
    """Whether a message begins with a no."""
    return _begins(normalise(text).replace("’", "'").strip(_STOPS), "no") is not None


def _without_refund(prediction: Prediction) -> Prediction:
    """A refusal reads much like the wish to a sum of words, which is all that the head is."""
    wish, probability = next(((name, p) for name, p in prediction.requests if name not in {"refund", "none"}), _NONE)
    wish, probability = (wish, probability) if probability >= _WISH else _NONE
    return replace(prediction, request=wish, request_probability=1.0)


def _wished(prediction: Prediction) -> Prediction:
    wish, probability = next(((name, p) for name, p in prediction.requests if name != "none"), _NONE)
    return replace(prediction, request=wish, request_probability=1.0) if probability >= _WISH else prediction


def _yes_or_no(plain: str) -> str | None:
    if "?" in plain or _holds(plain, "question"):
        return None
    if _begins(plain, "no"):
        return "deny"
    return "affirm" if _all(plain) else None


def _wishes_otherwise(plain: str) -> bool:
    """Whether a no goes on with a wish of its own: “不要了 剩下那张退钱”, “no, replace it”."""
    clauses = "".join("\n" if char in f"{_STOPS}" else char for char in plain).split("\n")
    rest = " ".join(one for one in clauses[1:] if one and not _begins(one, "no"))
    return _holds(rest, "wish") and not _holds(plain, "no_refund")


def _evidence(plain: str) -> str | None:
    if _begins(plain, "have_not"):
        return "deny"
    return "evidence" if _begins(plain, "have") else None


def _all(plain: str) -> bool:
    """Whether `plain` is a row of words of yes and nothing else."""
    while plain:
        if (word := _begins(plain, "yes")) is None:
            return False
        plain = plain[len(word) :].lstrip(_STOPS)
        while trailing := _begins(plain, "trailing"):
            plain = plain[len(trailing) :].lstrip(_STOPS)
    return True


def _says_only(plain: str, kind: str) -> bool:
    """Whether a clause is one of `kind` and nothing else: a long message around it would drown it for the head."""
    clauses = "".join("\n" if char in _STOPS.strip() else char for char in plain).split("\n")
    return "?" not in plain and any(clause.strip() in _words()[kind] for clause in clauses)


def _holds(plain: str, kind: str) -> bool:
    """Whether a word of `kind` begins anywhere but within a Latin word."""
    starts = (at for at, char in enumerate(plain) if not (char.isascii() and plain[at - 1 : at].isalnum()))
    return any(_begins(plain[at:], kind) for at in starts)


def _begins(plain: str, kind: str) -> str | None:
    """The longest word of `kind` that `plain` begins with; a Latin one as a whole."""
    found = (word for word in _words()[kind] if plain.startswith(word) and _ends(plain, word))
    return max(found, key=len, default=None)


def _ends(plain: str, word: str) -> bool:
    after = plain[len(word) : len(word) + 1]
    return not word.isascii() or not (after.isascii() and after.isalnum())


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads(files(__package__).joinpath("answers.toml").read_text("utf-8"))


def _sure(topic: str) -> Prediction:
    return Prediction(topic, 1.0, ((topic, 1.0),), "none", 1.0, "other", 1.0)
