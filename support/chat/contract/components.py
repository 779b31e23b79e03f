"""The frames as JSON Schema: every shape under a name, and each frame with its head."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from support.chat import frames, parts, schema, shapes
from support.chat.frames import COMMANDS, NEEDS_ID, Hello, Role
from support.chat.schema import ACKS, SERVER
from ticketing import agent, conversation, ticket

Json = dict[str, Any]
ROLES: tuple[Role, ...] = ("buyer", "agent")
NAMED: Mapping[str, Any] = {
    "Part": parts.Part, "Time": parts.Time, "StoreTime": parts.StoreTime, "Money": parts.Money, "Count": shapes.Count,
    "ConversationState": conversation.ConversationState, "AuthorKind": conversation.AuthorKind,
    "GeneratedBy": conversation.GeneratedBy, "Priority": ticket.Priority, "TicketState": ticket.TicketState,
    "AgentRole": agent.Role, "Presence": agent.Presence, "ErrorCode": frames.ErrorCode, "Verdict": parts.Verdict,
    "HandoffStage": parts.HandoffStage,
}  # fmt: skip
"""What is no struct and has a name all the same."""
PONG: Json = {"type": "object", "properties": {}}


def commands_of(role: Role) -> dict[str, type[msgspec.Struct]]:
    """What a role may send, hello first."""
    return {"hello": Hello, **COMMANDS[role]}


def name_of(body: type[msgspec.Struct]) -> str:
    """A body's name; what clients send is told from the server's shapes of the same word."""
    return f"{body.__name__}Command" if body in _COMMANDS else body.__name__


def components() -> dict[str, Json]:
    """Every shape by its name. None forbids further fields: who reads frames ignores what it does not know."""
    heard = [frame.body for role in ROLES for frame in SERVER[role].values()]
    acks = [ack for role in ROLES for ack in ACKS[role].values()]
    told = _defined([*heard, *acks, *NAMED.values()], lambda kind: kind.__name__)
    sent = _defined([*_COMMANDS, *NAMED.values()], name_of)
    return dict(sorted((told | sent).items()))


def _defined(types: list[Any], name: Callable[[type[msgspec.Struct]], str]) -> dict[str, Json]:
    tops, found = msgspec.json.schema_components(list(dict.fromkeys(types)), ref_template="#/$defs/{name}")
    named = dict(zip(NAMED, tops[-len(NAMED) :], strict=True))
    back = {json.dumps(top, sort_keys=True): key for key, top in named.items()}
    renamed = {one.__name__: name(one) for one in types if isinstance(one, type) and issubclass(one, msgspec.Struct)}
    whole = {
        renamed.get(key, key): _tidy(shape | {"title": renamed.get(key, key)}, back) for key, shape in found.items()
    }
    return whole | {key: _inside(top, back) for key, top in named.items()}


def _tidy(node: Any, back: Mapping[str, str]) -> Any:
    """The same with references to what has a name."""
    if isinstance(node, dict):
        known = back.get(json.dumps(node, sort_keys=True))
        return {"$ref": f"#/$defs/{known}"} if known else _inside(node, back)
    return [_tidy(one, back) for one in node] if isinstance(node, list) else node


def _inside(node: Json, back: Mapping[str, str]) -> Json:
    open_to_more = {key: value for key, value in node.items() if (key, value) != ("additionalProperties", False)}
    return {key: value if key == "enum" else _tidy(value, back) for key, value in open_to_more.items()}


def frames_from(role: Role) -> dict[str, Json]:
    """A client's frames by their types."""
    told = {t: _frame(t, {"$ref": f"#/$defs/{name_of(body)}"}, _sent_head(t)) for t, body in commands_of(role).items()}
    return told | {"pong": _frame("pong", PONG, {"re": _text("The ping's id.")})}


def frames_to(role: Role) -> dict[str, Json]:
    """The server's frames by their types."""
    acks = [{"$ref": f"#/$defs/{name}"} for name in dict.fromkeys(ack.__name__ for ack in ACKS[role].values())]
    ack = _frame("ack", {"anyOf": acks}, {"re!": _text("The command's id.")})
    heard = {t: _frame(t, {"$ref": f"#/$defs/{one.body.__name__}"}, _head(one)) for t, one in SERVER[role].items()}
    return heard | {"ack": ack}


def _sent_head(t: str) -> Json:
    text = {"type": "string", "minLength": 1, "maxLength": 64}
    return {"id!" if t in NEEDS_ID else "id": text | {"description": "The same id again has one effect."}}


def _head(frame: schema.ServerFrame) -> Json:
    if frame.sort == "durable":
        return {"n!": {"type": "integer", "minimum": 1, "description": "The cursor after this event."}}
    answers = {"page", "error", "step", "delta"}
    return {"re": _text("The id of what is answered.")} if frame.t in answers else {}


def _frame(t: str, body: Json, head: Json) -> Json:
    """A frame; what is marked with `!` in its head is always there."""
    named = {key.rstrip("!"): value for key, value in head.items()}
    sure = [key.rstrip("!") for key in head if key.endswith("!")]
    properties = {"v": {"const": 1}, "t": {"const": t}, **named, "d": body}
    return {"title": t, "type": "object", "properties": properties, "required": ["v", "t", *sure, "d"]}


def _text(description: str) -> Json:
    return {"type": "string", "description": description}


_COMMANDS: list[type[msgspec.Struct]] = list(
    dict.fromkeys([Hello, *(body for role in ROLES for body in COMMANDS[role].values())])
)
