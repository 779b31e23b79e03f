"""Hours, deadlines and routing of `shop.toml` as a form shows and changes them; the rest of the file stays."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from knowledge_base.deadlines_reader import PRIORITIES
from knowledge_base.public_days import LAST_YEAR
from knowledge_base.shop import Deadlines, Shop
from knowledge_base.toml_editing import NotEditable, with_changes

Json = dict[str, Any]
IN_FORMS = ("timezone", "hours", "deadlines", "routing", "teams")


def changed(text: str, changes: Mapping[str, Any], teams: Sequence[str]) -> str:
    """The file with a form's changes (a merge patch) and its teams in this order, the first fit counts.

    Raises NotEditable, also for what no form changes.
    """
    for key in changes:
        if key not in IN_FORMS:
            raise NotEditable(f"shop.toml: {key} is changed in its text, not in a form")
    return with_changes(text, changes, {"teams": teams} if teams else None)


def written(text: str) -> Json:
    """What the file itself says of what forms show, its teams as a list in order; empty where it cannot be read."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    shown = {key: values[key] for key in IN_FORMS if key in values}
    teams = shown.get("teams", {})
    if isinstance(teams, dict):
        shown["teams"] = [{"name": name, "team": team} for name, team in teams.items() if isinstance(team, dict)]
    safe: Json = json.loads(json.dumps(shown, default=str), parse_constant=str)
    return safe


def in_force(shop: Shop) -> Json:
    """What holds now, with the defaults of what the file leaves out."""
    own = {name: _plain(shop.deadlines.of(name)) for name in PRIORITIES}
    return {
        "timezone": shop.timezone.key, "always_open": shop.hours is None, "holidays_until": LAST_YEAR,
        "deadlines": _plain(shop.deadlines), "by_priority": own, "auto": shop.routing.auto,
        "languages": list(shop.languages),
    }  # fmt: skip


def _plain(deadlines: Deadlines) -> Json:
    return {name: value for name, value in asdict(deadlines).items() if name != "by_priority"}
