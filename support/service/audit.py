"""The shop's audit as lines to keep, and whether a chain, or the record behind it, is as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from support.policy.proof import utc
from ticketing.agent import Agent
from ticketing.evidence import TEXT, Entry, canonical, commitment, link_hash
from ticketing.storage import agents, api_keys, audit

Json = dict[str, Any]
FORMAT = "anxin.audit.v1"
BODY = ("kind", "source", "subject", "at", "recorded_at", "open", "commitments")


def lines_of(shop: str, links: Iterable[Entry]) -> Iterator[str]:
    """A line of JSON for each link, complete: whoever has them all can check them all."""
    for link in links:
        line = {"format": FORMAT, "shop": shop, "n": link.n, **link.body()}
        more = {"salt": link.salt, "parts": link.parts, "previous": link.previous, "hash": link.hash}
        yield canonical(line | more).decode() + "\n"


def audit_page(tx: sa.Connection, shop: str, kind: str | None, before: int | None, limit: int) -> Json:
    """A page of the chain as admins read it, the newest first, who acted by name; `next` leads to the page after."""
    found = audit.page(tx, shop, kind, before, limit)
    names = {f"agent:{one.id}": one for one in agents.of_shop(tx, shop, active=False)}
    keys = {f"api:{one.id}": one.name for one in api_keys.of_shop(tx, shop)}
    return {
        "links": [_shown(link, names, keys) for link in found],
        "next": found[-1].n if len(found) == limit and found[-1].n > 1 else None,
    }


def _shown(link: Entry, names: Mapping[str, Agent], keys: Mapping[str, str]) -> Json:
    actor = str(link.open.get("actor", ""))
    agent = names.get(actor)
    open = {name: value for name, value in link.open.items() if name not in {"actor", "session"}}
    return {
        "n": link.n, "at": utc(datetime.fromisoformat(link.at)), "kind": link.kind, "actor": actor,
        "by": agent.display_name if agent else keys.get(actor, actor.partition(":")[2] or actor),
        "what": open.pop("what", open.get("said", open.get("to"))), "open": open,
        "words": link.parts[TEXT].value if TEXT in link.parts else None, "hash": link.hash,
    }  # fmt: skip


def digest_of(links: tuple[Entry, ...]) -> str:
    """What to keep elsewhere: where the chain ends."""
    return links[-1].hash if links else ""


def faults_of_lines(lines: Iterable[str], digest: str | None = None) -> Iterator[str]:
    """What is wrong with lines that were kept, each with its place; nothing for a whole chain."""
    previous, shop = "", None
    n = 0
    for n, text in enumerate(lines, 1):
        try:
            link = msgspec.json.decode(text)
            shop = link["shop"] if shop is None else shop
            yield from _faults(f"link {n}", link, shop, n, previous)
            previous = link["hash"]
        except (msgspec.DecodeError, KeyError, TypeError, AttributeError) as error:
            yield f"link {n}: it is no such link: {type(error).__name__} at {error}"
    if digest is not None and previous != digest:
        yield f"the chain ends at link {n} with another digest than the one that was kept"


def _faults(where: str, link: Json, shop: str, n: int, previous: str) -> Iterator[str]:
    if link["n"] != n or link["previous"] != previous:
        yield f"{where}: a link before it was taken out, added or moved"
    for name, part in link["parts"].items():
        if commitment(part["salt"], part["value"]) != link["commitments"].get(name):
            yield f"{where}: {name} was altered: it is not what was committed to"
    body = commitment(link["salt"], {name: link[name] for name in BODY})
    if link["shop"] != shop or link_hash(shop, audit.AUDIT, link["n"], body, link["previous"]) != link["hash"]:
        yield f"{where}: it was altered: its hash does not follow from it"


def faults_of_record(tx: sa.Connection, shop: str, digest: str | None = None) -> Iterator[str]:
    """The same for the record's own chain, held against the refunds' own tables: each row that does not agree."""
    links = audit.links(tx, shop)
    yield from faults_of_lines(lines_of(shop, links), digest)
    chained = {link.subject: link for link in links}
    steps, begun = audit.steps_in_tables(tx, shop), links[0].at if links else None
    steps |= audit.reviews_in_table(tx, shop)
    for subject, (at, open, words) in steps.items():
        where = f"{open['refund']}, step {open['rev']}" if "rev" in open else f"the answer to {open['decision']}"
        link = chained.get(subject)
        if link is None:
            if begun is not None and at.isoformat() >= begun:
                yield f"{where}: it is not in the chain"
            continue
        same = {name: link.open.get(name) for name in open} == open and link.at == at.isoformat()
        if not same or (TEXT in link.parts and link.parts[TEXT].value != words):
            yield f"{where}: the record says something else than the chain, link {link.n}"
    for subject, link in chained.items():
        if subject.startswith(("refund:", "review:")) and subject not in steps:
            yield f"link {link.n}: {subject}, is gone from the record"
    latest = {link.open.get("refund"): link.open for link in links if link.kind == "refund"}
    for number, rev, state in audit.states(tx, shop).values():
        told = latest.get(number)
        if told is not None and (told.get("rev"), told.get("to")) != (rev, state):
            yield f"{number}: it stands as {state!r}, and the chain left it at {told.get('to')!r}"
