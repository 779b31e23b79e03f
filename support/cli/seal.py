"""`anxin seal`: the keys under which secrets and contacts are kept sealed in the record."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from support.cli.options import AsJson
from support.cli.outcome import NO, print_json, said
from support.cli.progress import progress_line

if TYPE_CHECKING:
    from support.service.sealed_state import SealedState

seal_app = typer.Typer(no_args_is_help=True, help="Secrets and contacts sealed in the record: keys, state, renewal.")


@seal_app.command("new-key")
def new_key_command(as_json: AsJson = False) -> None:
    """Print a fresh key, for ANXIN_FIELD_KEYS or a line of ANXIN_FIELD_KEYS_FILE. It is kept nowhere: keep it safe."""
    from ticketing.sealing import new_key, read_key

    key = new_key()
    name = read_key(key).name
    if as_json:
        print_json({"key": key, "name": name})
        return
    typer.echo(key)
    typer.echo(
        said(f"key {name}: without it nobody reads what it seals", f"密钥 {name}：没有它，谁也无法读取它加密的内容"),
        err=True,
    )


@seal_app.command()
def status(as_json: AsJson = False) -> None:
    """Say what is sealed under which key. Exit 1 where anything is in the clear, or not under the newest key."""
    found = _look()
    if as_json:
        print_json(found.document())
    else:
        for name, counts in found.fields.items():
            shown = ", ".join(f"{count} {_under(key, found.given)}" for key, count in sorted(counts.items()))
            typer.echo(f"{name}: {shown or said('nothing', '无')}")
        typer.echo(found.says())
    raise typer.Exit(0 if found.sealed else NO)


@seal_app.command()
def renew(as_json: AsJson = False) -> None:
    """Seal everything under the newest key, while the server runs. Stopped midway, say it again: it goes on."""
    given = _look().given
    if not given:
        raise typer.BadParameter("no key is given: put one, as `anxin seal new-key` prints it, in ANXIN_FIELD_KEYS")
    _rewrite(given[0], as_json)


@seal_app.command()
def undo(
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False, as_json: AsJson = False
) -> None:
    """Write everything in the clear again, to go without keys: stop the server, say this, start it without them."""
    if not yes:
        if as_json or not sys.stdin.isatty():
            raise typer.BadParameter("secrets and contacts will stand in the clear: say --yes")
        typer.confirm(said("Write secrets and contacts in the clear?", "将密钥和联系方式改为明文保存？"), abort=True)
    _rewrite("", as_json)


def _rewrite(newest: str, as_json: bool) -> None:
    from support.bootstrap import open_application, record_url
    from ticketing.storage.database import open_engine
    from ticketing.storage.reseal import forget_old_bytes, reseal

    with open_application() as application, progress_line("sealing" if newest else "opening") as tell:
        done = reseal(application.journal, newest, tell)
        engine = open_engine(record_url(application.settings))
        try:
            gone = forget_old_bytes(engine)
        finally:
            engine.dispose()
    if as_json:
        print_json({"key": newest, "values": done, "old_bytes_gone": gone})
        return
    under = said(f"sealed under key {newest}", f"已用密钥 {newest} 加密") if newest else said("opened", "已改为明文")
    typer.echo(said(f"{done} values {under}", f"{done} 个值{under}"))
    if not gone:
        busy = "somebody uses the database just now, and its files still hold what was there before: say it again later"
        typer.echo(said(busy, "数据库正被占用，文件中仍含旧内容：请稍后再执行一次"), err=True)


def _look() -> SealedState:
    from support.bootstrap import open_application
    from support.service.sealed_state import sealed_state

    with open_application() as application:
        return application.journal.read_now(sealed_state)


def _under(key: str, names: tuple[str, ...]) -> str:
    if not key:
        return said("in the clear", "明文")
    return said(f"under {key}", f"密钥 {key}") + ("" if key in names else said(" (not given)", "（未提供）"))
