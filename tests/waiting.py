"""Waiting for what has no event to wait on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE = 60.0


async def until(true: Callable[[], bool], seconds: float = PATIENCE, pause: float = 0.005) -> None:
    """Look again and again until it holds. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # pages and processes tell nobody when they get there
            await asyncio.sleep(pause)
