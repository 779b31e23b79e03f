"""The types that the browser's client and the desk are checked with."""

from __future__ import annotations

import json
from typing import Any

from support.chat.contract.components import ROLES, commands_of, components, name_of
from support.chat.frames import SUBPROTOCOL
from support.chat.schema import ACKS, SERVER

Json = dict[str, Any]
HEAD = "/** The frames of `{0}`. Made from support/chat by `make contract`; do not edit. See docs/protocol.md. */"


def typescript() -> str:
    """The whole file."""
    pieces = [HEAD.format(SUBPROTOCOL), f'export const SUBPROTOCOL = "{SUBPROTOCOL}";']
    shapes = components()
    codes = json.dumps(shapes["ErrorCode"]["enum"])
    pieces.append(
        f"/** What an `error` may be, each with words for a person. */\nexport const ERROR_CODES = {codes} as const;"
    )
    pieces += [_declared(name, shape) for name, shape in shapes.items()]
    for role in ROLES:
        who = role.capitalize()
        sent = {t: name_of(body) for t, body in commands_of(role).items()}
        acks = {t: body.__name__ for t, body in ACKS[role].items()}
        heard = {t: frame.body.__name__ for t, frame in SERVER[role].items()}
        pieces.append(_table(f"{who}Commands", f"What {_a(role)} sends, by type.", sent))
        pieces.append(_table(f"{who}Acks", "What answers it.", acks))
        pieces.append(_table(f"{who}Hears", f"What {_a(role)} hears, but for acks.", heard))
    return "\n\n".join(pieces) + "\n"


def _a(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def _declared(name: str, shape: Json) -> str:
    if "properties" not in shape or not shape["properties"]:
        empty = "Record<string, never>" if shape.get("type") == "object" else type_of(shape)
        return f"{_comment(shape)}export type {name} = {empty};"
    required = set(shape.get("required", ()))
    fields = [
        f"  {key}{'' if key in required else '?'}: {type_of(value)};" for key, value in shape["properties"].items()
    ]
    return "\n".join([f"{_comment(shape)}export interface {name} {{", *fields, "}"])


def _comment(shape: Json) -> str:
    text = " ".join(shape.get("description", "").split())
    return f"/** {text} */\n" if text else ""


def _table(name: str, comment: str, entries: dict[str, str]) -> str:
    fields = [f"  {json.dumps(t) if '.' in t else t}: {body};" for t, body in entries.items()]
    return "\n".join([f"/** {comment} */", f"export interface {name} {{", *fields, "}"])


def type_of(schema: Json) -> str:
    """The type of whatever fits a schema."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(type_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    match schema.get("type"):
        case "array":
            inner = type_of(schema["items"])
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        case "object":
            return f"Record<string, {type_of(schema.get('additionalProperties', {}))}>"
        case "integer" | "number":
            return "number"
        case "string" | "boolean" | "null" as plain:
            return str(plain)
    return "unknown"
