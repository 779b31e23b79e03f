"""Erasing anew whom a backup brought back, by the list of erasures that was kept beside the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from support.service.person_erase import Held, erase_person, mark_of_owner
from support.service.person_export import NothingKept
from support.service.shops import LoadedShop
from ticketing.storage.erasure_list import Erasure
from ticketing.storage.journal import Journal
from ticketing.storage.person import owner_of_chat, owners
from ticketing.storage.upload_files import UploadFiles


@dataclass(frozen=True, slots=True)
class ErasedAgain:
    """How many were erased once more; `held` are held in this record and stay, until somebody erases them."""

    people: int
    held: int


def erase_again(
    journal: Journal, shop: Callable[[str], LoadedShop], files: UploadFiles, listed: Iterable[Erasure], by: str,
    at: datetime,
) -> ErasedAgain:  # fmt: skip
    """Erase everybody of the list who is in the record. Raises UnknownShop for a shop that is not."""
    by_shop: dict[str, list[Erasure]] = {}
    for one in listed:
        by_shop.setdefault(one.shop, []).append(one)
    people = held = 0
    for name, mine in by_shop.items():
        loaded = shop(name)
        for owner in sorted(journal.read_now(partial(_back, loaded=loaded, listed=mine))):
            try:
                erase_person(journal, loaded, files, owner, by, at)
                people += 1
            except Held:
                held += 1
            except NothingKept:
                continue
    return ErasedAgain(people, held)


def _back(tx: sa.Connection, loaded: LoadedShop, listed: list[Erasure]) -> set[str]:
    """Who is there again: by their name, or as whom they had those conversations then."""
    marks = {one.mark for one in listed}
    found = {owner for owner in owners(tx, loaded.id) if mark_of_owner(loaded, owner) in marks}
    chats = {chat for one in listed for chat in one.chats}
    return found | {owner for chat in chats if (owner := owner_of_chat(tx, loaded.id, chat)) is not None}
