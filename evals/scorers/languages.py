"""`decisions_zh_en_same`: the same order asked about in Chinese and in English gets the oracle's verdict in both."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from evals.fault import Fault, Found, score_of
from evals.oracle import Verdict, decided
from evals.oracle_orders import Shelf
from evals.oracle_rules import VERSIONS
from evals.report import share
from evals.stage import FOLDER, NOW, Json, Stage
from knowledge_base.policy import REASONS

SUITE = "decisions_zh_en_same"
ASKED = {
    "refund": ("我要退款", "I want a refund"),
    "cancel": ("我要取消订单", "I want to cancel my order"),
    "reissue": ("请给我补换一个", "Please send me a replacement"),
    "deliver": ("请尽快给我补发", "Please deliver what is missing"),
    "exchange": ("我想换成别的商品", "I want to exchange it"),
    "invoice": ("请给我这单开发票", "Please issue an invoice for my order"),
}


def score(stage: Stage) -> Found:
    """Ask through the service, with the slots that a form would fill."""
    stage.progress("the same decisions in Chinese and English")
    scores, shelf = [], Shelf.read(FOLDER)
    for number, item, request, reason in _trials(shelf):
        known = shelf.known(number, item) | ({"claim.reason": reason} if reason else {})
        want = decided(VERSIONS, request, known, NOW)
        stage.settle()  # else the trials before make a buyer who claims too often
        got = [_asked(stage, text, number, item, request, reason) for text in ASKED[request]]
        name = f"{number}/{item or '-'} {request}/{reason}"
        wrong = [] if got == [want, want] else [Fault(SUITE, name, " | ".join(ASKED[request]), want, got)]
        scores.append(score_of(SUITE, name, wrong))
    right = sum(score.right for score in scores)
    return Found((share(SUITE, right, len(scores), bar=1.0),), tuple(scores))


def _trials(shelf: Shelf) -> Iterator[tuple[str, str | None, str, str | None]]:
    """Every order with every request, the reasons in turn."""
    reasons = cycle(REASONS)
    for number, item in shelf.choices():
        yield from ((number, item, request, next(reasons)) for request in ASKED)


def _asked(
    stage: Stage, text: str, number: str, item: str | None, request: str, reason: str | None
) -> Verdict | str:  # fmt: skip
    given = {
        "order.number": number, "order.proof": stage.proofs[number], "order.item": item, "request": request,
        "claim.reason": reason,
    }  # fmt: skip
    answer = stage.ask(text, slots={name: value for name, value in given.items() if value})
    return verdict_of(answer) or f"no decision: {answer['text'][:80]}"


def verdict_of(answer: Json) -> Verdict | None:
    """The decision of an answer as the oracle would put it."""
    if not (decision := answer["decision"]):
        return None
    clause = decision["clause"]["id"] if decision["clause"] else None
    return Verdict(decision["verdict"], clause, decision["outcome"], tuple(decision["missing"]))
