"""`anxin reports`: how people were served, each number with what stands behind it."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from support.cli.options import AsJson, Shop
from support.cli.outcome import print_json

Json = dict[str, Any]


class By(StrEnum):
    """By what the measures are told apart."""

    agent = "agent"
    team = "team"
    product = "product"
    supplier = "supplier"
    clause = "clause"


def reports_command(
    shop: Shop,
    days: Annotated[int, typer.Option(min=1, max=366, help="The last so many days, until now.")] = 30,
    by: Annotated[
        By | None, typer.Option(help="The measures for each agent, team, product, supplier or clause.")
    ] = None,
    behind: Annotated[str, typer.Option(help="A measure's key: what stands behind its number, latest first.")] = "",
    decisions: Annotated[
        bool, typer.Option(help="Each decision that agents accepted or overrode, by whom and why, latest first.")
    ] = False,
    bucket: Annotated[str, typer.Option(help="With --behind: only this bucket.")] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="A table with a heading, on standard output.")] = False,
    as_json: AsJson = False,
) -> None:
    """First responses, resolutions, deadlines, reversals, refunds and ratings, derived from the event log alone."""
    from support.bootstrap import open_application
    from support.service import decision_report, reports
    from support.service.reports import NoSuchMeasure

    if as_csv and as_json:
        raise typer.BadParameter("--csv or --json, not both")
    now = datetime.now(UTC)
    span = reports.span_of(now - timedelta(days=days), now, now)
    with open_application() as application:
        folder, journal = application.shop(shop).folder, application.journal
        reports.catch_up(journal, folder, now)
        try:
            if decisions:
                found = journal.read_now(lambda tx: decision_report.report(tx, folder.shop.id, span))["rows"]
            elif behind:
                points = journal.read_now(lambda tx: reports.behind(tx, folder.shop, span, behind, bucket))
                found = [_point(one) for one in points]
            elif by is not None:
                found = journal.read_now(lambda tx: reports.grouped(tx, folder, span, by.value))
            else:
                told = journal.read_now(lambda tx: reports.report(tx, folder, span))
                found = told["measures"]
        except NoSuchMeasure as error:
            raise typer.BadParameter(str(error)) from error
    if as_json:
        print_json({"shop": shop, "since": span.since.isoformat(), "until": span.until.isoformat(), "rows": found})
    elif as_csv:
        _csv([_flat(one) for one in found])
    else:
        for one in map(_flat, found):
            typer.echo("  ".join("—" if value is None else str(value) for value in one.values()))


def _point(one: Any) -> Json:
    return {
        "at": one.at.isoformat(), "value": one.value, "bucket": one.bucket, "conversation": one.conversation,
        "ticket": one.ticket, "agent": one.agent, "order_no": one.order_no,
    }  # fmt: skip


def _flat(one: Json) -> Json:
    """A row without what is nested; a label in English."""
    label = one.get("label")
    told = {"label": label["en"]} if isinstance(label, dict) else {}
    return {
        key: told.get(key, value) for key, value in one.items() if key in told or not isinstance(value, dict | list)
    }


def _csv(rows: list[Json]) -> None:
    """Every column that any row has."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
