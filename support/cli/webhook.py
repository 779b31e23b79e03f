"""`anxin shop webhook`: how a store tells of its orders, a fresh secret, and an event to try it with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from knowledge_base.errors import ShopFaults
from knowledge_base.reader import read_directory, read_shop
from knowledge_base.shop import Shop
from support import webhook_signature as signing
from support.cli.options import AsJson, among
from support.cli.outcome import NO, UNAVAILABLE, USAGE, end, print_json
from support.service.order_event_body import PING, TYPES
from support.service.webhook_secrets import WebhookKeys, webhook_keys
from ticketing.ids import new_id

if TYPE_CHECKING:
    import httpx

SECONDS = 15.0
EVENTS = [kind.removeprefix("order.") for kind in TYPES]
NAME = "SHOP_WEBHOOK_SECRET"
"""What the variable is called where `shop.toml` names none yet."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event to send."""

    type: str
    order: str | None
    amount: str | None
    id: str


def webhook(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="The shop folder.")] = Path(),
    secret: Annotated[bool, typer.Option("--secret", help="Print a fresh secret, alone.")] = False,
    test: Annotated[bool, typer.Option("--test", help="Send a signed event to the running server.")] = False,
    event: Annotated[str, typer.Option(help=f"With --test: {', '.join(EVENTS)}.")] = PING,
    order: Annotated[str | None, typer.Option(help="With --test: the order's number.")] = None,
    amount: Annotated[str | None, typer.Option(help="With --event refunded: how much, such as 30.00.")] = None,
    url: Annotated[str | None, typer.Option(help="The server; else ANXIN_HOST and ANXIN_PORT say where.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how the store tells of paid, delivered, refunded and frozen orders, or send such an event to try it."""
    if secret:
        typer.echo(signing.new_secret())
        return
    shop, server = _shop(directory), (url or _server()).rstrip("/")
    if not test:
        _explain(shop, server, as_json)
        return
    among("event", [event], EVENTS)
    if event != PING and not order:
        raise typer.BadParameter(f"--event {event} needs --order NO")
    kind = event if event == PING else f"order.{event}"
    _send(shop, server, Event(kind, order, amount, f"test-{new_id()}"), as_json)


def _shop(directory: Path) -> Shop:
    try:
        return read_shop(read_directory(directory)).shop
    except ShopFaults as error:
        for fault in error.faults:
            typer.echo(str(fault), err=True)
        raise typer.Exit(NO) from error
    except OSError as error:
        end(f"{directory} cannot be read: name a shop folder ({error.strerror})", USAGE)


def _server() -> str:
    from support.settings import Settings

    settings = Settings()
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104  # read, not bound to
    return f"http://{host}:{settings.port}"


def _keys(shop: Shop) -> WebhookKeys:
    from support.stores import environment

    return webhook_keys(shop, environment)


def endpoint(server: str, shop: str) -> str:
    """Where a shop's store posts its events."""
    return f"{server}/api/v1/shops/{shop}/order-events"


def _explain(shop: Shop, server: str, as_json: bool) -> None:
    found = _keys(shop)
    names = [named.removeprefix("env:") for named in shop.webhook.secrets]
    if as_json:
        print_json({
            "shop": shop.id, "url": endpoint(server, shop.id), "secrets": names, "ready": bool(found.keys),
            "faults": list(found.faults), "events": list(TYPES),
        })  # fmt: skip
        return
    typer.echo(f"events of {shop.id} are posted to {endpoint(server, shop.id)}")
    for line in _next(names, found.faults):
        typer.echo(line)
    typer.echo(f"\n{snippet(names[0] if names else NAME, endpoint(server, shop.id))}")
    typer.echo("\nPHP and Python, the types and their fields: docs/webhooks.md")


def _next(names: list[str], faults: tuple[str, ...]) -> list[str]:
    if not names:
        return [
            f'not set up: 1. add to shop.toml:  [webhook]\n                                   secrets = ["env:{NAME}"]',
            f"            2. add to .env where the server starts:  {NAME}={signing.new_secret()}",
            "            3. anxin shop import DIR, then anxin shop webhook DIR --test",
        ]
    if not faults:
        return [f"the secret stands in {' and in '.join(names)}; try it: anxin shop webhook DIR --test"]
    return [*faults, f"a fresh secret, for .env where the server starts: {signing.new_secret()}"]


def snippet(name: str, url: str) -> str:
    """A shell's way to sign and send; `name` is the variable with the secret."""
    return f"""now=$(date +%s); id=try-$now
body='{{"type": "order.delivered", "timestamp": "'$(date -u +%FT%TZ)'", "data": {{"order": "NO"}}}}'
key=$(printf %s "${{{name}#whsec_}}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')
sign=$(printf %s "$id.$now.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$key -binary | base64)
curl -sS '{url}' -H "webhook-id: $id" \\
  -H "webhook-timestamp: $now" -H "webhook-signature: v1,$sign" -d "$body\""""


def _send(shop: Shop, server: str, event: Event, as_json: bool) -> None:
    found = _keys(shop)
    if not found.keys:
        why = "; ".join(found.faults) or "[webhook] of shop.toml names no secret: see `anxin shop webhook DIR`"
        end(why, UNAVAILABLE)
    body = _body(event)
    answer = _posted(endpoint(server, shop.id), body, _headers(found.keys[0], event.id, body))
    if as_json:
        print_json({"id": event.id, "status": answer.status_code, "answer": _read(answer)})
    else:
        typer.echo(f"{event.type} {event.id}: {answer.status_code} {answer.text}")
    raise typer.Exit(0 if answer.status_code == 200 else NO)


def _body(event: Event) -> bytes:
    data = {"order": event.order, "amount": event.amount}
    held = {name: value for name, value in data.items() if value is not None}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    body = {"type": event.type} if event.type == PING else {"type": event.type, "timestamp": at, "data": held}
    return json.dumps(body).encode()


def _headers(key: bytes, id: str, body: bytes) -> dict[str, str]:
    now = int(datetime.now(UTC).timestamp())
    return {
        signing.ID: id, signing.TIMESTAMP: str(now), signing.SIGNATURE: signing.signature(key, id, now, body),
        "content-type": "application/json",
    }  # fmt: skip


def _posted(url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    import httpx

    try:
        return httpx.post(url, content=body, headers=headers, timeout=SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        end(f"{url} cannot be reached ({error}): start `anxin serve`, or name the server by --url", UNAVAILABLE)


def _read(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text
