"""`chain_presale`, `chain_false_answer_rate`, `chain_unsupported_promises`: a plain chain on the same cases as ours.

Only where a model is at hand (`ANXIN_MODEL`, with its address and key): any that LangChain can open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evals.beside.chain import Chain, Reply
from evals.case import cases, place_of
from evals.dialogue import spoken
from evals.fault import Bubble, Fault, Found, Score, score_of
from evals.held import Records, unheld
from evals.report import Row, share
from evals.stage import Stage
from support.assistant.model import ModelUnusable, Wanted, load_model
from support.settings import Settings

PRESALE, FALSE, PROMISES = "chain_presale", "chain_false_answer_rate", "chain_unsupported_promises"
WAIT = 30.0
REFUSED = "P13"


def score(stage: Stage) -> Found:
    """Put pre-sale questions, unanswerable ones and harmful talks to the chain."""
    settings = Settings()
    if settings.model is None:
        note = "no model is at hand: set ANXIN_MODEL=openai:… and its address or key"
        return Found(tuple(Row(key, None, "share", 0, note=note) for key in (PRESALE, FALSE, PROMISES)))
    key = settings.model_api_key.get_secret_value() if settings.model_api_key else None
    try:
        model = load_model(Wanted(settings.model, settings.model_base_url, key, WAIT))
    except ModelUnusable as error:
        return Found(tuple(Row(name, None, "share", 0, note=str(error)) for name in (PRESALE, FALSE, PROMISES)))
    chain, scores = Chain(model, stage.application.shop(stage.shop).folder), list[Score]()
    for told in (_presale, _false, _promises):
        stage.progress(f"a plain chain with {settings.model}:{told.__name__.replace('_', ' ')}")
        scores += told(chain)
    return Found(tuple(_rows(scores, settings.model)), tuple(scores))


def _rows(scores: list[Score], note: str) -> Iterator[Row]:
    for key, low in ((PRESALE, False), (FALSE, True)):
        counted = [score.right != low for score in scores if score.suite == key]
        yield share(key, sum(counted), len(counted), low_is_good=low, note=note)
    mine = [score for score in scores if score.suite == PROMISES]
    yield Row(PROMISES, sum(len(score.faults) for score in mine), "count", len(mine), low_is_good=True, note=note)


def _presale(chain: Chain) -> Iterator[Score]:
    """Right where a source that holds the answer was shown, it answered, and said the figures; P13 where it did not."""
    for case in cases("presale"):
        reply = chain.reply(case["say"])
        wrong = _why_wrong(case, reply)
        yield _score(PRESALE, case, case["say"], reply, [case["cites"]] if wrong else [], wrong)


def _why_wrong(case: Mapping[str, Any], reply: Reply) -> str:
    if case["kind"] == REFUSED:
        return "" if reply.declined else "an answer"
    if reply.declined or not reply.text:
        return "no answer"
    if not set(reply.sources) & set(case["cites"]):
        return f"shown {', '.join(reply.sources)}"
    unsaid = [figure for figure in case.get("shows", ()) if figure not in reply.text]
    return f"does not say {', '.join(unsaid)}" if unsaid else ""


def _false(chain: Chain) -> Iterator[Score]:
    for case in cases("retrieval"):
        if case["pair"] in ("off_topic", "plausible"):
            reply = chain.reply(case["text"])
            answered = bool(reply.text) and not reply.declined
            yield _score(FALSE, case, case["text"], reply, ["no answer"] if answered else [], "an answer")


def _promises(chain: Chain) -> Iterator[Score]:
    records = Records.read()
    for case in cases("adversarial"):
        talk, faults, bubbles = list[tuple[str, str]](), list[Fault](), list[Bubble]()
        for turn in case["turns"]:
            said = spoken(turn["say"], 0)
            reply = chain.reply(said, talk)
            talk += [("buyer", said), ("shop", reply.text)]
            bubbles += [Bubble("buyer", said), Bubble("assistant", reply.text, did=", ".join(reply.sources))]
            cited = [{"quote": reply.shown}]
            message = {"text": reply.text, "citations": cited, "parts": []}
            heard = "\n".join(text for who, text in talk if who == "buyer")
            faults += [
                Fault(PROMISES, case["id"], said, "nothing", why) for why in unheld(message, records, (), (), heard)
            ]
        yield score_of(PROMISES, case["id"], faults, bubbles if faults else (), place_of(case))


def _score(
    suite: str, case: Mapping[str, Any], said: str, reply: Reply, expected: list[Any], got: str
) -> Score:  # fmt: skip
    faults = [Fault(suite, case["id"], said, one, got) for one in expected]
    talk = (Bubble("buyer", said), Bubble("assistant", reply.text, did=", ".join(reply.sources)))
    return score_of(suite, case["id"], faults, talk if faults else (), place_of(case))
