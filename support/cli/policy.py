"""`anxin policy`: what the policies decide about an order, and whether a decision follows from its proof."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from support.cli.options import AsJson, Shop, a_language, a_time, facts_given
from support.cli.outcome import DONE, NO, end, of_the_terminal, print_json

policy_app = typer.Typer(help="Explain and verify decisions; draft, try and publish policies.", no_args_is_help=True)

OPTIONS = ("shop", "order", "item", "request", "reason", "now")


@policy_app.command("explain")
def explain_command(
    shop: Annotated[str, typer.Option(help="The shop's id; in a batch, for rows that name none.")] = "",
    order: Annotated[str | None, typer.Option(help="Order number.")] = None,
    item: Annotated[str | None, typer.Option(help="Product id, for an order of several items.")] = None,
    request: Annotated[str | None, typer.Option(help="What is asked for: refund, reissue …")] = None,
    reason: Annotated[str | None, typer.Option(help="Why: key_invalid, not_delivered …")] = None,
    now: Annotated[str | None, typer.Option(help="The decision's clock, as 2026-03-01T12:00:00+08:00.")] = None,
    fact: Annotated[list[str] | None, typer.Option(help="A fact to suppose, NAME=VALUE; may be repeated.")] = None,
    batch: Annotated[Path | None, typer.Option(help="JSON lines in, JSON lines out; - is standard input.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en; the shop's first language by default.")] = "",
    what_if: Annotated[bool, typer.Option("--what-if", help="Say which facts would change the decision.")] = False,
    as_json: AsJson = False,
) -> None:
    """The decision about an order in plain words; with --json, it and its proof. The buyer is taken for verified."""
    from support.bootstrap import open_application
    from support.cli.batch import run_batch

    facts = facts_given(fact or [])
    given = dict(zip(OPTIONS, (shop, order, item, request, reason, now), strict=True)) | {"fact": facts}
    if batch is None and not (shop and order and request):
        raise typer.BadParameter("say which --shop, --order and --request, or give a --batch FILE")
    with open_application() as application:
        if batch is not None:
            raise typer.Exit(run_batch(batch, lambda row: _decided(application, _filled(row, given)).as_json()))
        _one(application, given, a_language(lang), what_if, as_json)


@policy_app.command("verify")
def verify_command(
    proof: Annotated[Path, typer.Argument(metavar="PROOF.json", help="A proof, or a decision that carries its proof.")],
    digest: Annotated[
        str | None, typer.Option(help="The digest that the shop named: then nothing can have been changed unseen.")
    ] = None,
    lang: Annotated[str, typer.Option(help="zh or en, for what does not hold; by the terminal's locale.")] = "",
    as_json: AsJson = False,
) -> None:
    """Derive a decision again from its proof alone; exit 1 if it does not hold."""
    from support.policy.verify import in_chinese, verify

    faults = _read_and(lambda document: verify(document, digest and digest.strip().lower()), proof)
    if as_json:
        told = [{"en": fault, "zh": in_chinese(fault)} for fault in faults]
        print_json({"holds": not faults, "faults": told})
        raise typer.Exit(NO if faults else DONE)
    chosen = a_language(lang) or of_the_terminal()
    for fault in faults:
        typer.echo(in_chinese(fault) if chosen.startswith("zh") else fault)
    typer.echo(f"不成立：{len(faults)} 处不符 (the proof does not hold)" if faults else "成立 (the proof holds)")
    raise typer.Exit(NO if faults else DONE)


@policy_app.command("why")
def why_command(
    proof: Annotated[Path, typer.Argument(metavar="PROOF.json", help="A proof, or a decision that carries its proof.")],
    shop: Annotated[
        str, typer.Option(help="The shop whose clauses and products are named; by default their ids.")
    ] = "",
    lang: Annotated[str, typer.Option(help="zh or en; the shop's first language by default.")] = "",
    as_json: AsJson = False,
) -> None:
    """A decision in plain words, from its proof alone; exit 1 if the proof does not hold."""
    from support.cli.explanation import explanation, words
    from support.policy.verify import verify

    document, faults = _read(proof)
    inner = document.get("proof")
    given = inner if isinstance(inner, dict) else document
    if faults or (faults := verify(document)):
        for fault in faults:
            typer.echo(fault, err=True)
        raise typer.Exit(NO)
    folder = _folder(shop)
    chosen = a_language(lang) or (folder.shop.languages[0] if folder else "zh-CN")
    if as_json:
        print_json(words(given, chosen, folder))
    else:
        typer.echo(explanation(given, chosen, folder))


def _folder(shop: str) -> Any:
    from support.bootstrap import open_application

    if not shop:
        return None
    with open_application() as application:
        return application.shop(shop).folder


@policy_app.command("proof")
def proof_command(
    decision: Annotated[str, typer.Argument(help="A decision's id, as `policy replay` names it.")],
    shop: Shop,
) -> None:
    """Print the proof of a recorded decision, as `policy verify` reads it."""
    from support.bootstrap import open_application
    from ticketing.errors import NotFound
    from ticketing.storage.cases import get_decision

    with open_application() as application:
        application.shop(shop)
        try:
            print_json(application.journal.read_now(lambda tx: get_decision(tx, shop, decision)))
        except NotFound as error:
            end(str(error))


def _one(application: Any, given: dict[str, Any], lang: str | None, what_if: bool, as_json: bool) -> None:
    from support.cli.explanation import explanation, words
    from support.policy.fact_values import NotAFact
    from support.service.explain import ExplainError, UnknownRequest

    try:
        decision = _decided(application, given)
    except (NotAFact, UnknownRequest) as error:
        raise typer.BadParameter(str(error)) from error
    except ExplainError as error:
        end(str(error))
    loaded = application.shop(given["shop"])
    told = lang or loaded.folder.shop.languages[0]
    changes = _changes(loaded, decision.proof, told) if what_if else None
    if not as_json:
        typer.echo(explanation(decision.proof, told, loaded.folder, [one["text"] for one in changes or ()]))
        return
    document = decision.as_json()
    if lang:
        document["why"] = words(decision.proof, told, loaded.folder)
    if changes is not None:
        document["changes"] = changes
    print_json(document)


def _changes(loaded: Any, proof: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """Each change with its words; one that says so where there is none."""
    from support.assistant.phrases import phrase
    from support.service.would_change import would_change

    found = would_change(loaded, proof, lang)
    none = phrase(lang, "why.no_change" if found["same_policy"] else "why.other_policy")
    changes: list[dict[str, Any]] = found["changes"] or [{"facts": [], "text": none}]
    return changes


def _decided(application: Any, row: dict[str, Any]) -> Any:
    from support.service.explain import ExplainCase, explain
    from support.service.given_back import given_back
    from support.service.risk import assessing

    for name in ("shop", "order", "request"):
        if not row.get(name):
            raise ValueError(f"{name}: it is missing")
    facts = row.get("fact") or {}
    if not isinstance(facts, dict):
        raise ValueError('fact: it is an object of names and values, such as {"order.paid": true}')
    loaded = application.shop(_text(row, "shop"))
    now, reason = a_time(_text(row, "now")) or datetime.now(UTC), _text(row, "reason")
    case = ExplainCase(
        order=_text(row, "order") or "",
        request=_text(row, "request") or "",
        now=now,
        item=_text(row, "item"),
        reason=reason,
        facts=facts,
        given_back=given_back(application.journal, loaded.id),
        assess=assessing(application.journal, loaded, reason, now),
    )
    return explain(loaded.folder, loaded.connector, case)


def _text(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError(f"{name}: {value!r} is not a text; put it in quotes")
    return value


def _filled(row: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The row, completed by the command's own options; a row's facts stand before the command's."""
    options = {name: value for name, value in given.items() if value is not None}
    own = {name: value for name, value in row.items() if value is not None}
    filled = options | own
    if isinstance(own.get("fact"), dict):
        filled["fact"] = given["fact"] | own["fact"]
    return filled


def _read_and(verify: Any, path: Path) -> tuple[str, ...]:
    document, faults = _read(path)
    found: tuple[str, ...] = faults or verify(document)
    return found


def _read(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A document, and why it is none."""
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    try:
        document = json.loads(content.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        return {}, (f"proof: it is not JSON in UTF-8: {error}",)
    if not isinstance(document, dict):
        return {}, ("proof: it is not an object",)
    return document, ()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found
