"""Reads one file of `policies/**`: its front matter, and its clauses as text and block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from knowledge_base.article_reader import first_heading, read_day, read_lang
from knowledge_base.clause_reader import ClauseReader, ClauseRule
from knowledge_base.file_text import read_text
from knowledge_base.findings import Findings
from knowledge_base.front_matter import FrontMatter, split_front_matter
from knowledge_base.languages import of_path
from knowledge_base.policy_sections import Section, split_sections

_KEYS = ("policy", "title", "lang", "effective", "order")
_ID = re.compile(r"[^\s{}#/\\]{1,100}")


@dataclass(frozen=True, slots=True)
class WrittenClause:
    """A clause as one file writes it. `rule` is None without a block, or where the block has a fault."""

    id: str
    title: str
    text: str
    line: int
    block: str | None
    rule: ClauseRule | None


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One file: a version of a policy, or a part of one, in one language."""

    path: str
    policy: str
    effective: date
    lang: str
    title: str
    order: int | None
    clauses: tuple[WrittenClause, ...]


def read_policy_file(
    path: str, content: bytes, languages: tuple[str, ...], products: frozenset[str] | None, findings: Findings
) -> PolicyFile | None:
    """The file, None where it does not say which version of which policy it is. Faults are noted."""
    text = read_text(path, content, findings)
    if text is None:
        return None
    matter = split_front_matter(path, text, findings)
    matter.warn_unknown(_KEYS)
    policy, effective, order = _policy(matter), _effective(matter), _order(matter)
    lang = read_lang(matter, of_path(path, languages)[1], languages)
    clauses = _clauses(matter, ClauseReader(path, products, findings))
    if policy is None or effective is None:
        return None
    title = matter.text("title") or first_heading(matter.body.split("\n## ")[0]) or policy
    return PolicyFile(path, policy, effective, lang, title, order, clauses)


def _policy(matter: FrontMatter) -> str | None:
    policy = matter.text("policy")
    if policy is None:
        matter.fault("policy", "policy is missing; begin the file with ---, policy: after-sales, effective: …, ---")
    elif not _ID.fullmatch(policy):
        matter.fault("policy", f"policy {policy[:80]!r} must be one word, such as after-sales")
        return None
    return policy


def _effective(matter: FrontMatter) -> date | None:
    if matter.text("effective") is None:
        matter.fault("effective", "effective is missing; write the day from which the policy holds: 2026-01-01")
    return read_day(matter, "effective")


def _order(matter: FrontMatter) -> int | None:
    text = matter.text("order")
    if text is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,6}", text, re.ASCII):
        matter.fault("order", f"order {text!r} must be a whole number: policies are tried from the least on")
        return None
    return int(text)


def _clauses(matter: FrontMatter, reader: ClauseReader) -> tuple[WrittenClause, ...]:
    found: dict[str, WrittenClause] = {}
    for section in split_sections(matter.body, matter.body_line):
        clause = _clause(section, reader)
        if clause is None:
            continue
        if clause.id in found:
            first = found[clause.id].line
            reader.findings.fault(reader.file, clause.line, f"the clause {clause.id!r} stands on line {first} already")
        found.setdefault(clause.id, clause)
    return tuple(found.values())


def _clause(section: Section, reader: ClauseReader) -> WrittenClause | None:
    rules = [reader.read(block) for block in section.blocks]
    if not section.id or not _ID.fullmatch(section.id):
        _fault_of_heading(section, reader)
        return None
    if len(rules) > 1:
        second = section.blocks[1].line - 1
        reader.findings.fault(
            reader.file, second, f"the clause {section.id!r} has a second block; write another clause"
        )
    if not section.text:
        reader.findings.fault(reader.file, section.line, f"the clause {section.id!r} has no text that people can read")
    block = section.blocks[0].text if section.blocks else None
    title = section.title or section.id
    return WrittenClause(section.id, title, section.text, section.line, block, rules[0] if rules else None)


def _fault_of_heading(section: Section, reader: ClauseReader) -> None:
    if section.id is None and not section.blocks:
        message = f"the section {section.title!r} is no clause; give it an id, {{#some-id}}, or make it a ### heading"
        reader.findings.warn(reader.file, section.line, message)
        return
    written = "" if section.id is None else f" {section.id!r} is no id:"
    message = f"the heading{written} needs an id at its end: ## {section.title} {{#some-id}}"
    reader.findings.fault(reader.file, section.line, message)
