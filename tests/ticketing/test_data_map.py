"""The data map: no column of the record is missing from it, and none stands in it twice."""

from __future__ import annotations

import pytest

from ticketing.storage.data_map import KEEP, PEOPLE
from ticketing.storage.data_map_other import STAFF, THINGS
from ticketing.storage.tables import metadata


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_column_is_a_buyers_or_of_the_shops_people_or_a_thing_and_one_of_them(table: str) -> None:
    told = [
        *(PEOPLE[table].columns if table in PEOPLE else ()), *STAFF.get(table, "").split(),
        *THINGS.get(table, "").split(),
    ]  # fmt: skip
    columns = [column.name for column in metadata.tables[table].columns if column.name != "shop"]
    assert sorted(told) == sorted(columns), f"{table}: put each column into ticketing/storage/data_map.py or _other.py"


def test_the_map_names_no_table_that_is_not_there() -> None:
    assert {*PEOPLE, *STAFF, *THINGS} <= set(metadata.tables)


def test_what_stays_after_an_erasure_says_why_in_both_languages() -> None:
    for name, personal in PEOPLE.items():
        assert personal.drop or all(personal.why), name
        assert all(personal.title), name
        assert not (personal.drop and any(column.fate is not KEEP for column in personal.columns.values())), name
