"""The composed answer cut into sentences, each with its facts as slots: what a model may reword, and what stays.

Only sentences of our own phrases are reworded. What fills a slot, a number within a phrase, quoted words, a refusal's
reason and every sentence that binds by its very wording stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from support.assistant.phrases import Said

FIXED = frozenset({
    "decision.refuse_routes", "decision.refuse_facts", "decision.refuse", "answer.found", "answer.prohibited",
    "answer.failed", "answer.stopped", "social.greeting", "order.where", "ask.evidence", "product.authorised",
    "product.unregistered", "product.authorised_without_end", "product.unregistered_batch", "product.lapsed",
    "product.record_broken", "product.wholesale",
})  # fmt: skip
"""Said as they stand: routes of law, an AI's disclosure, where keys are, what a button is called, a record's path."""
SPOKEN = frozenset({"social", "ask", "order", "advice", "decision", "handoff", "answer", "product"})
"""The sections of phrases that are sentences; the rest are words for cards and buttons."""
ONE_KIND: Mapping[str, str] = {
    "quantity": "count", "delivered": "count", "owed": "count", "count": "count", "minutes": "count", "stock": "count",
    "minimum": "count", "maximum": "count", "days": "count", "position": "count", "amount": "amount", "price": "amount",
    "paid_at": "time", "until": "time", "delivered_at": "time", "valid_to": "time",
}  # fmt: skip
"""Slots that would read on if they were exchanged."""
SENTENCE = re.compile(r".+?(?:[。！？!?]+|\.(?=\s|$)|$)\s*", re.DOTALL)
ENDED = re.compile(r"[。！？!?.…]\s*$")
SLOT = re.compile(r"\{([a-z_]+)\}")
FIGURE = re.compile(r"\d+")
WORDS = re.compile(r"[A-Za-z\u4e00-\u9fff]{2}")
NAMED_SLOT = re.compile(r"\{[a-z]+\d+\}")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or what stands between sentences.

    Attributes:
        line: the line of the answer that it is of.
        plain: the composed words, with the space after them.
        template: the same with slots as `{amount1}`, without the space; empty where it is said as it stands.
        values: what each slot holds.
    """

    line: int
    plain: str
    key: str = ""
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def space(self) -> str:
        """The space after the sentence."""
        return self.plain[len(self.plain.rstrip()) :]

    def filled(self, text: str) -> str:
        """`text` with the slots' values in place of their names."""
        return _filled(text, self.values)


def units(lines: Sequence[str], heard: Sequence[Said]) -> tuple[Unit, ...]:
    """The answer's lines as sentences, in order: joined again they are the lines."""
    spoken = {said.text: said for said in heard if said.text and said.key.split(".", 1)[0] in SPOKEN}
    phrases = sorted(spoken.values(), key=lambda said: -len(said.text))
    return tuple(unit for place, line in enumerate(lines) for unit in _of_line(place, line, phrases))


def _of_line(place: int, line: str, phrases: Sequence[Said]) -> Iterator[Unit]:
    """The longest phrase in the line first, then what stands before and after it."""
    if not line:
        return
    for said in phrases:
        for text in dict.fromkeys((said.text, said.text[:1].upper() + said.text[1:])):
            if (start := line.find(text)) >= 0:
                yield from _of_line(place, line[:start], phrases)
                end = start + len(text)
                space = len(line) - end - len(line[end:].lstrip()) if line[end:].strip() else 0
                yield from _of_phrase(place, said, line[start : end + space])
                yield from _of_line(place, line[end + space :], phrases)
                return
    yield Unit(place, line)


def _of_phrase(place: int, said: Said, text: str) -> Iterator[Unit]:
    """The phrase's own sentences, wherever its facts have sentences of theirs."""
    if said.key in FIXED or "{" in "".join(said.slots.values()):
        yield Unit(place, text)
        return
    rest, found = text, []
    for sentence in SENTENCE.findall(said.template):
        template, values = _named(sentence.rstrip(), said.slots)
        filled = _filled(template, values)
        plain = rest[: len(filled) + len(rest[len(filled) :]) - len(rest[len(filled) :].lstrip())]
        rest = rest[len(plain) :]
        free = WORDS.search(NAMED_SLOT.sub("", template)) and ENDED.search(sentence) and not _alike(sentence)
        found.append(Unit(place, plain, said.key, template if free else "", values if free else {}))
    if rest or "".join(unit.plain for unit in found) != text:
        found = [Unit(place, text)]
    yield from found


def _filled(text: str, values: Mapping[str, str]) -> str:
    return NAMED_SLOT.sub(lambda match: values[match.group()], text)


def _named(sentence: str, slots: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The template with numbered slots, its own figures among them, and what each holds."""
    values: dict[str, str] = {}

    def slot(kind: str, value: str) -> str:
        name = f"{{{kind}{1 + sum(key.startswith('{' + kind) for key in values)}}}"
        values[name] = value
        return name

    pieces = re.split(r"(\{[a-z_]+\}|\d+)", sentence)
    named = (
        slot(piece[1:-1].replace("_", ""), slots[piece[1:-1]]) if SLOT.fullmatch(piece)
        else slot("figure", piece) if FIGURE.fullmatch(piece) else piece
        for piece in pieces
    )  # fmt: skip
    return "".join(named), values


def _alike(sentence: str) -> bool:
    """Whether two of its slots could be exchanged without anybody's seeing it."""
    kinds = [ONE_KIND[name] for name in SLOT.findall(sentence) if name in ONE_KIND]
    return len(kinds) != len(set(kinds))
