"""`python -m support.cli.reference`: write docs/commands.md, every command with what it takes, from the commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
HEAD = """# Commands

What `anxin COMMAND --help` says, in one page; made by `make contract`. A command ends with 0 when it is done, 1 when
the answer is no, 2 when it was called wrongly, 3 when something that it needs is not there, and 130 after Ctrl-C.
"""


def page() -> str:
    """The whole page."""
    from support.cli.app import app

    return "\n".join([HEAD, *_commands(typer.main.get_command(app), ("anxin",))])


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    if inner := getattr(command, "commands", None):
        if len(path) > 1:
            yield f"## {' '.join(path)}\n\n{_told(command.help)}\n"
            yield from _table(command)
        for name in sorted(inner, key=lambda one: (hasattr(inner[one], "commands"), one)):
            yield from _commands(inner[name], (*path, name))
        return
    yield f"{'##' if len(path) == 2 else '###'} {' '.join(path)}\n\n{_told(command.help)}\n"
    yield from _table(command)


def _table(command: Any) -> Iterator[str]:
    rows = [_row(one) for one in command.params if not getattr(one, "hidden", False) and one.name != "help"]
    if rows:
        yield "\n".join(["| | |", "|---|---|", *rows, ""])


def _row(parameter: Any) -> str:
    named = ", ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
    if parameter.param_type_name == "argument":
        named = f"`{parameter.metavar or parameter.name.upper()}`"
    told = _told(getattr(parameter, "help", None))
    needed = " Needed." if parameter.required and parameter.param_type_name == "option" else ""
    kept = parameter.default
    default = f" Default: `{kept}`." if isinstance(kept, str | int | Path) and not isinstance(kept, bool) else ""
    return f"| {named} | {told}{needed}{default if str(kept) else ''} |"


def _told(text: str | None) -> str:
    paragraphs = (" ".join(part.split()) for part in (text or "").split("\n\n"))
    return "\n\n".join(paragraphs).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
