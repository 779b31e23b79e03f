"""What a page that comes back is given: what it missed, or everything where there is no way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from support.service.connect import missed
from tests.support.service.takeover import House
from ticketing.storage.shops import renew_epochs
from ticketing.storage.tables import shops


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    house.says("在吗")
    yield house
    house.journal.close()


def test_a_cursor_of_this_record_is_given_what_followed_it(house: House) -> None:
    gap = house.read(lambda tx: missed(tx, house.buyer(), 1, None))
    assert (gap.resume, gap.snapshot) == ("ok", None)
    assert [event.n for event in gap.events] == list(range(2, gap.n + 1))
    again = house.read(lambda tx: missed(tx, house.buyer(), gap.n, gap.epoch))
    assert (again.resume, again.events) == ("ok", ())


def test_a_cursor_of_another_life_of_the_record_is_a_reset(house: House) -> None:
    """The database was restored to what it was: the cursor lies beyond it, or it was given a new epoch."""
    before = house.read(lambda tx: missed(tx, house.buyer(), None, None))
    house.write(lambda tx: tx.execute(sa.update(shops).values(n=shops.c.n - 1)))
    beyond = house.read(lambda tx: missed(tx, house.buyer(), before.n, before.epoch))
    house.write(lambda tx: tx.execute(sa.update(shops).values(n=before.n)))
    assert house.write(renew_epochs) == 1
    other = house.read(lambda tx: missed(tx, house.buyer(), before.n, before.epoch))
    assert [gap.resume for gap in (before, beyond, other)] == ["reset"] * 3
    assert other.epoch != before.epoch
    assert len((other.snapshot or {})["conversations"]) == 1


@pytest.mark.parametrize("stands", ["before it", "nowhere", "after it"])
def test_the_end_of_an_answer_is_known_wherever_the_page_stands(house: House, stands: str) -> None:
    """Its pieces may still come where its end is in the log already: they are not taken up again."""
    [done] = [event for event in house.events() if event.type == "done"]
    cursor = {"before it": 0, "nowhere": None, "after it": done.n}[stands]
    gap = house.read(lambda tx: missed(tx, house.buyer(), cursor, None))
    assert [event.n for event in gap.ends()] == [done.n]
    assert all(event.n > (cursor or 0) for event in gap.events)
