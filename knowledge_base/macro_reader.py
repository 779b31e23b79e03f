"""Reads `macros/*.md`: canned replies that agents fill from the case."""

from __future__ import annotations

import re

from knowledge_base.article_reader import first_heading, read_lang
from knowledge_base.file_text import read_text
from knowledge_base.findings import Findings, suggestion
from knowledge_base.front_matter import split_front_matter
from knowledge_base.languages import of_path
from knowledge_base.macro import VARIABLE, VARIABLES, Macro

_BRACES = re.compile(r"\{\{|\}\}")


def read_macro(path: str, content: bytes, languages: tuple[str, ...], findings: Findings) -> Macro | None:
    """The macro of one file, None where it cannot be read (a fault)."""
    text = read_text(path, content, findings)
    if text is None:
        return None
    matter = split_front_matter(path, text, findings)
    matter.warn_unknown(("id", "title", "lang"))
    stem, lang = of_path(path, languages)
    body = matter.body.strip()
    if not body:
        findings.fault(path, matter.body_line, "the macro is empty; write its text")
        return None
    _check_variables(path, matter.body, matter.body_line, findings)
    title = matter.text("title") or first_heading(body) or stem
    return Macro(matter.text("id") or stem, title, read_lang(matter, lang, languages), body, path)


def _check_variables(path: str, body: str, first_line: int, findings: Findings) -> None:
    for number, line in enumerate(body.split("\n"), start=first_line):
        if _BRACES.search(VARIABLE.sub("", line)):
            findings.fault(path, number, "a variable is written {{order.number}}, both braces on one line")
        for name in VARIABLE.findall(line):
            if name not in VARIABLES:
                known = suggestion(name, VARIABLES) or f"; known are {', '.join(VARIABLES)}"
                findings.warn(path, number, f"nothing fills the variable {{{{{name}}}}}{known}")


def refuse_duplicate_macros(macros: list[Macro], findings: Findings) -> None:
    """Note a fault for each macro whose id and language another one has."""
    seen: dict[tuple[str, str], Macro] = {}
    for macro in macros:
        first = seen.setdefault((macro.id, macro.lang), macro)
        if first is not macro:
            findings.fault(macro.source, 1, f"the id {macro.id!r} in {macro.lang} is that of {first.source} too")
