"""`anxin policy draft`, `check` and `diff`: a changed policy on its way, before anybody else sees it."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from support.cli.options import AsJson, Shop
from support.cli.outcome import NO, end, of_the_terminal, print_json, said

if TYPE_CHECKING:
    from support.service.publish import Draft

DraftPath = Annotated[
    Path, typer.Argument(metavar="DRAFT", help="A policy file, a folder of them, or a whole shop folder.")
]
Lang = Annotated[str, typer.Option(help="zh-CN or en; by default the shop's first language.")]
_EFFECTIVE = re.compile(rb"^effective:[^\r\n]*", re.MULTILINE)


def a_day(text: str) -> date:
    """A day as 2026-12-01. Raises BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day: write it as 2026-12-01") from error


def draft_command(
    shop: Shop,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; files that differ are kept.")],
    effective: Annotated[str, typer.Option(metavar="DAY", help="From when the draft shall hold: 2026-12-01.")] = "",
    policy: Annotated[str, typer.Option(help="Only this policy.")] = "",
    published: Annotated[
        bool, typer.Option("--published", help="Every published version as it stands, instead of a draft.")
    ] = False,
) -> None:
    """Write the policies in force into a folder, with a new `effective` day: a draft to edit."""
    from knowledge_base.policy_files import POLICIES, files_of
    from support.bootstrap import open_application
    from support.service.policy_gate import stored_policies
    from support.service.replay import today_of

    if published == bool(effective):
        raise typer.BadParameter("say from which day the draft shall hold: --effective 2026-12-01, or --published")
    with open_application() as application:
        profile = application.shop(shop).folder.shop
        stored = stored_policies(application.journal, shop)
    chosen = [one for one in stored.versions if policy in ("", one.policy)]
    if not published:
        last = today_of(profile, datetime.now(UTC))
        chosen = [one for one in chosen if one.effective == max(
            (other.effective for other in chosen if other.policy == one.policy and other.effective <= last),
            default=one.effective,
        )]  # fmt: skip
    if not chosen:
        end(f"{shop} has no policy {policy!r}" if policy else f"{shop} has no policy")
    files = {path: content for one in chosen for path, content in files_of(one, stored.files).items()}
    if published:
        wanted = {path.removeprefix(POLICIES): content for path, content in files.items()}
    else:
        line = f"effective: {a_day(effective)}".encode()
        wanted = {f"{effective}/{Path(path).name}": _EFFECTIVE.sub(line, text, count=1) for path, text in files.items()}
    _write(directory, wanted)
    if not published:
        command = f"`anxin policy diff --shop {shop} {directory}`"
        typer.echo(said(f"next: edit them, then {command}, `check` and `publish`",
                        f"下一步：编辑它们，然后 {command}、`check`、`publish`"))  # fmt: skip


def check_command(draft: DraftPath, shop: Shop, as_json: AsJson = False) -> None:
    """Whether a draft may be published: no fault, its examples come out, nothing in force is touched; else exit 1.

    Every example that was run is named. Faults are told in the terminal's language, Chinese or English.
    """
    from knowledge_base.errors import Fault, ShopFaults
    from support.bootstrap import open_application
    from support.policy.examples import examples_of
    from support.service.publish import let_draft_pass
    from support.service.shop_findings import findings_of

    with open_application() as application:
        application.shop(shop)
        try:
            read = let_draft_pass(application.journal, shop, draft, datetime.now(UTC))
            faults: tuple[Fault, ...] = ()
            found = (*read.folder.findings, *findings_of(read.folder))
            warnings = tuple(one for one in found if one.severity == "warning")
            examples = tuple(examples_of(read.folder.policies))
        except ShopFaults as error:
            faults, examples = error.faults, ()
            warnings = tuple(one for one in error.findings if one.severity == "warning")
    if as_json:
        told = [{"file": one.file, "line": one.line, "message": one.message} for one in faults]
        print_json({"ok": not faults, "faults": told, "warnings": list(map(str, warnings)),
                    "examples": [asdict(one) for one in examples]})  # fmt: skip
    else:
        lang = of_the_terminal()
        lines = [one.said(lang) for one in faults]
        lines += [said("warning: ", "警告：") + one.said(lang) for one in warnings]
        lines += [
            f"✓ {one.file}:{one.line}: {one.policy}/{one.clause}: {one.request} → {one.expect}" for one in examples
        ]
        typer.echo("\n".join([*lines, _verdict(len(faults), len(examples))]))
    raise typer.Exit(NO if faults else 0)


def _verdict(faults: int, examples: int) -> str:
    if faults:
        return said("1 fault" if faults == 1 else f"{faults} faults", f"{faults} 处错误")
    return said(
        f"no fault, and {examples} example(s) came out: it may be published",
        f"没有错误，{examples} 个示例都成立：可以发布",
    )


def diff_command(
    shop: Shop,
    draft: Annotated[
        Path | None, typer.Argument(metavar="[DRAFT]", help="A policy file, a folder of them, or a whole shop folder.")
    ] = None,
    policy: Annotated[str, typer.Option(help="With --from and --to: which policy, where there are several.")] = "",
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="A published version's day: 2026-01-01.")] = "",
    until: Annotated[str, typer.Option("--to", metavar="DAY", help="A later version's day.")] = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """What a draft changes, clause by clause, against what is published; or what differs between two versions."""
    from support.bootstrap import open_application
    from support.service.policy_history import change_json
    from support.service.publish import between, read_over

    if (draft is None) == (not since and not until) or bool(since) != bool(until):
        raise typer.BadParameter("name a draft, or two published versions with --from DAY and --to DAY")
    with open_application() as application:
        application.shop(shop)
        if draft is not None:
            read = read_over(application.journal, shop, draft)
        else:
            read = between(application.journal, shop, policy, a_day(since), a_day(until))
    if as_json:
        stored = read.stored.versions
        print_json({"shop": shop, "versions": [change_json(change, stored) for change in read.changes]})
    else:
        show_changes(read, lang)


def show_changes(read: Draft, lang: str) -> None:
    """Print every change of a draft in words."""
    from support.assistant.phrases import phrase
    from support.service.policy_words import change_lines

    lang = lang or read.folder.shop.languages[0]
    for change in read.changes:
        for line in change_lines(lang, change, read.stored.versions):
            typer.secho(str(line), fg={"+": "green", "-": "red"}.get(line.sign))
    if not read.changes:
        typer.echo(phrase(lang, "changes.nothing"))


def _write(directory: Path, wanted: dict[str, bytes]) -> None:
    """Write the files; where one is there and differs nothing is written. Raises BadParameter."""
    for name, content in wanted.items():
        place = directory / name
        if place.exists() and place.read_bytes() != content:
            raise typer.BadParameter(f"{place} is there already and differs; name another folder")
    for name, content in sorted(wanted.items()):
        place = directory / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        typer.echo(str(place))
