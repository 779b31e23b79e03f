"""Conditions that know their own text, the facts that they name, and their value: the reference for the engine.

It is written from the page of the language alone: a line is unknown exactly when a fact that it names is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

Values = Mapping[str, bool | int | str]
FLAGS = ("order.paid", "order.frozen", "delivery.redeemed", "buyer.minor", "order.no_return_confirmed")
COUNTS = ("item.quantity", "buyer.claims_90d", "claim.evidence")
REASONS = ("changed_mind", "key_used", "coupon")
NAMES = (*FLAGS, *COUNTS, "claim.reason")


@dataclass(frozen=True)
class Condition:
    """A condition: `names` must be known for a value, those in `asked` stand in `known(…)`."""

    text: str
    names: frozenset[str]
    asked: frozenset[str]
    value: Callable[[Values], bool]

    def line(self, known: Values) -> bool | str:
        """True, false or unknown."""
        return "unknown" if self.names - set(known) else self.value(known)


def _flag(name: str) -> Condition:
    return Condition(name, frozenset({name}), frozenset(), lambda known: known[name] is True)


def _more(name: str, least: int) -> Condition:
    return Condition(f"{name} > {least}", frozenset({name}), frozenset(), lambda known: int(known[name]) > least)


def _reason(reason: str) -> Condition:
    name = "claim.reason"
    return Condition(f'{name} == "{reason}"', frozenset({name}), frozenset(), lambda known: known[name] == reason)


def _known(name: str) -> Condition:
    return Condition(f"known({name})", frozenset(), frozenset({name}), lambda known: name in known)


def _not(one: Condition) -> Condition:
    return Condition(f"!({one.text})", one.names, one.asked, lambda known: not one.value(known))


def _both(one: Condition, two: Condition) -> Condition:
    return _joined(f"({one.text} && {two.text})", (one, two), lambda known: one.value(known) and two.value(known))


def _either(one: Condition, two: Condition) -> Condition:
    return _joined(f"({one.text} || {two.text})", (one, two), lambda known: one.value(known) or two.value(known))


def _chosen(one: Condition, two: Condition, three: Condition) -> Condition:
    def value(known: Values) -> bool:
        return two.value(known) if one.value(known) else three.value(known)

    return _joined(f"(({one.text}) ? ({two.text}) : ({three.text}))", (one, two, three), value)


def _joined(text: str, parts: tuple[Condition, ...], value: Callable[[Values], bool]) -> Condition:
    names, asked = (frozenset().union(*(getattr(part, field) for part in parts)) for field in ("names", "asked"))
    return Condition(text, names, asked, value)


LEAVES = st.one_of(
    st.sampled_from(FLAGS).map(_flag),
    st.builds(_more, st.sampled_from(COUNTS), st.integers(0, 3)),
    st.sampled_from(REASONS).map(_reason),
    st.sampled_from(NAMES).map(_known),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(_not), st.builds(_both, inner, inner), st.builds(_either, inner, inner),
        st.builds(_chosen, inner, inner, inner),
    ),
    max_leaves=4,
)  # fmt: skip
CLAUSES = st.lists(st.lists(CONDITIONS, max_size=3), min_size=1, max_size=4)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.booleans() for name in FLAGS},
        **{name: st.integers(0, 4) for name in COUNTS},
        "claim.reason": st.sampled_from(REASONS),
    },
)
"""What is known: any of the facts, or none."""
