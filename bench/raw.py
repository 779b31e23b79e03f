"""`python -m bench.raw PORT [ANSWER …]`: a bare `websockets` server that says back what it hears, or these frames."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed


async def main(port: int, answers: list[str]) -> None:
    """Serve until stopped."""

    async def answer(socket: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            async for text in socket:
                for one in answers or [str(text)]:
                    await socket.send(one)

    async with serve(answer, "127.0.0.1", port, compression=None):
        await asyncio.Future()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2:]))
