from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from knowledge_base.authorisation import Authorisation, lapsed_on, trace
from knowledge_base.authorisation_record import Entry, broken, cells_of, extended

DAY = date(2026, 6, 1)


def row(supplier: str, distributor: str, batch: str = "", until: date | None = None) -> Authorisation:
    return Authorisation(supplier, distributor, "key", batch, "doc", None, until, "issuer")


def parties(rows: tuple[Authorisation, ...], product: str = "key", day: date = DAY) -> list[tuple[str, ...]]:
    return [path.parties for path in trace(rows, product, day)]


AT = datetime(2026, 6, 1, tzinfo=UTC)
LATER = datetime(2026, 7, 1, tzinfo=UTC)


def test_each_entry_holds_the_one_before_and_what_is_gone_is_withdrawn() -> None:
    first = extended((), [row("A", "B"), row("B", "C")], AT)
    assert [entry.previous for entry in first] == ["", first[0].hash]
    assert extended(first, [row("A", "B"), row("B", "C")], LATER) == ()
    more = extended(first, [row("B", "C"), row("C", "D")], LATER)
    assert [(entry.n, entry.kind, entry.cells) for entry in more] == [
        (3, "withdrawn", cells_of(row("A", "B"))), (4, "registered", cells_of(row("C", "D"))),
    ]  # fmt: skip
    assert broken((*first, *more), [row("B", "C"), row("C", "D")]) is None
    assert broken((), []) is None
    assert broken((), [row("A", "B")]) is not None


def test_any_change_of_the_record_shows() -> None:
    rows = [row("A", "B"), row("B", "C"), row("C", "D", "L1")]
    entries = extended((), rows, AT)
    assert broken(entries, rows) is None
    for n, entry in enumerate(entries, 1):
        for change in changed(entry):
            tampered = (*entries[: n - 1], change, *entries[n:])
            found = broken(tampered, rows)
            assert found is not None, change
            assert found.n in (n, n + 1, change.n), change
    assert broken(entries[1:], rows) is not None
    assert broken((entries[0], entries[2]), rows) is not None
    assert broken(entries[:2], rows) is not None, "the last entry is gone, and the file still has its row"
    assert broken(entries, rows[:2]) is not None
    assert broken(entries, [*rows[:2], row("C", "D", "L2")]) is not None


def changed(entry: Entry) -> list[Entry]:
    """The entry with each of its fields, and each character of its cells, another one."""
    other = [replace(entry, cells=entry.cells[:i] + "~" + entry.cells[i + 1 :]) for i in range(len(entry.cells))]
    fields: dict[str, Any] = {"n": 9, "at": LATER, "kind": "withdrawn", "previous": "0" * 64, "hash": "0" * 64}
    return [*other, *(replace(entry, **{name: value}) for name, value in fields.items())]


def test_what_has_lapsed_says_when() -> None:
    rows = [row("A", "B", until=date(2026, 3, 1)), row("A", "B", until=date(2026, 5, 1)), row("A", "B")]
    assert lapsed_on(rows, "key", DAY) == date(2026, 5, 1)
    assert lapsed_on(rows, "other", DAY) is None


def test_a_named_batch_has_its_own_paths_and_those_for_any() -> None:
    rows = (row("A", "B", "L1"), row("A", "C", "L2"), row("A", "D"))
    assert [path.parties for path in trace(rows, "key", DAY, "L2")] == [("A", "C"), ("A", "D")]


def test_a_path_runs_from_the_first_supplier_to_the_last_distributor() -> None:
    rows = (row("B", "C", "L1"), row("A", "B"), row("X", "Y"))
    assert parties(rows) == [("A", "B", "C"), ("X", "Y")]
    assert [path.batch for path in trace(rows, "key", DAY)] == ["L1", ""]


def test_an_unregistered_product_has_no_path() -> None:
    assert parties((row("A", "B"),), product="other") == []


def test_a_lapsed_link_ends_what_rests_on_it() -> None:
    lapsed = (row("A", "B", until=date(2026, 5, 31)), row("B", "C"))
    assert parties(lapsed) == []
    assert parties(lapsed, day=date(2026, 5, 31)) == [("A", "B", "C")]


def test_another_batch_does_not_continue_a_path() -> None:
    assert parties((row("A", "B", "L1"), row("B", "C", "L2"), row("B", "D", "L1"))) == [("A", "B", "D")]


def test_a_circle_is_no_path_and_ends() -> None:
    assert parties((row("A", "B"), row("B", "A"))) == []
    assert parties((row("Z", "A"), row("A", "B"), row("B", "A"))) == [("Z", "A", "B")]


def test_many_paths_are_limited() -> None:
    rows = tuple(row(f"{level}-{a}", f"{level + 1}-{b}") for level in range(6) for a in range(4) for b in range(4))
    assert len(trace(rows, "key", DAY)) == 100
