"""docs/tutorials/first-shop.md, walked."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.tutorials.walk import Walk


def test_a_shop_from_nothing_to_its_desk(tmp_path: Path) -> None:
    with Walk(tmp_path) as walk:
        walk.along("tutorials/first-shop.md")
        assert httpx.get(f"{walk.base}/desk", timeout=60).status_code == 200
