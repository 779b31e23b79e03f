"""Random sequences of buyers' and agents' commands: whatever happens, nobody waits for a person and is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from support.assistant.state import TicketRequest
from support.service.agents import Forbidden
from support.service.give_back import give_back
from support.service.merge_tickets import Read, merge, undo
from support.service.rate import Stars, rate
from support.service.reply import reply
from support.service.resolve import reopen, resolve, snooze
from support.service.take import assign, claim, takeover, transfer
from support.service.ticket_waits import WaitFor, carry_on, wait_for
from support.service.write_note import write_note
from tests.examples import examples
from tests.support.service.takeover import House, Json
from ticketing.agent import Agent, actor_of
from ticketing.clocks import next_moment
from ticketing.conversation import TRANSITIONS, Conversation
from ticketing.errors import TicketingError
from ticketing.events import Event
from ticketing.storage import cases, event_log, tickets
from ticketing.storage.tables import conversations, events, messages, notes, ratings
from ticketing.storage.tables import tickets as ticket_rows
from ticketing.storage.ticket_merges import Merge
from ticketing.storage.visitors import PendingTurn
from ticketing.ticket import Ticket

PICK = st.integers(0, 99)
REASONS = st.sampled_from(["human", "minor", "key_used", "top_up_missing", "refund"])
BEGUN = st.sampled_from(["bot", "waiting", "taken", "joined", "resolved"])
DONE = ("resolved", "closed")
FOR_OTHERS = {"waiting_supplier", "waiting_approval"}
UNSEEN = {"note": "note", "suggest": "suggest", "ticket.changed": "changed"}


class Takeover(RuleBasedStateMachine):
    """Two buyers, two agents and a senior in one small shop; answers may come late, and agents come and go."""

    def __init__(self, empty_record: Callable[[], str]) -> None:
        super().__init__()
        self.house = House(empty_record())
        self.chats: list[str] = []
        self.owed: list[PendingTurn] = []
        self.written = 0
        self.merges: list[Merge] = []

    @initialize(begun=st.lists(BEGUN, min_size=2, max_size=2), merged=st.booleans())
    def two_are_there(self, begun: list[str], merged: bool) -> None:
        """Each somewhere on the way, so that the play is about what follows."""
        for stage in begun:
            chat = self.house.says("在吗")
            self.chats.append(chat)
            if stage != "bot":
                self.house.asks_for_person(chat)
            if stage in {"taken", "joined", "resolved"}:
                self.house.do(claim, self.house.mei, chat, None)
            if stage in {"joined", "resolved"}:
                self.house.do(reply, self.house.mei, chat, "您好")
            if stage == "resolved":
                self.house.do(resolve, self.house.mei, chat, self._secret("resolution"), None)
        if merged:
            self.agent_merges(1, 0, 2)

    def teardown(self) -> None:
        self.house.journal.close()

    # what buyers do

    @rule(pick=PICK, new=st.booleans(), late=st.booleans(), reason=st.none() | REASONS)
    def buyer_writes(self, pick: int, new: bool, late: bool, reason: str | None) -> None:
        chat = "new" if new and len(self.chats) < 3 else self._chat(pick)
        said = self.house.hears("还在吗", chat)
        if said.ack["conversation"] not in self.chats:
            self.chats.append(said.ack["conversation"])
        if said.turn is not None:
            self.owed.append(said.turn)
        if not late:
            self.assistant_answers(reason)

    @precondition(lambda self: self.owed)
    @rule(reason=st.none() | REASONS)
    def assistant_answers(self, reason: str | None) -> None:
        if not self.owed:
            return
        queue = "refunds" if reason == "refund" else "after-sales"
        self.house.assistant.ticket = TicketRequest(reason, queue=queue) if reason else None
        self.house.answers(self.owed.pop(0))

    @rule(pick=PICK)
    def buyer_asks_for_a_person(self, pick: int) -> None:
        self.house.asks_for_person(self._chat(pick))

    @rule(pick=PICK, value=st.sampled_from(["yes", "no", "perhaps"]))
    def buyer_says_whether_it_is_solved(self, pick: int, value: str) -> None:
        asked = [one for one in self.house.messages(self._chat(pick)) if one.parts and one.parts[0]["type"] == "rating"]
        if asked:
            self._try(lambda: self.house.presses(self._chat(pick), asked[-1].id, "solved", value))

    @rule(pick=PICK, score=st.integers(1, 5))
    def buyer_rates(self, pick: int, score: int) -> None:
        house, chat = self.house, self._chat(pick)
        stars = Stars(score)
        self._try(lambda: house.write(lambda tx: rate(tx, house.shop, house.buyer(), chat, None, stars, house.now)))

    # what agents do

    @rule(pick=PICK, who=PICK, stale=st.booleans())
    def agent_claims(self, pick: int, who: int, stale: bool) -> None:
        self._agent_does(claim, who, pick, self._rev(pick, stale))

    @rule(pick=PICK, who=PICK)
    def agent_takes_over(self, pick: int, who: int) -> None:
        self._agent_does(takeover, who, pick, None)

    @rule(pick=PICK, who=PICK)
    def agent_replies(self, pick: int, who: int) -> None:
        self._agent_does(reply, who, pick, "好的")

    @rule(pick=PICK, who=PICK)
    def agent_notes(self, pick: int, who: int) -> None:
        self._agent_does(write_note, who, pick, self._secret("note"))

    @rule(pick=PICK, who=PICK, stale=st.booleans())
    def agent_resolves(self, pick: int, who: int, stale: bool) -> None:
        self._agent_does(resolve, who, pick, self._secret("resolution"), self._rev(pick, stale))

    @rule(pick=PICK, who=PICK)
    def agent_reopens(self, pick: int, who: int) -> None:
        self._agent_does(reopen, who, pick, None)

    @rule(pick=PICK, who=PICK)
    def agent_gives_back(self, pick: int, who: int) -> None:
        self._agent_does(give_back, who, pick, None)

    @rule(pick=PICK, who=PICK, to=st.none() | PICK)
    def agent_passes_on(self, pick: int, who: int, to: int | None) -> None:
        colleague = None if to is None else self._agent(to).id
        self._agent_does(transfer, who, pick, colleague, self._secret("note"), None)

    @rule(pick=PICK, who=PICK, to=PICK)
    def agent_assigns(self, pick: int, who: int, to: int) -> None:
        self._agent_does(assign, who, pick, self._agent(to).id, None)

    @rule(pick=PICK, who=PICK, minutes=st.integers(-1, 90))
    def agent_snoozes(self, pick: int, who: int, minutes: int) -> None:
        self._agent_does(snooze, who, pick, self.house.now + timedelta(minutes=minutes), None)

    # what becomes of tickets

    @rule(pick=PICK, who=PICK, whom=st.sampled_from(["buyer", "supplier", "approval"]))
    def agent_waits_for_others(self, pick: int, who: int, whom: WaitFor) -> None:
        self._changes(pick, who, lambda tx, ticket, actor: wait_for(
            tx, ticket, whom, actor=actor, cause="asked", at=self.house.now
        ))  # fmt: skip

    @rule(pick=PICK, who=PICK)
    def what_was_waited_for_comes(self, pick: int, who: int) -> None:
        house = self.house
        self._changes(pick, who, lambda tx, ticket, actor: carry_on(
            tx, house.shop, ticket, actor=actor, cause="came", at=house.now
        ))  # fmt: skip

    @rule(pick=PICK, into=PICK, who=PICK)
    def agent_merges(self, pick: int, into: int, who: int) -> None:
        house, tickets = self.house, [one for one in self._tickets() if one.state not in DONE]
        if len(tickets) < 2:
            return
        gone = tickets.pop(pick % len(tickets))
        kept = tickets[into % len(tickets)]
        self._try(lambda: self.merges.append(house.write(
            lambda tx: merge(tx, house.shop, self._agent(who), Read(gone), Read(kept), house.now)
        )))  # fmt: skip

    @precondition(lambda self: self.merges)
    @rule(pick=PICK, who=PICK)
    def agent_undoes_a_merge(self, pick: int, who: int) -> None:
        if self.merges:
            house, which = self.house, self.merges[pick % len(self.merges)]
            self._try(lambda: house.write(lambda tx: undo(tx, house.shop, self._agent(who), which.id, house.now)))

    # what time does

    @rule(minutes=st.sampled_from([1, 7, 31, 60 * 5, 60 * 73]), gone=st.booleans())
    def time_passes(self, minutes: int, gone: bool) -> None:
        left = self.house.now
        self.house.wait(minutes=minutes)
        for _ in range(2):  # what comes back to its queue by the first look may be due there already
            self.house.watch(lambda agent: left if gone else None)
        for ticket in self._tickets():
            assert ticket.state != "new" or ticket.alarmed_at or (ticket.due_at and ticket.due_at > self.house.now)
        assert self.house.watch(lambda agent: left if gone else None) == 0

    # what holds after each step

    @invariant()
    def whoever_waits_has_a_ticket_a_place_a_time_and_a_message(self) -> None:
        for row in self._rows():
            held = self._disputes(row)
            assert len(held) <= 1
            if row.state == "waiting":
                self._is_told(row, held[0])
            elif row.state in {"human", "snoozed"}:
                assert row.assignee is not None
                rests = {"snoozed"} if row.state == "snoozed" else {"open", "waiting_buyer"}
                assert all(one.state in rests | FOR_OTHERS for one in held)
                assert all(one.assignee == row.assignee for one in held)
            else:
                assert all(one.state == "waiting_buyer" or self._is_owned(one) for one in held)

    def _is_owned(self, ticket: Ticket) -> bool:
        """It waits for somebody who is no buyer: a person has it, and a time is set."""
        return ticket.state in FOR_OTHERS and ticket.assignee is not None and ticket.legal_by is not None

    @invariant()
    def whatever_is_open_comes_up_again_by_itself(self) -> None:
        """Of a dispute that is not done something is due, until its last time has been told to whoever leads."""
        for ticket in self._tickets():
            if ticket.state not in DONE and not ticket.is_work:
                assert ticket.next_at is not None or "legal" in ticket.fired
                assert ticket.next_at == next_moment(ticket)

    def _is_told(self, row: Conversation, ticket: Ticket) -> None:
        assert (row.assignee, ticket.state) == (None, "new")
        assert ticket.target_at is not None
        assert ticket.due_at is not None
        assert ticket.resolve_by is not None
        heard = self._since_waiting(row)
        told = [event.body for event in heard if event.body.get("stage") == "queued"]
        place = self.house.read(lambda tx: tickets.waiting_before(tx, ticket))
        assert told[-1]["position"] == place
        cards = [part for event in heard for part in event.body.get("message", {}).get("parts", ())]
        assert any(part["type"] == "handoff" and part["text"] for part in cards)
        assert any(part["type"] == "ticket" and part["id"] == ticket.id and part["due_at"] for part in cards)

    @invariant()
    def the_assistant_is_silent_beside_a_person(self) -> None:
        states: dict[str, str] = {}
        for event in self.house.events():
            if event.type == "conversation":
                before, now = states.get(event.conversation, "bot"), event.body["state"]
                assert now == before or now in TRANSITIONS[before]
                states[event.conversation] = now
            author = event.body.get("message", {}).get("author", {}).get("kind")
            if author == "assistant" and event.type in {"message", "done"}:
                assert states[event.conversation] in {"bot", "waiting"}

    @invariant()
    def what_agents_say_to_each_other_no_buyer_hears(self) -> None:
        log = self.house.events()
        assert all(event.audience == "agents" for event in log if event.type in UNSEEN)
        heard = repr([event.body for event in log if event.audience == "all"])
        drafts = [event.body["text"] for event in log if event.type == "suggest"]
        assert not any(secret in heard for secret in (*drafts, "secret note", "secret resolution"))

    @invariant()
    def messages_and_events_are_counted_without_a_gap(self) -> None:
        for row in self._rows():
            assert [one.seq for one in self.house.messages(row.id)] == list(range(1, row.seq + 1))
        assert [event.n for event in self.house.events()] == list(range(1, len(self.house.events()) + 1))

    # how it is asked

    def _changes(self, pick: int, who: int, change: Callable[[sa.Connection, Ticket, str], object]) -> None:
        tickets = self._tickets()
        if tickets:
            ticket, actor = tickets[pick % len(tickets)], actor_of(self._agent(who))
            self._try(lambda: self.house.write(lambda tx: change(tx, ticket, actor)))

    def _agent_does(self, use: Callable[..., Json], who: int, pick: int, *more: Any) -> None:
        """Half of the time it is whoever has the conversation."""
        chat = self._chat(pick)
        holder = next((one for one in self._agents() if one.id == self.house.row(chat).assignee), None)
        agent = holder if holder is not None and who % 2 else self._agent(who)
        self._try(lambda: self.house.do(use, agent, chat, *more))

    def _try(self, move: Callable[[], object]) -> None:
        """A move that is refused has changed nothing."""
        before = self._everything()
        try:
            move()
        except (TicketingError, Forbidden):
            assert self._everything() == before

    def _everything(self) -> list[Any]:
        def look(tx: sa.Connection) -> list[Any]:
            tables = (conversations, messages, ticket_rows, notes, ratings, events)
            return [[tuple(row) for row in tx.execute(sa.select(table))] for table in tables]

        return self.house.read(look)

    def _secret(self, kind: str) -> str:
        self.written += 1
        return f"secret {kind} {self.written}"

    def _chat(self, pick: int) -> str:
        return self.chats[pick % len(self.chats)]

    def _agent(self, who: int) -> Agent:
        return self._agents()[who % 3]

    def _agents(self) -> tuple[Agent, Agent, Agent]:
        return self.house.mei, self.house.jun, self.house.lead

    def _rev(self, pick: int, stale: bool) -> int:
        return self.house.row(self._chat(pick)).rev - stale

    def _rows(self) -> list[Conversation]:
        return [self.house.row(chat) for chat in self.chats]

    def _tickets(self) -> list[Ticket]:
        read = self.house.read
        return [one for chat in self.chats for one in read(partial(cases.tickets_of, shop="small", conversation=chat))]

    def _disputes(self, row: Conversation) -> list[Ticket]:
        mine = (one for one in self._tickets() if one.conversation == row.id)
        return [one for one in mine if not one.is_work and one.state not in DONE]

    def _since_waiting(self, row: Conversation) -> list[Event]:
        """What the buyer has heard from the request on that led to this wait."""
        heard = self.house.read(lambda tx: event_log.after(tx, "small", row.owner, 0, 10_000))
        mine = [event for event in heard if event.conversation == row.id]
        asked = max(i for i, event in enumerate(mine) if event.body.get("stage") == "requested")
        return mine[asked:]


PLAYS = {"sqlite": examples(24), "postgresql": 2}
"""The moves are the same and the second engine is slower: there, it is the queries that are looked at."""


def test_nobody_waits_for_a_person_and_is_forgotten(empty_record: Callable[[], str]) -> None:
    plays = settings(
        max_examples=PLAYS[empty_record().partition(":")[0]], stateful_step_count=20, deadline=None,
        suppress_health_check=list(HealthCheck), derandomize=True,
    )  # fmt: skip
    run_state_machine_as_test(lambda: Takeover(empty_record), settings=plays)  # type: ignore[arg-type]  # whatever makes one will do
