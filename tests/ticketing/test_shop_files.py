"""What was written of a shop's files, on each engine: versions in their order, drafts replaced, shops apart."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.ticketing.conftest import NOW
from ticketing.storage import shop_files
from ticketing.storage.journal import Journal
from ticketing.storage.shop_files import FileDraft, Via, sha256_of

PATH = "articles/a.md"


def _append(journal: Journal, shop: str, content: bytes | None, via: Via, path: str = PATH) -> int:
    return journal.write_now(
        lambda tx: shop_files.append(tx, shop, path, content, by="Lin", via=via, note="why", at=NOW)
    )


def test_a_file_is_what_was_last_written_and_knows_what_the_folder_held(journal: Journal) -> None:
    first = _append(journal, "star", "旧".encode(), "import")
    assert [_append(journal, "star", b"mine", "desk"), _append(journal, "star", None, "desk")] == [first + 1, first + 2]
    _append(journal, "star", b"x", "desk", "macros/b.md")
    _append(journal, "star", b"y", "import", "macros/b.md")
    assert _append(journal, "moon", b"theirs", "desk") == 1

    told = journal.read_now(lambda tx: shop_files.of_path(tx, "star", PATH))
    assert [(one.via, one.content) for one in told] == [("desk", None), ("desk", b"mine"), ("import", "旧".encode())]
    assert (told[1].sha256, told[1].by, told[1].note, told[1].at) == (sha256_of(b"mine"), "Lin", "why", NOW)
    (stands,) = journal.read_now(lambda tx: shop_files.written(tx, "star"))
    assert (stands.now.path, stands.now.content) == (PATH, None)
    assert stands.folder is not None
    assert stands.folder.content == "旧".encode()
    (theirs,) = journal.read_now(lambda tx: shop_files.written(tx, "moon"))
    assert theirs.folder is None
    assert journal.read_now(lambda tx: shop_files.last(tx, "star")) == 5


def test_a_draft_takes_the_place_of_the_last_one(journal: Journal) -> None:
    draft = FileDraft(PATH, NOW, "Lin", None, "one")
    for one in (draft, replace(draft, text="two", base="b" * 64)):
        journal.write_now(partial(shop_files.save_draft, shop="star", draft=one))
    journal.write_now(lambda tx: shop_files.save_draft(tx, "moon", draft))
    assert journal.read_now(lambda tx: shop_files.drafts_of(tx, "star")) == (replace(draft, text="two", base="b" * 64),)
    journal.write_now(lambda tx: shop_files.drop_draft(tx, "star", PATH))
    assert journal.read_now(lambda tx: shop_files.drafts_of(tx, "star")) == ()
    assert len(journal.read_now(lambda tx: shop_files.drafts_of(tx, "moon"))) == 1
