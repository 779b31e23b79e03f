"""`anxin chat`: a buyer's chat in the terminal, over the socket."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Annotated, Any

import typer

from support.cli.options import Shop
from support.cli.outcome import UNAVAILABLE

CARD_HINT = "  \x1b[36m{}\x1b[0m"


def chat(
    shop: Shop,
    url: Annotated[str, typer.Option(help="The server's socket; the configured one by default.")] = "",
    token: Annotated[str | None, typer.Option(help="A buyer's token; without one you are a visitor.")] = None,
    lang: Annotated[str, typer.Option(help="zh-CN or en.")] = "",
) -> None:
    """Chat with a running server as a buyer would. An empty line or Ctrl-D ends it."""
    from support.settings import Settings

    settings = Settings()
    target = url or f"ws://{settings.host}:{settings.port}/ws"
    if not target.startswith(("ws://", "wss://")):
        raise typer.BadParameter(f"--url: a socket's address, such as ws://127.0.0.1:8000/ws, not {url}")
    try:
        asyncio.run(_chat(target, shop, token, lang))
    except OSError as error:
        typer.secho(f"no server at {target} ({error}): start one with `anxin serve --demo`", fg="red", err=True)
        raise typer.Exit(UNAVAILABLE) from error


async def _chat(url: str, shop: str, token: str | None, lang: str) -> None:
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed
    from websockets.typing import Subprotocol

    from support.chat.frames import SUBPROTOCOL

    async with connect(url, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None) as socket:
        hello = {"role": "buyer", "shop": shop, "token": token, "locale": lang, "timezone": "UTC"}
        _conversation["lang"] = lang or _conversation["lang"]
        await _send(socket, "hello", hello)
        reader = asyncio.create_task(_show(socket))
        try:
            await _talk(socket)
        except ConnectionClosed:
            typer.secho("the server closed the connection", fg="yellow", err=True)
        finally:
            reader.cancel()


_conversation = {"id": "new", "lang": "zh-CN"}
_answered = asyncio.Event()


async def _talk(socket: Any) -> None:
    from support.assistant.language import language

    loop = asyncio.get_running_loop()
    while True:
        sys.stdout.write("> ")
        sys.stdout.flush()
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line.strip():
            return
        _answered.clear()
        _conversation["lang"] = language(line, _conversation["lang"])
        await _send(socket, "say", {"conversation": _conversation["id"], "text": line.strip(), "attachments": []})
        await asyncio.wait_for(_answered.wait(), 60)


async def _send(socket: Any, kind: str, body: dict[str, Any]) -> None:
    from ticketing.ids import new_id

    await socket.send(json.dumps({"v": 1, "t": kind, "id": new_id(), "d": body}, ensure_ascii=False))


async def _show(socket: Any) -> None:
    async for text in socket:
        frame = json.loads(text)
        kind, body = frame["t"], frame["d"]
        if kind == "ack" and "conversation" in body:
            _conversation["id"] = body["conversation"]
        elif kind == "ping":
            await socket.send(json.dumps({"v": 1, "t": "pong", "d": {}, "re": body["id"]}))
        elif kind == "step":
            sys.stdout.write(f"\r\x1b[K\x1b[2m{step_words(body['label_key'], _conversation['lang'])}\x1b[0m")
            sys.stdout.flush()
        elif kind == "done":
            _print_message(body["message"])
            _answered.set()
        elif kind == "error":
            typer.secho(f"\r{body['code']}", fg="red")
            _answered.set()


def step_words(key: str, lang: str) -> str:
    """What the assistant is doing, in the buyer's language; a step of a newer server is work, whatever it is."""
    from support.assistant.phrases import keys, phrase

    return f"{phrase(lang, key if key in keys(lang) else 'step.other')}…"


def _print_message(message: dict[str, Any]) -> None:
    sys.stdout.write(f"\r\x1b[K{message['text']}\n")
    for entry in message["citations"]:
        print(f"  \x1b[2m[{entry['n']}] {entry['title']}\x1b[0m")
    for part in message["parts"]:
        if part["type"] == "choices":
            print(CARD_HINT.format(" · ".join(option["label"] for option in part["options"])))
