"""Who claims, as marks: equal ones meet, different ones stay apart, and nobody can try them out without the secret."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from ticketing.claim import Claim, different_buyers, mark_of

AT = datetime(2026, 3, 1, tzinfo=UTC)


def claim(order: str, *marks: str) -> Claim:
    return Claim(order, "steam", "key_used", AT, frozenset(marks))


def test_whoever_shares_a_mark_or_an_order_is_one_buyer() -> None:
    assert different_buyers([]) == 0
    assert different_buyers([claim("A", "contact 1"), claim("B", "contact 2")]) == 2
    assert different_buyers([claim("A", "contact 1", "owner 9"), claim("B", "contact 2", "owner 9")]) == 1
    assert different_buyers([claim("A", "contact 1"), claim("A", "contact 2")]) == 1


def test_a_third_claim_may_show_that_two_buyers_are_one() -> None:
    apart = [claim("A", "contact 1"), claim("B", "contact 2")]
    assert different_buyers([*apart, claim("C", "contact 1", "contact 2")]) == 1


def test_a_mark_is_keyed_by_the_shop_and_by_what_it_marks() -> None:
    key = b"NEBULA-0001-ABCD"
    mark = mark_of("secret-of-star", "key", key)
    assert mark == mark_of("secret-of-star", "key", key)
    assert len({mark, mark_of("secret-of-moon", "key", key), mark_of("secret-of-star", "contact", key)}) == 3
    assert hashlib.sha256(key).hexdigest() not in mark
