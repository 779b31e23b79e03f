"""Who may do what with a refund. Pure: every combination of requester, approver and executor can be gone through."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from knowledge_base.shop import RefundLimits
from ticketing.agent import Agent, actor_of, may
from ticketing.errors import TicketingError
from ticketing.refund import HAPPENED, Refund

Rule = Literal["role", "same_person", "each", "day", "proof", "manual"]


class NotAllowed(TicketingError):
    """The shop's rules do not let this agent do it; `rule` says which, the message what to do."""

    def __init__(self, rule: Rule, message: str) -> None:
        super().__init__(message)
        self.rule = rule


def needs_two(refund: Refund, limits: RefundLimits) -> bool:
    """Whether two people have to stand behind it: above the shop's threshold, without a decision, or held."""
    if limits.approval_limit is None:
        return False
    return refund.amount > limits.approval_limit or refund.decision is None or refund.held


def may_run_alone(refund: Refund, limits: RefundLimits) -> bool:
    """Whether it is approved without a person: granted by the policy, within `auto_limit`, and nothing holds it."""
    if limits.auto_limit is None or limits.executor == "manual" or refund.kind != "refund":
        return False
    granted = refund.decision is not None and refund.requested_by == "assistant"
    return granted and not refund.held and refund.amount <= limits.auto_limit and not needs_two(refund, limits)


def check_request(agent: Agent, kind: str) -> None:
    """Raise NotAllowed for what nobody asks for: it happens, and is told by the store."""
    if kind in HAPPENED:
        raise NotAllowed("role", f"a {kind} is told by the store, not asked for")


def check_approval(refund: Refund, agent: Agent, limits: RefundLimits, spent: Decimal) -> None:
    """Raise NotAllowed unless the agent may approve it; `spent` is what the agent approved on this day already."""
    two = needs_two(refund, limits)
    if (two or refund.decision is None or refund.held) and not may(agent, "senior"):
        raise NotAllowed("role", "above the shop's threshold, without a decision or on a held order a senior approves")
    if two and refund.requested_by == actor_of(agent):
        raise NotAllowed("same_person", "whoever asked for it does not approve it: ask a colleague")
    own = limits.roles.get(agent.role)
    if own is None:
        return
    if own.each is not None and refund.amount > own.each:
        raise NotAllowed("each", f"a {agent.role} approves at most {own.each} {refund.currency} at once")
    if own.day is not None and spent + refund.amount > own.day:
        left = max(Decimal(0), own.day - spent)
        raise NotAllowed("day", f"a {agent.role} approves at most {own.day} {refund.currency} a day: {left} is left")


def check_execution(refund: Refund, agent: Agent, limits: RefundLimits) -> None:
    """Raise NotAllowed unless the agent may execute it, or say that it was."""
    if needs_two(refund, limits) and refund.approved_by == actor_of(agent):
        raise NotAllowed("same_person", "whoever approved it does not execute it: ask a colleague")


def check_settlement(refund: Refund, agent: Agent, limits: RefundLimits) -> None:
    """Raise NotAllowed unless the agent may say what became of one in doubt."""
    if not may(agent, "senior"):
        raise NotAllowed("role", "what became of a refund in doubt is said by a senior")
    if needs_two(refund, limits) and refund.executed_by == actor_of(agent):
        raise NotAllowed("same_person", "whoever executed it does not settle it: ask a colleague")


def check_proof(reference: str) -> str:
    """What shows that money moved, or did not, trimmed. Raises NotAllowed where it says nothing."""
    shown = " ".join(reference.split())
    if sum(sign.isalnum() for sign in shown) < 4:
        raise NotAllowed("proof", "say what shows it: the number of the transfer, or where it can be seen")
    return shown[:500]
