"""Reads `[routing]` and `[teams.NAME]` of `shop.toml`: who gets which tickets, and whether they are given out."""

from __future__ import annotations

from knowledge_base.languages import canonical
from knowledge_base.settings_table import SettingsTable
from knowledge_base.shop import Routing, Team

WAYS = ("claim", "auto")


def read_routing(top: SettingsTable) -> Routing:
    """Without the tables agents take what they like, and there are no teams."""
    table = top.table("routing")
    assign = "claim"
    if table is not None:
        table.warn_unknown(("assign",))
        assign = table.text("assign") or assign
        if assign not in WAYS:
            table.fault("assign", f"routing.assign {assign!r} is none: one of {', '.join(WAYS)}")
    return Routing(assign == "auto", _teams(top))


def _teams(top: SettingsTable) -> tuple[Team, ...]:
    table = top.table("teams")
    found = []
    for name in table.values if table is not None else ():
        own = table.table(name) if table is not None else None
        if own is None:
            continue
        own.warn_unknown(("members", "lead", "reasons", "languages"))
        members = own.texts("members")
        if not members:
            own.fault("members", f'{own.name("members")} is missing: the login names of its agents, members = ["chen"]')
        lead = own.text("lead")
        languages = tuple(canonical(one) or one for one in own.texts("languages"))
        found.append(Team(name, members, lead, own.texts("reasons"), languages))
    return tuple(found)
