"""What is wrong once a load has come to its end."""

from __future__ import annotations

from pathlib import Path

from tests.faults.load import Load
from tests.faults.record import faults_of
from tests.faults.visitor import compare_with_fresh
from tests.running import PATIENCE


async def verdict(load: Load, record: Path | str, *urls: str) -> list[str]:
    """Let everyone be answered: each page shows what a fresh load at every address shows, and so does the record."""
    found = await load.settle(PATIENCE)
    for url in urls:
        found += await compare_with_fresh(url, load.visitors)
    found += faults_of(record, load.visitors)
    return found + [wrong for visitor in load.visitors for wrong in visitor.page.wrong]
