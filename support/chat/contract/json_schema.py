"""The frames as one JSON Schema document."""

from __future__ import annotations

from typing import Any

from support.chat.contract.components import ROLES, components, frames_from, frames_to
from support.chat.frames import SUBPROTOCOL

Json = dict[str, Any]


def json_schema() -> Json:
    """A document that any frame of either side fits; `$defs` has the four directions and every shape by its name."""
    ways: Json = {}
    for role in ROLES:
        ways[f"from_{role}"] = {"oneOf": list(frames_from(role).values())}
        ways[f"to_{role}"] = {"oneOf": list(frames_to(role).values())}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SUBPROTOCOL,
        "description": "Every frame of the socket. Fields that are not named here are to be ignored.",
        "anyOf": [{"$ref": f"#/$defs/{way}"} for way in ways],
        "$defs": ways | components(),
    }
