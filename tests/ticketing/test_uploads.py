from __future__ import annotations

import os
import time
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.ticketing.conftest import NOW
from ticketing.errors import IdReused, NotFound
from ticketing.ids import new_id
from ticketing.storage import talk, uploads
from ticketing.storage.journal import Journal
from ticketing.storage.upload_files import UploadFiles
from ticketing.upload import Upload, Usage

DAY = timedelta(days=1)


def an_upload(owner: str = "visitor:a", shop: str = "star", at: datetime = NOW, size: int = 10) -> Upload:
    key = new_id()
    return Upload(shop, key, owner, f"c-{key}", "a.png", "image/png", size, 2, 3, "ab" * 32, "cd" * 32, at)


def kept(journal: Journal, **about: Any) -> Upload:
    upload = an_upload(**about)
    journal.write_now(lambda tx: uploads.add(tx, upload))
    return upload


def conversation_of(journal: Journal, owner: str, shop: str = "star") -> str:
    return journal.write_now(lambda tx: talk.start(tx, shop, owner, "en", "", NOW)).id


def test_only_the_own_uploads_are_found_and_a_foreign_one_is_as_a_missing_one(journal: Journal) -> None:
    mine, other = kept(journal), kept(journal, owner="visitor:b")
    elsewhere = kept(journal, shop="moon")
    found = journal.read_now(lambda tx: uploads.of_owner(tx, "star", "visitor:a", [mine.id, mine.id]))
    assert found == (mine,)
    told = []
    for key in (other.id, elsewhere.id, "missing"):
        with pytest.raises(NotFound) as refused:
            journal.read_now(partial(uploads.of_owner, shop="star", owner="visitor:a", ids=[mine.id, key]))
        told.append(str(refused.value).replace(key, "…"))
    assert len(set(told)) == 1


def test_an_upload_is_said_in_one_conversation(journal: Journal) -> None:
    mine, first, second = kept(journal), *(conversation_of(journal, "visitor:a") for _ in range(2))
    journal.write_now(lambda tx: uploads.said(tx, [mine], first, NOW))
    journal.write_now(lambda tx: uploads.said(tx, [mine], first, NOW + DAY))
    with pytest.raises(NotFound):
        journal.write_now(lambda tx: uploads.said(tx, [mine], second, NOW))
    assert journal.read_now(lambda tx: uploads.repeated(tx, "star", "visitor:a", mine.client_id)) == replace(
        mine, conversation=first, said_at=NOW + DAY
    )


def test_who_may_see_it(journal: Journal) -> None:
    """Its sender; agents once it was said; the buyer to whom an agent said it; nobody of another shop."""
    theirs, ours = kept(journal), kept(journal, owner="agent:lin")

    def sees(upload: Upload, owner: str, shop: str = "star") -> bool:
        try:
            journal.read_now(lambda tx: uploads.seen_by(tx, shop, upload.id, owner, owner.startswith("agent:")))
        except NotFound:
            return False
        return True

    assert [sees(theirs, who) for who in ("visitor:a", "visitor:b", "agent:lin")] == [True, False, False]
    conversation = conversation_of(journal, "visitor:a")
    journal.write_now(lambda tx: uploads.said(tx, [theirs, ours], conversation, NOW))
    assert [sees(theirs, who) for who in ("visitor:a", "visitor:b", "agent:chen")] == [True, False, True]
    assert [sees(ours, who) for who in ("visitor:a", "visitor:b", "agent:chen")] == [True, False, True]
    assert not sees(theirs, "visitor:a", "moon")
    assert not sees(theirs, "agent:lin", "moon")


def test_a_repetition_is_known_and_another_file_under_its_id_refused(journal: Journal) -> None:
    mine = kept(journal)
    assert journal.read_now(
        lambda tx: uploads.same_again(tx, "star", "visitor:a", mine.client_id, mine.given_sha256)
    ) == mine  # fmt: skip
    with pytest.raises(IdReused):
        journal.read_now(lambda tx: uploads.same_again(tx, "star", "visitor:a", mine.client_id, "ee" * 32))
    assert journal.read_now(lambda tx: uploads.same_again(tx, "star", "visitor:b", mine.client_id, "ee" * 32)) is None


def test_usage_counts_a_span_of_one_owner_or_of_the_shop(journal: Journal) -> None:
    kept(journal, size=7)
    kept(journal, size=5, owner="visitor:b")
    kept(journal, size=99, at=NOW - 2 * DAY)
    kept(journal, size=99, shop="moon")
    spans = {
        who: journal.read_now(partial(uploads.usage, shop="star", owner=who, since=NOW - DAY))
        for who in ("visitor:a", "visitor:c", None)
    }
    assert spans == {"visitor:a": Usage(1, 7), "visitor:c": Usage(0, 0), None: Usage(2, 12)}


def test_a_visitor_who_proves_to_be_a_buyer_takes_the_uploads_along(journal: Journal) -> None:
    first, second = kept(journal), kept(journal, owner="buyer:alice")
    twin = replace(an_upload(), client_id=second.client_id)
    journal.write_now(lambda tx: uploads.add(tx, twin))
    journal.write_now(lambda tx: uploads.give_to(tx, "star", "visitor:a", "buyer:alice"))
    found = journal.read_now(lambda tx: uploads.of_owner(tx, "star", "buyer:alice", [first.id, second.id, twin.id]))
    assert {one.owner for one in found} == {"buyer:alice"}


def test_what_was_never_said_goes_after_a_day_and_what_was_said_later_is_remembered(journal: Journal) -> None:
    unsaid, said, fresh = (kept(journal) for _ in range(3))
    conversation = conversation_of(journal, "visitor:a")
    journal.write_now(lambda tx: uploads.said(tx, [said], conversation, NOW))
    journal.write_now(lambda tx: uploads.said(tx, [fresh], conversation, NOW + 100 * DAY))
    later = NOW + 200 * DAY
    journal.write_now(lambda tx: uploads.forget(tx, "star", later - DAY, later - 180 * DAY, later))
    row = {
        key: journal.read_now(partial(uploads.repeated, shop="star", owner="visitor:a", client_id=key))
        for key in (unsaid.client_id, said.client_id, fresh.client_id)
    }
    assert row[unsaid.client_id] is None
    gone, there = row[said.client_id], row[fresh.client_id]
    assert gone is not None
    assert gone.gone_at == later
    assert there is not None
    assert there.gone_at is None
    ids = [unsaid.id, said.id, fresh.id]
    assert journal.read_now(lambda tx: uploads.kept(tx, "star", ids)) == {fresh.id}
    with pytest.raises(NotFound):
        journal.read_now(lambda tx: uploads.of_owner(tx, "star", "visitor:a", [said.id]))


def test_a_sweep_takes_what_no_row_wants_and_nobody_is_at_work_on(tmp_path: Path) -> None:
    files = UploadFiles(tmp_path / "uploads")
    wanted, unwanted, young = an_upload(), an_upload(), an_upload(shop="moon")
    for upload in (wanted, unwanted, young):
        with files.fresh() as path:
            path.write_bytes(b"x")
            files.keep(path, upload)
    left = tmp_path / "uploads" / ".incoming" / "left"
    left.write_bytes(b"half")
    ago = time.time() - 2 * 3600
    for path in (files.path(wanted), files.path(unwanted), left):
        os.utime(path, (ago, ago))

    def kept_of(shop: str, ids: Collection[str]) -> list[str]:
        assert shop == "star"
        return [wanted.id]

    assert files.sweep(kept_of) == 2
    assert files.path(wanted).is_file()
    assert files.path(young).is_file()
    assert not files.path(unwanted).exists()
    assert not left.exists()
    assert files.sweep(kept_of) == 0


def test_a_file_that_was_not_kept_is_gone(tmp_path: Path) -> None:
    files = UploadFiles(tmp_path / "uploads")
    with files.fresh() as path:
        path.write_bytes(b"half of it")
    assert not path.exists()
    assert [one for one in (tmp_path / "uploads").rglob("*") if one.is_file()] == []
