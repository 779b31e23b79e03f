from __future__ import annotations

from dataclasses import replace
from datetime import date

from knowledge_base.authorisation import Authorisation, chain, first_break, trace

DAY = date(2026, 6, 1)


def row(supplier: str, distributor: str, batch: str = "", until: date | None = None) -> Authorisation:
    return Authorisation(supplier, distributor, "key", batch, "doc", None, until, "issuer", "", "")


def parties(rows: tuple[Authorisation, ...], product: str = "key", day: date = DAY) -> list[tuple[str, ...]]:
    return [path.parties for path in trace(rows, product, day)]


def test_each_row_holds_the_one_before() -> None:
    rows = chain([row("A", "B"), row("B", "C"), row("C", "D")])
    assert [link.previous for link in rows] == ["", rows[0].hash, rows[1].hash]
    assert len({link.hash for link in rows}) == 3
    assert chain(rows) == rows
    assert first_break(rows) is None


def test_a_change_in_the_past_shows() -> None:
    rows = chain([row("A", "B"), row("B", "C"), row("C", "D")])
    assert first_break((rows[0], replace(rows[1], batch="X"), rows[2])) == 1
    assert first_break((rows[1], rows[2])) == 0
    assert first_break((rows[0], rows[2])) == 1
    assert chain([replace(rows[0], batch="X"), *rows[1:]])[2].hash != rows[2].hash


def test_a_path_runs_from_the_first_supplier_to_the_last_distributor() -> None:
    rows = chain([row("B", "C", "L1"), row("A", "B"), row("X", "Y")])
    assert parties(rows) == [("A", "B", "C"), ("X", "Y")]
    assert [path.batch for path in trace(rows, "key", DAY)] == ["L1", ""]


def test_an_unregistered_product_has_no_path() -> None:
    assert parties(chain([row("A", "B")]), product="other") == []


def test_a_lapsed_link_ends_what_rests_on_it() -> None:
    lapsed = chain([row("A", "B", until=date(2026, 5, 31)), row("B", "C")])
    assert parties(lapsed) == []
    assert parties(lapsed, day=date(2026, 5, 31)) == [("A", "B", "C")]


def test_another_batch_does_not_continue_a_path() -> None:
    assert parties(chain([row("A", "B", "L1"), row("B", "C", "L2"), row("B", "D", "L1")])) == [("A", "B", "D")]


def test_a_circle_is_no_path_and_ends() -> None:
    assert parties(chain([row("A", "B"), row("B", "A")])) == []
    assert parties(chain([row("Z", "A"), row("A", "B"), row("B", "A")])) == [("Z", "A", "B")]


def test_many_paths_are_limited() -> None:
    rows = chain(row(f"{level}-{a}", f"{level + 1}-{b}") for level in range(6) for a in range(4) for b in range(4))
    assert len(trace(rows, "key", DAY)) == 100
