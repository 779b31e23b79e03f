"""Macros filled from a case: what is not known stays visible, so that no agent sends a guess."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from knowledge_base.macro import VARIABLE, Macro, filled
from knowledge_base.shop import Shop
from support.assistant.cards import order_card
from support.assistant.phrases import label
from support.assistant.state import by_language
from support.assistant.wording import moment
from support.service.desk_queue import Reader, buyer, order_number, reader
from support.service.desk_rules import current_of
from support.service.shops import LoadedShop
from ticketing.agent import Agent
from ticketing.errors import Conflict, NotFound
from ticketing.storage import desk, dossier, talk
from ticketing.storage.desk import DeskRow

Json = dict[str, Any]


def macros(tx: sa.Connection, loaded: LoadedShop, agent: Agent, conversation: str | None) -> list[Json]:
    """Every macro, those in the buyer's language first. Without a conversation only the shop and the agent are known.

    Raises NotFound for a conversation that is missing or another shop's.
    """
    row = desk.one(tx, loaded.id, conversation) if conversation else None
    if conversation and row is None:
        raise NotFound("conversation", conversation)
    refund = _refund(tx, loaded.id, row) if row else None
    show = reader(tx, loaded, agent)
    wanted = row.conversation.lang if row else show.lang
    ordered = sorted(loaded.folder.macros, key=lambda macro: (macro.lang != wanted, macro.lang, macro.id))
    return [_shown(macro, loaded, agent, show, row, refund) for macro in ordered]


def macro_text(tx: sa.Connection, loaded: LoadedShop, agent: Agent, conversation: str, macro: str, lang: str) -> str:
    """A macro as the buyer is to read it, in `lang`, else in the buyer's language, else in whichever there is.

    Raises NotFound; Conflict, with the names in `missing`, where the case does not fill every variable.
    """
    found = [one for one in macros(tx, loaded, agent, conversation) if one["id"] == macro]
    if not found:
        raise NotFound("macro", macro)
    text = str(next((one for one in found if one["lang"] == lang), found[0])["text"])
    if missing := VARIABLE.findall(text):
        raise Conflict(current_of(tx, talk.get(tx, loaded.id, conversation)) | {"missing": missing})
    return text


def _shown(
    macro: Macro, loaded: LoadedShop, agent: Agent, show: Reader, row: DeskRow | None, refund: str | None
) -> Json:
    values = _of_shop(loaded.folder.shop, agent, macro.lang)
    if row is not None:
        values |= _of_case(loaded, row, macro.lang) | _of_order(loaded, show, row, macro.lang)
        values |= {"refund.amount": refund or ""}
    return {"id": macro.id, "title": macro.title, "lang": macro.lang, "text": filled(macro.text, values)}


def _of_shop(shop: Shop, agent: Agent, lang: str) -> dict[str, str]:
    contact = shop.profile.get("contact")
    return {
        "agent.name": agent.display_name, "shop.name": by_language(shop.name, lang) or shop.id,
        "shop.contact": contact if isinstance(contact, str) else "",
    }  # fmt: skip


def _of_case(loaded: LoadedShop, row: DeskRow, lang: str) -> dict[str, str]:
    """A visitor without a name stays unnamed: nobody is greeted as a number."""
    who = buyer(row.conversation.owner, lang)
    values = {"buyer.name": who["name"] if who["verified"] else ""}
    ticket = row.ticket
    if ticket is None:
        return values
    due = ticket.resolve_by or ticket.due_at
    return values | {
        "ticket.id": ticket.number, "ticket.number": ticket.number,
        "ticket.reason": label(lang, "reason", ticket.reason),
        "deadline": moment(due, loaded.folder.shop.timezone) if due else "",
    }  # fmt: skip


def _of_order(loaded: LoadedShop, show: Reader, row: DeskRow, lang: str) -> dict[str, str]:
    number = order_number(row.conversation, row.ticket)
    order = show.order(number)
    if order is None:
        return {"order.number": number or ""}
    card = order_card(order, loaded.folder, lang)
    items = card["items"]
    return {
        "order.number": card["number"], "order.currency": card["currency"], "order.state": card["state_label"],
        "order.amount": card["paid_amount"] or "", "item.name": items[0]["name"] if len(items) == 1 else "",
    }  # fmt: skip


def _refund(tx: sa.Connection, shop: str, row: DeskRow) -> str | None:
    """What was granted last in this conversation, for the order in question."""
    number = order_number(row.conversation, row.ticket)
    for one in dossier.decisions_of(tx, shop, row.conversation.id):
        granted = (one.proof.get("outcome") or {}).get("refund")
        if granted and one.order_no == number:
            return str(granted["amount"])
    return None
