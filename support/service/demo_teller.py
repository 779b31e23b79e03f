"""Tells one story of the demo shop's past: each step through the use case that a real one goes through."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.chat.frames import Act, Handoff
from support.service.answer import answer
from support.service.ask_for_person import ask_for_person
from support.service.give_back import give_back
from support.service.people import Person, visitor
from support.service.rate import Stars, rate
from support.service.receive_message import Said, Words, receive_message
from support.service.reply import reply
from support.service.resolve import reopen, resolve, snooze
from support.service.runtime import Runtime
from support.service.take import claim, takeover, transfer
from support.service.use_card import use_card
from support.service.write_note import write_note
from ticketing.agent import Agent
from ticketing.conversation import Message
from ticketing.ids import new_id
from ticketing.storage import talk, visitors
from ticketing.storage.journal import Journal

T = TypeVar("T")
Json = dict[str, Any]
STEP = re.compile(r"(?P<kind>[a-z]+) \+(?P<minutes>\d+(?:\.\d+)?)(?: (?P<text>.+))?", re.DOTALL)
NAME = "demo-history-{}"
"""A story is known by the name of its conversation."""


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did, so long after the step before."""

    kind: str
    after: timedelta
    text: str

    @classmethod
    def read(cls, line: str) -> Step:
        """From `kind +minutes text`."""
        match = STEP.fullmatch(line)
        if match is None:
            raise ValueError(f"a step is written `kind +minutes text`, not {line!r}")
        return cls(match["kind"], timedelta(minutes=float(match["minutes"])), match["text"] or "")


@dataclass(frozen=True, slots=True)
class Story:
    """One story: its number in the file, when it began, and what is written of it."""

    number: int
    began: datetime
    written: Json


class OneTransaction(Journal):
    """A journal within a transaction that is open already."""

    def __init__(self, tx: sa.Connection) -> None:
        self._tx = tx

    def write_now(self, work: Callable[[sa.Connection], T]) -> T:
        """Run `work` in the open transaction."""
        return work(self._tx)

    def read_now(self, work: Callable[[sa.Connection], T]) -> T:
        """The same."""
        return work(self._tx)


def nobody_hears(shop: str, owner: str, text: str, conversation: str | None = None) -> None:
    """The past is silent."""


@dataclass(slots=True)
class Teller:
    """Tells one story."""

    runtime: Runtime
    shop: Shop
    agents: tuple[Agent, ...]
    story: Story
    at: datetime
    conversation: str = "new"
    _person: Person | None = None
    _agent: int = field(init=False)

    def __post_init__(self) -> None:
        self._agent = self._told("agent", self.story.number) % len(self.agents)

    def _told(self, name: str, otherwise: Any = None) -> Any:
        return self.story.written.get(name, otherwise)

    def tell(self) -> None:
        """Every step, each at its time."""
        for line in self._told("steps"):
            step = Step.read(line)
            self.at += step.after
            self.runtime.journal.write_now(partial(self._do, step=step))

    def _do(self, tx: sa.Connection, step: Step) -> None:
        doing = {
            "buyer": self._say, "prove": self._prove, "choose": self._choose, "review": self._review,
            "person": self._ask_for_person, "yes": self._solved, "no": self._solved, "stars": self._rate,
            "thumb": self._thumb,
        }.get(step.kind)  # fmt: skip
        if doing is not None:
            doing(tx, step)
        else:
            self._act_as_agent(tx, step)

    @property
    def _lang(self) -> str:
        return str(self._told("lang"))

    def _who(self, tx: sa.Connection) -> Person:
        if self._person is None:
            buyer = self._told("buyer")
            self._person = (
                Person(self.shop.id, f"buyer:{buyer}", buyer)
                if buyer
                else visitor(self.shop.id, visitors.new_visitor(tx, self.shop.id, self.at)[0])
            )
        return self._person

    def _say(self, tx: sa.Connection, step: Step) -> None:
        name = NAME.format(self.story.number) if self.conversation == "new" else None
        words = Words(self.conversation, step.text, self._lang, {"locale": self._lang}, name)
        body = step.text.encode()
        self._answered(tx, receive_message(tx, self.shop, self._who(tx), new_id(), body, words, self.at))

    def _answered(self, tx: sa.Connection, said: Said) -> None:
        """The assistant needs a moment; what it would have said to a buyer who talks to a person is of no use now."""
        self.conversation = said.ack["conversation"]
        if said.turn is None:
            return
        if self._told("days") and talk.get(tx, self.shop.id, self.conversation).state == "human":
            visitors.close_turn(tx, said.turn, {}, self.at)
            return
        self.at += timedelta(seconds=1 + self.story.number % 3)
        answer(self.runtime, said.turn, self.at)

    def _card(self, tx: sa.Connection, kind: str) -> tuple[Message, Json] | None:
        """The latest card of a kind that was not used."""
        page = talk.page(tx, self.shop.id, self.conversation, None, 50)
        cards = [(one, part) for one in page for part in one.parts if part["type"] == kind and not part.get("used")]
        return cards[-1] if cards else None

    def _use(self, tx: sa.Connection, action: str, message: Message, value: object) -> None:
        act = Act(self.conversation, message.id, action, value)
        self._answered(tx, use_card(tx, self.shop, self._who(tx), new_id(), action.encode(), act, self.at))

    def _prove(self, tx: sa.Connection, step: Step) -> None:
        """Fill the form that asks for the order and its proof, where it is asked."""
        if found := self._card(tx, "form"):
            given = {"order.number": self._told("order"), "order.proof": self._told("proof")}
            self._use(tx, "submit", found[0], given)

    def _choose(self, tx: sa.Connection, step: Step) -> None:
        if found := self._card(tx, "choices"):
            values = [option["value"] for option in found[1]["options"]]
            if wanted := next((value for value in values if step.text in value), None):
                self._use(tx, "choose", found[0], wanted)

    def _review(self, tx: sa.Connection, step: Step) -> None:
        found = self._card(tx, "decision")
        if found and found[1]["contest"]:
            self._use(tx, "review", found[0], found[1]["id"])

    def _ask_for_person(self, tx: sa.Connection, step: Step) -> None:
        """Unless the answer was that a person comes."""
        if self.conversation != "new" and talk.get(tx, self.shop.id, self.conversation).state == "waiting":
            return
        asked = Handoff(self.conversation)
        ask_for_person(tx, self.shop, self._who(tx), new_id(), b"person", asked, self._lang, self.at)

    def _solved(self, tx: sa.Connection, step: Step) -> None:
        if found := self._card(tx, "rating"):
            self._use(tx, "solved", found[0], step.kind)

    def _rate(self, tx: sa.Connection, step: Step) -> None:
        score, _, comment = step.text.partition(" ")
        rate(tx, self.shop, self._who(tx), self.conversation, None, Stars(int(score), (), comment), self.at)

    def _thumb(self, tx: sa.Connection, step: Step) -> None:
        answers = [one for one in talk.page(tx, self.shop.id, self.conversation, None, 50) if one.citations]
        if answers:
            self._use(tx, "feedback", answers[-1], {"score": step.text})

    def _act_as_agent(self, tx: sa.Connection, step: Step) -> None:
        agent, key, at = self.agents[self._agent], self.conversation, self.at
        match step.kind:
            case "claim":
                claim(tx, self.shop, agent, key, None, at)
            case "takeover":
                takeover(tx, self.shop, agent, key, None, at)
            case "agent":
                reply(tx, self.shop, agent, key, step.text, at)
            case "note":
                write_note(tx, self.shop, agent, key, step.text, at)
            case "resolve":
                resolve(tx, self.shop, agent, key, step.text, None, at)
            case "reopen":
                reopen(tx, self.shop, agent, key, None, at)
            case "giveback":
                give_back(tx, self.shop, agent, key, None, at)
            case "snooze":
                snooze(tx, self.shop, agent, key, at + timedelta(minutes=float(step.text)), None, at)
            case "transfer":
                self._transfer(tx, step)
            case _:
                raise ValueError(f"nobody knows how to {step.kind!r}")

    def _transfer(self, tx: sa.Connection, step: Step) -> None:
        """To the next colleague; back into the queue where there is none."""
        agent, following = self.agents[self._agent], (self._agent + 1) % len(self.agents)
        to = self.agents[following].id if following != self._agent else None
        transfer(tx, self.shop, agent, self.conversation, to, step.text, None, self.at)
        if to is None:
            claim(tx, self.shop, agent, self.conversation, None, self.at)
        self._agent = following
