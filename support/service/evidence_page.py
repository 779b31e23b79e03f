"""Evidence as a page to read and to print, from `evidence.json` alone; it asks nothing of a network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from support.assistant.phrases import label
from support.service.evidence_page_words import STYLE
from support.service.evidence_rows import Row, Show, rows_of
from support.service.evidence_summary import summary_of

Json = dict[str, Any]
SECTIONS = (
    ("order", "payment", "confirmation", "delivery", "key", "store_event"), ("decision",), ("review",), ("refund",),
    ("finding",), ("supplier",), ("message",), ("upload",), ("ticket",), ("note",), ("suggestion",), ("risk",),
    ("viewed",), ("erased",),
)  # fmt: skip
IN_LINES = frozenset({"ticket", "refund", "viewed"})
"""Kinds whose items are a line of a table each."""
BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
"""As the chat shows it."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:"


def page(document: Json, zone: ZoneInfo) -> str:
    """The whole page; times in the shop's zone."""
    show = Show(document["lang"], zone, document["files"], document["products"], document.get("clauses", {}))
    seen = [entry for entry in document["entries"] if "kind" in entry]
    assistants = [entry for entry in seen if entry["kind"] == "message" and entry["open"]["author"] == "assistant"]
    title = f"{show.word('title')} {document['number']}"
    body = [
        f"<h1>{escape(title)}</h1>", f"<p>{escape(_opening(document, show))}</p>", _head(document, show),
        *_notices(document, assistants, show), _summary(seen, show),
        *(part for kinds in SECTIONS for part in _section(kinds, seen, show)), _chain(document, show),
    ]  # fmt: skip
    return "\n".join((
        "<!doctype html>", f'<html lang="{escape(document["lang"])}">', "<head>", '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">', *_meta(document, assistants),
        f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", "</head>", "<body>", "<main>", *body, "</main>",
        "</body>", "</html>", "",
    ))  # fmt: skip


def _meta(document: Json, assistants: list[Json]) -> Iterator[str]:
    """Which links of the chain hold the assistant's words, and which of them a language model worded."""
    yield f'<meta name="generator" content="Anxin, {escape(document["format"])}">'
    if not assistants:
        return
    model = [entry["n"] for entry in assistants if entry["open"]["generated_by"] == "model"]
    told = {"assistant": [entry["n"] for entry in assistants], "model": model}
    yield f'<meta name="ai-generated" content="{escape(json.dumps(told))}">'
    aigc = {"AIGC": {"Label": "1", "ContentProducer": document["shop"], "ProduceID": document["ticket"]}}
    yield f'<meta name="AIGC" content="{escape(json.dumps(aigc))}">'


def _head(document: Json, show: Show) -> str:
    entries = document["entries"]
    facts = {
        "shop": document["shop_name"], "ticket": document["number"], "order": document["order_no"] or "—",
        "reason": label(show.lang, "reason", document["reason"]),
        "made_at": f"{show.time(document['made_at'])} ({show.zone.key})",
        "copy": show.word(f"for_{document['for']}"), "links": str(len(entries)),
        "head": entries[-1]["hash"] if entries else "—",
    }  # fmt: skip
    rows = (f"<tr><th>{escape(show.word(name))}</th><td>{escape(value)}</td></tr>" for name, value in facts.items())
    return f'<table class="facts">{"".join(rows)}</table>'


def _notices(document: Json, assistants: list[Json], show: Show) -> Iterator[str]:
    told = ["about_ai"] if assistants else []
    told += ["about_buyer"] if document["for"] == "buyer" else []
    told += ["about_store"] if document["store_unavailable"] else []
    told += ["about_erased"] if any(entry.get("erased") for entry in document["entries"]) else []
    yield from (f'<p class="notice">{escape(show.word(name))}</p>' for name in told)


def _opening(document: Json, show: Show) -> str:
    named = "about_case" if document["order_no"] else "about_case_no_order"
    return show.word(named).format(shop=document["shop_name"], order=document["order_no"])


def _summary(seen: list[Json], show: Show) -> str:
    rows = "".join(
        f"<tr><th>{escape(row.name)}</th><td>{escape(row.value)}</td></tr>" for row in summary_of(seen, show)
    )
    heading = f"<h2>{escape(show.word('summary'))}</h2>"
    return f'<section>{heading}<table class="facts">{rows}</table></section>' if rows else ""


def _section(kinds: tuple[str, ...], seen: Iterable[Json], show: Show) -> Iterator[str]:
    """What all items share is said once: where they are from."""
    found = [entry for entry in seen if entry["kind"] in kinds]
    if not found:
        return
    sources = {entry["source"] for entry in found}
    yield f'<section class="{kinds[0]}"><h2>{escape(show.word(f"of_{kinds[0]}"))}</h2>'
    if len(sources) == 1:
        yield f'<p class="lead">{escape(show.word("source"))} {escape(show.source(*sources))}</p>'
    if kinds[0] in IN_LINES:
        yield _lines(found, show)
    else:
        for entry in found:
            yield _entry(entry, rows_of(entry, show), show, len(sources) > 1)
    yield "</section>"


def _lines(found: list[Json], show: Show) -> str:
    told = [(entry, {row.name: row.value for row in rows_of(entry, show)}) for entry in found]
    names = list(dict.fromkeys(name for _, values in told for name in values))
    heads = "".join(f"<th>{escape(name)}</th>" for name in (show.word("n"), show.word("time"), *names))
    lines = "".join(
        f"<tr><td>{entry['n']}</td><td>{show.time(entry['at'])}</td>"
        + "".join(f"<td>{escape(values.get(name, ''))}</td>" for name in names)
        + "</tr>"
        for entry, values in told
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def _entry(entry: Json, rows: Iterable[Row], show: Show, with_source: bool) -> str:
    who = show.who_or_what(entry)
    said = show.time(entry["at"]) + (f" · {who}" if who else "")
    said += f" · {show.source(entry['source'])}" if with_source else ""
    lead, by_ai = f'<p class="lead"><b>#{entry["n"]}</b> {escape(said)}', ""
    if entry["kind"] == "message" and entry["open"]["author"] == "assistant":
        by_ai = ' class="ai"'
        lead += f' <span class="label">{escape(show.word("ai_" + entry["open"]["generated_by"]))}</span>'
    return f"<article{by_ai}>{lead}</p>{''.join(map(_row, rows))}</article>"


def _row(row: Row) -> str:
    name = f'<span class="name">{escape(row.name)}</span>' if row.name else ""
    told = escape(row.value)
    told = BOLD.sub(r"<b>\1</b>", told) if "**" in told else told
    value = f'<span class="{"value" if row.name else "said"}">{told}</span>'
    picture = f'<img src="{escape(row.picture)}" alt="{escape(row.value)}">' if row.picture else ""
    return f'<div class="row">{name}{value}{picture}</div>'


def _chain(document: Json, show: Show) -> str:
    rows = "".join(_link(entry, show) for entry in document["entries"])
    heads = "".join(f"<th>{escape(show.word(name))}</th>" for name in ("n", "added", "what", "hash"))
    return (
        f'<section class="chain"><h2>{escape(show.word("chain"))}</h2><p>{escape(show.word("about_chain"))}</p>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>"
    )


def _link(entry: Json, show: Show) -> str:
    hidden = "kind" not in entry
    what = show.word("withheld") if hidden else show.word(entry["kind"])
    added = "" if hidden else show.time(entry["recorded_at"])
    return f"<tr><td>{entry['n']}</td><td>{added}</td><td>{escape(what)}</td><td><code>{entry['hash']}</code></td></tr>"
