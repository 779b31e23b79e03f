"""The socket as an AsyncAPI 3 document, told from the server's side: it receives commands and sends the rest."""

from __future__ import annotations

import json
from typing import Any

from support.chat.contract.components import ROLES, components, frames_from, frames_to
from support.chat.frames import SUBPROTOCOL, Role
from support.chat.schema import ACKS

Json = dict[str, Any]
CHANNEL = "#/channels/socket"
DESCRIPTION = (
    "One WebSocket for buyers and for agents. Text frames of JSON. docs/protocol.md tells the opening, the order of "
    "things, the limits and the close codes."
)


def asyncapi() -> Json:
    """The whole document."""
    messages = {f"{way}.{role}.{t}": frame for role in ROLES for way, t, frame in _both_ways(role)}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": SUBPROTOCOL, "version": "1.0.0", "description": DESCRIPTION, "license": _license()},
        "defaultContentType": "application/json",
        "servers": {"shop": {"host": "support.example", "protocol": "wss", "description": "Wherever Anxin is served."}},
        "channels": {"socket": _channel(list(messages))},
        "operations": {name: one for role in ROLES for name, one in _operations(role).items()},
        "components": {
            "messages": {name: _message(name, frame) for name, frame in messages.items()},
            "schemas": _moved(components()),
        },
    }


def _license() -> Json:
    return {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"}


def _both_ways(role: Role) -> list[tuple[str, str, Json]]:
    sent = [("from", t, frame) for t, frame in frames_from(role).items()]
    return sent + [("to", t, frame) for t, frame in frames_to(role).items()]


def _channel(names: list[str]) -> Json:
    protocol = {"type": "object", "properties": {"sec-websocket-protocol": {"const": SUBPROTOCOL}}}
    return {
        "address": "/ws",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"ws": {"method": "GET", "headers": protocol, "bindingVersion": "0.1.0"}},
    }


def _message(name: str, frame: Json) -> Json:
    return {"name": frame["title"], "title": name, "payload": _moved(frame)}


def _operations(role: Role) -> Json:
    """One for each command, with its answer, and one for all that the server says."""
    told = [{"$ref": f"{CHANNEL}/messages/to.{role}.{t}"} for t in frames_to(role)]
    operations: Json = {f"tell.{role}": {"action": "send", "channel": {"$ref": CHANNEL}, "messages": told}}
    for t in frames_from(role):
        operation: Json = {
            "action": "receive", "channel": {"$ref": CHANNEL},
            "messages": [{"$ref": f"{CHANNEL}/messages/from.{role}.{t}"}],
        }  # fmt: skip
        if answer := _answer(role, t):
            replies = [{"$ref": f"{CHANNEL}/messages/to.{role}.{one}"} for one in (answer, "error")]
            operation["reply"] = {"channel": {"$ref": CHANNEL}, "messages": replies}
        operations[f"{role}.{t}"] = operation
    return operations


def _answer(role: Role, t: str) -> str | None:
    return "ack" if t in ACKS[role] else {"hello": "welcome", "history": "page"}.get(t)


def _moved(schemas: Json) -> Json:
    """The same with its references where this document has the shapes; its discriminators are names of properties."""
    moved: Json = json.loads(json.dumps(schemas).replace("#/$defs/", "#/components/schemas/"))
    for shape in moved.values():
        if isinstance(shape, dict) and isinstance(shape.get("discriminator"), dict):
            shape["discriminator"] = shape["discriminator"]["propertyName"]
    return moved
