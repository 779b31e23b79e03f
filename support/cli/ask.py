"""`anxin ask`: one turn through the service that the socket uses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from support.cli.batch import run_batch
from support.cli.options import AsJson, Shop, a_time, facts_given
from support.cli.outcome import end, print_json

if TYPE_CHECKING:
    from support.bootstrap import Application

SLOTS = {
    "order": "order.number", "proof": "order.proof", "item": "order.item", "request": "request",
    "reason": "claim.reason",
}  # fmt: skip


def ask(
    text: Annotated[str, typer.Argument(help="What the buyer says.")] = "",
    shop: Shop = "",
    order: Annotated[str | None, typer.Option(help="Order number.")] = None,
    proof: Annotated[str | None, typer.Option(help="Query password or contact of the order.")] = None,
    item: Annotated[str | None, typer.Option(help="Product id, for an order of several items.")] = None,
    request: Annotated[str | None, typer.Option(help="What is asked for: refund, reissue …")] = None,
    reason: Annotated[str | None, typer.Option(help="Why: key_invalid, not_delivered …")] = None,
    fact: Annotated[list[str] | None, typer.Option(help="A fact to suppose, NAME=VALUE; may be repeated.")] = None,
    conversation: Annotated[str | None, typer.Option(help="A name; the same name goes on where it stopped.")] = None,
    lang: Annotated[str, typer.Option(help="Language where the text does not tell: zh-CN or en.")] = "",
    now: Annotated[str | None, typer.Option(help="The turn's clock, as 2026-03-01T12:00:00+08:00.")] = None,
    batch: Annotated[Path | None, typer.Option(help="JSON lines in, JSON lines out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask as a buyer would, and see the answer, its sources and the policy's decision."""
    from support.bootstrap import open_application
    from support.service.explain import ItemNotFound

    given = {
        "text": text, "shop": shop, "order": order, "proof": proof, "item": item, "request": request,
        "reason": reason, "conversation": conversation, "lang": lang, "now": now,
        "fact": facts_given(fact or []),
    }  # fmt: skip
    if batch is None and not (text.strip() and shop):
        raise typer.BadParameter("say which --shop and what to ask, or give a --batch FILE")
    with open_application() as application:
        if batch is not None:
            raise typer.Exit(run_batch(batch, lambda row: _answered(application, {"shop": shop} | row)))
        try:
            answer = _answered(application, given)
        except ItemNotFound as error:
            end(str(error))
    if as_json:
        print_json(answer)
    else:
        _print(answer)


def _answered(application: Application, row: dict[str, Any]) -> dict[str, Any]:
    from support.service.ask import Question, ask

    text = row.get("text") or row.get("query") or ""
    if not isinstance(text, str) or not text.strip():
        raise ValueError("text: say what to ask")
    _check(row, text)
    application.shop(row["shop"])
    slots = {SLOTS[key]: str(row[key]) for key in SLOTS if row.get(key)}
    question = Question(
        row["shop"], text, row.get("lang") or "", row.get("conversation"), slots, row.get("fact") or {},
        a_time(row.get("now")),
    )  # fmt: skip
    return ask(application.runtime(), question)


def _check(row: Mapping[str, Any], text: str) -> None:
    """Say what is wrong with a question's options. Raises ValueError."""
    from knowledge_base.policy import REASONS, REQUESTS
    from support.chat.frames import MAX_TEXT
    from support.policy.fact_values import NotAFact, typed

    for key in (*SLOTS, "shop", "conversation", "lang", "now"):
        if not isinstance(row.get(key) or "", str):
            raise typer.BadParameter(f"{key}: it is text, not {row[key]!r}")
    if len(text) > MAX_TEXT:
        raise typer.BadParameter(f"text: at most {MAX_TEXT} characters")
    for key, known in (("request", REQUESTS), ("reason", REASONS)):
        if row.get(key) and row[key] not in known:
            raise typer.BadParameter(f"{key}: one of {', '.join(known)}, not {row[key]!r}")
    facts = row.get("fact") or {}
    if not isinstance(facts, Mapping):
        raise typer.BadParameter(f'fact: an object, such as {{"order.frozen": true}}, not {facts!r}')
    for name, value in facts.items():
        if name == "now":
            raise typer.BadParameter("fact: now is the clock of the turn: set it with --now, or the field `now`")
        try:
            typed(name, value)
        except NotAFact as error:
            raise typer.BadParameter(f"fact: {error}") from error


def _print(answer: dict[str, Any]) -> None:
    typer.echo(answer["text"])
    for entry in answer["citations"]:
        typer.secho(f"  [{entry['n']}] {entry['title']} ({entry['kind']} {entry['id']})", dim=True)
    for part in answer["parts"]:
        if part["type"] == "choices":
            typer.secho("  " + " · ".join(option["label"] for option in part["options"]), fg="cyan")
    if answer["decision"]:
        typer.secho(f"  {answer['decision']['verdict']} {answer['decision']['outcome'] or ''}", fg="green")
    if answer["ticket"]:
        typer.secho(f"  ticket {answer['ticket']['id']} · {answer['ticket']['priority']}", fg="yellow")
