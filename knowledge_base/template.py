"""What `anxin shop new` writes: a small commented shop folder to start from, which passes the check as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from knowledge_base.folder import read_directory

_FOLDER = Path(__file__).parent / "new_shop"
_ID = b'id = "my-shop"'


def new_shop_files(shop_id: str) -> Mapping[str, bytes]:
    """The files of a new shop by their paths within its folder.

    `shop_id` is lower-case letters, digits, `-` and `_`; another one is a fault of the check.
    """
    files = read_directory(_FOLDER)
    return {path: content.replace(_ID, f'id = "{shop_id}"'.encode(), 1) for path, content in files.items()}
