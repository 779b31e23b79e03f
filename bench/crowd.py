"""`python -m bench.crowd PORT COUNT [SHOP]`: so many silent connections; with a shop, pages that said hello.

A process of its own, so that its memory is not the server's. Prints a line once all stand, and ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

AT_ONCE = 32
UPGRADE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def masked(text: str) -> bytes:
    """A client's text frame of at most 65,535 bytes (RFC 6455, section 5.2)."""
    data, mask = text.encode(), os.urandom(4)
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return b"\x81" + size + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))


async def come(port: int, shop: str) -> asyncio.StreamWriter:
    """One connection, as far as it goes before it is silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
    writer.write(UPGRADE.encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert b" 101 " in head, head
    if shop:
        hello = {"role": "buyer", "shop": shop, "locale": "zh-CN", "timezone": "Asia/Shanghai"}
        writer.write(masked(json.dumps({"v": 1, "t": "hello", "id": "1", "d": hello})))
        await reader.readuntil(b'"synced"')
    return writer


async def main(port: int, count: int, shop: str) -> None:
    """Come, say so, and stay."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one() -> asyncio.StreamWriter:
        async with gate:
            return await come(port, shop)

    held = await asyncio.gather(*(one() for _ in range(count)))
    print(len(held), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else ""))
