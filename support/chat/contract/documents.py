"""Which documents are made, and where they lie in the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.chat.contract.asyncapi import asyncapi
from support.chat.contract.json_schema import json_schema
from support.chat.contract.tables import filled
from support.chat.contract.typescript import typescript

ROOT = Path(__file__).parents[3]
TYPES = ROOT / "widget" / "src" / "core" / "wire.ts"
SCHEMA = ROOT / "docs" / "protocol.schema.json"
ASYNCAPI = ROOT / "docs" / "asyncapi.json"
DOCUMENT = ROOT / "docs" / "protocol.md"


def documents() -> dict[Path, str]:
    """Every document as it has to be."""
    return {
        TYPES: typescript(),
        SCHEMA: _written(json_schema()),
        ASYNCAPI: _written(asyncapi()),
        DOCUMENT: filled(DOCUMENT.read_text("utf-8")),
    }


def _written(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
