"""The command line `anxin`: exit 0 done, 1 the answer is no, 2 wrong usage, 3 something it needs is unavailable."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from support.cli.agent import agent_app
from support.cli.ask import ask
from support.cli.audit import audit_app
from support.cli.backup import backup, restore
from support.cli.chat import chat
from support.cli.doctor import doctor
from support.cli.evaluate import eval_app
from support.cli.evidence import evidence_app
from support.cli.feedback import feedback_app
from support.cli.hold import hold_app
from support.cli.key import key_app
from support.cli.outcome import explained
from support.cli.person import erase, export
from support.cli.policy import policy_app
from support.cli.policy_draft import check_command, diff_command, draft_command
from support.cli.policy_history import history_command
from support.cli.publish import publish_command, withdraw_command
from support.cli.refunds import refunds_app
from support.cli.replay import replay_policies
from support.cli.reports import reports_command
from support.cli.restored import restored
from support.cli.risk import risk_app
from support.cli.seal import seal_app
from support.cli.search import search
from support.cli.serve import serve
from support.cli.shop import shop_app
from support.cli.ticket import ticket_app
from support.cli.token import token_app
from support.cli.trace import authorisation_app
from support.cli.turns import trace
from support.cli.unanswered import unanswered_command
from support.cli.webhooks import webhook_app

app = typer.Typer(
    name="anxin", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="安心 Anxin: AI-assisted after-sales service for shops that sell digital goods.",
)  # fmt: skip
for command in (serve, ask, chat, search, trace, backup, restore, restored, export, erase, doctor):
    app.command()(command)
app.command("unanswered")(unanswered_command)
app.command("reports")(reports_command)
for name, run in (
    ("replay", replay_policies), ("draft", draft_command), ("diff", diff_command), ("check", check_command),
    ("publish", publish_command), ("withdraw", withdraw_command), ("history", history_command),
):  # fmt: skip
    policy_app.command(name)(run)
for name, group in (
    ("shop", shop_app), ("policy", policy_app), ("authorisation", authorisation_app), ("token", token_app),
    ("agent", agent_app), ("key", key_app), ("risk", risk_app), ("eval", eval_app), ("feedback", feedback_app),
    ("refunds", refunds_app), ("audit", audit_app), ("webhook", webhook_app),
    ("evidence", evidence_app), ("ticket", ticket_app), ("seal", seal_app), ("hold", hold_app),
):  # fmt: skip
    app.add_typer(group, name=name)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"anxin {version('anxin')}")
        raise typer.Exit


@app.callback()
def begin(
    asked: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What comes before every command."""


def main() -> None:
    """Run a command; what goes wrong is one clear line and an exit code, never a traceback."""
    with explained():
        app()
    sys.exit(0)
