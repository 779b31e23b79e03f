"""Rewriting an agent's draft with a model: its sentences with their facts as slots, each checked as an answer's is.

The model sees no fact: amounts, days, numbers, links, names of clauses and the shop's quoted words are slots. A
sentence that fails a check stays as it was; of a translation, which cannot be half one language, the whole fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import structlog

from support.assistant.checks import CHECKS, Worded, faults, looks_private
from support.assistant.citing import readable
from support.assistant.commitments import kinds, promises
from support.assistant.model import Model
from support.assistant.prompts import prompt
from support.assistant.reword import Lines
from support.assistant.state import Draft, Json
from support.assistant.units import NAMED_SLOT, SENTENCE, WORDS, Unit
from support.assistant.verify import AMOUNT, CLOCK, DAY, LINK, MARK, ORDER, SHARE, SPAN, problems

Way = Literal["shorter", "warmer", "formal", "translate"]
WAYS: tuple[Way, ...] = get_args(Way)
LONGER_ABROAD, ROOM = 5, 40
"""A translation may have so many times as many characters, and so many beside: Chinese is written short."""
FACTS: Mapping[str, re.Pattern[str]] = {
    "title": re.compile(r"《[^》\n]{1,120}》|“[^”\n]{1,120}”|\"[^\"\n]{1,120}\""),
    "detail": re.compile(r"（[^）\n]{1,120}）|\([^)\n]{1,120}\)"),
    "link": LINK,
    "key": re.compile(r"•+[A-Za-z0-9]*"),
    "order": ORDER,
    "amount": AMOUNT,
    "moment": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"),
    "day": DAY,
    "time": CLOCK,
    "share": SHARE,
    "span": SPAN,
    "mark": MARK,
    "figure": re.compile(r"\d[\d.,]*"),
}
LIKE_AT_HOME = frozenset({"unlike", "rambles", "asks otherwise", "touches more", "drops"})
"""Checks that compare words of one language."""
KEPT = frozenset({"refund", "money", "replace", "not"})
"""What a translation may not leave out, by the lexicon of commitments; `NEW` is what it may not bring in."""
NEW = KEPT | {
    "offer", "guarantee", "approve", "done", "soon", "fault", "counterfeit", "secrets", "contact", "law", "others",
    "insult",
}  # fmt: skip
log = structlog.get_logger()


class NotRewritten(Exception):
    """Nothing was rewritten; `reason` is `model` where it did not answer, else `checks`."""

    def __init__(self, reason: Literal["model", "checks"]) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Asked:
    """A text to rewrite, with what it cites; `lang` is the language to write in."""

    text: str
    citations: Sequence[Json]
    way: Way
    lang: str


def rewriting(asked: Asked, model: Model, embed: Callable[[str], Any]) -> Generator[str, None, str]:
    """The text in other words, every fact of it in its place. Raises NotRewritten.

    It comes sentence by sentence: each once the model's words for it hold, or it stays as it was.

    What was yielded is withdrawn by NotRewritten at the end. Closed before its end, it listens to the model no longer.
    """
    cut = tuple(_units(asked))
    sent = {str(n): unit.template for n, unit in enumerate(cut, 1) if unit.template}
    lines = Lines(model.stream(prompt("rewrite"), _given(asked, sent)))
    apart = " " if asked.way == "translate" and asked.lang == "en" else ""  # Chinese has none between sentences
    said, changed, refused = list[str](), 0, list[str]()
    try:
        for number, unit in enumerate(cut, 1):
            answer = lines.take(number) if unit.template else None
            wrong = _faults(asked, unit, answer, embed) if answer is not None else ()
            good = answer is not None and answer != unit.template and not wrong
            changed, refused = changed + good, [*refused, *wrong[:1]]
            said.append(unit.filled(answer) + (unit.space or apart) if good and answer is not None else unit.plain)
            yield said[-1]
    finally:
        lines.close()
    text = "".join(said).rstrip()
    whole = asked.way == "translate" and changed < len(sent)
    if lines.failed:
        raise NotRewritten("model")
    if not changed or whole or _unheld(asked, text):
        log.warning("a model's rewriting was not shown", way=asked.way, refused=refused)
        raise NotRewritten("checks")
    return text


def _unheld(asked: Asked, text: str) -> bool:
    """What every answer is checked for, against the text that it rewrites: nothing is promised that was not."""
    draft = Draft(citations=list(asked.citations), allowed=set(AMOUNT.findall(asked.text)))
    more = len(promises(text)) > len(promises(asked.text))
    return more or bool(problems(draft, text, lambda: asked.text, may_promise=bool(promises(asked.text))))


def _faults(asked: Asked, unit: Unit, answer: str, embed: Callable[[str], Any]) -> tuple[str, ...]:
    if NAMED_SLOT.findall(answer) != NAMED_SLOT.findall(unit.template):
        return ("slots",)
    worded = Worded(unit, answer, asked.lang, embed)
    if asked.way != "translate":
        return faults(worded)
    return _faults_abroad(worded)


def _faults_abroad(worded: Worded) -> tuple[str, ...]:
    """The checks of a translation."""
    before, after = kinds(worded.source).keys(), kinds(worded.bare).keys()
    found = [name for name, check in CHECKS.items() if name not in LIKE_AT_HOME and check(worded)]
    if (after - before) & NEW or (before - after) & KEPT:
        found.append("commits otherwise")
    if not worded.bare.strip() or len(worded.bare) > LONGER_ABROAD * len(worded.source) + ROOM:
        found.append("rambles")
    return tuple(found)


def _given(asked: Asked, lines: Mapping[str, str]) -> str:
    return json.dumps({"way": asked.way, "language": asked.lang, "lines": dict(lines)}, ensure_ascii=False)


def _units(asked: Asked) -> Iterator[Unit]:
    """The text as sentences, in order: joined again they are the text. What the shop wrote stands by itself."""
    quotes = sorted({one for cited in asked.citations for one in _as_shown(str(cited["quote"]))}, key=len, reverse=True)
    pattern = "|".join(map(re.escape, quotes))
    for piece in re.split(f"({pattern})", asked.text) if quotes else [asked.text]:
        if piece in quotes:
            yield Unit(0, piece)
            continue
        for line in piece.splitlines(keepends=True):
            yield from map(_unit, SENTENCE.findall(line))


def _as_shown(quote: str) -> tuple[str, ...]:
    return tuple(one for one in (quote, readable(quote)) if len(one) > 3)


def _unit(plain: str) -> Unit:
    """A sentence with slots; without a template where it says nothing by itself, or holds what is private."""
    values: dict[str, str] = {}
    template = _slotted(plain.rstrip(), values)
    bare = NAMED_SLOT.sub("", template)
    kept = looks_private(bare) or re.search(r"[{}]", bare) or not WORDS.search(bare)
    return Unit(0, plain) if kept else Unit(0, plain, "", template, values)


def _slotted(sentence: str, values: dict[str, str]) -> str:
    """The sentence with each fact's slot in its place, numbered in its kind by where it stands."""
    found = "|".join(f"(?P<{name}>{pattern.pattern})" for name, pattern in FACTS.items())
    counts: dict[str, int] = {}

    def slot(match: re.Match[str]) -> str:
        kind = match.lastgroup or "figure"
        counts[kind] = counts.get(kind, 0) + 1
        name = f"{{{kind}{counts[kind]}}}"
        values[name] = match.group()
        return name

    return re.sub(found, slot, sentence, flags=re.IGNORECASE)
