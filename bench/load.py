"""Many buyers at once, each with so many messages under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from websockets.asyncio.client import ClientConnection

Frames = Iterator[str]


async def pump(socket: ClientConnection, frames: Frames, window: int, is_answer: Callable[[str], bool]) -> list[str]:
    """Send every frame, `window` of them under way at any time, and wait for as many answers, which are returned."""
    answers: list[str] = []
    under_way = 0
    for frame in frames:
        if under_way == window:
            answers.append(await _answer(socket, is_answer))
            under_way -= 1
        await socket.send(frame)
        under_way += 1
    for _ in range(under_way):
        answers.append(await _answer(socket, is_answer))
    return answers


async def _answer(socket: ClientConnection, is_answer: Callable[[str], bool]) -> str:
    async with asyncio.timeout(60):
        while True:
            text = str(await socket.recv())
            if is_answer(text):
                return text
