"""Puts the files of a policy's version together: the deciding language, its rules, and the translations."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import rfc8785

from knowledge_base.clause_reader import ClauseRule
from knowledge_base.findings import Findings
from knowledge_base.policy import Clause, PolicyVersion
from knowledge_base.policy_reader import PolicyFile, WrittenClause
from knowledge_base.rules import broken


def read_versions(
    files: Iterable[PolicyFile], languages: tuple[str, ...], findings: Findings
) -> tuple[PolicyVersion, ...]:
    """Every version of every policy, by policy and day. Faults of what files say together are noted."""
    grouped: defaultdict[tuple[str, date], list[PolicyFile]] = defaultdict(list)
    for file in files:
        grouped[file.policy, file.effective].append(file)
    return tuple(
        _Version(policy, effective, tuple(grouped[policy, effective]), languages, findings).read()
        for policy, effective in sorted(grouped)
    )


def rule_of(clause: Clause) -> dict[str, Any]:
    """What of a clause decides, as its digest is taken and as a proof shows it."""
    return {
        "policy": clause.policy,
        "id": clause.id,
        "effective": clause.effective.isoformat(),
        "requests": list(clause.requests),
        "when": [line.text for line in clause.when],
        "then": clause.then.as_then(),
    }


def clause_sha256(clause: Clause) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of what decides."""
    return hashlib.sha256(rfc8785.dumps(rule_of(clause))).hexdigest()


@dataclass(frozen=True, slots=True)
class _Version:
    policy: str
    effective: date
    files: tuple[PolicyFile, ...]
    languages: tuple[str, ...]
    findings: Findings

    def read(self) -> PolicyVersion:
        deciding = self._deciding()
        clauses = self._decided(deciding)
        texts = {(deciding, clause.id): clause for clause in clauses.values()}
        for file in self.files:
            if file.lang != deciding:
                texts |= self._translated(file, clauses, texts)
        self._warn_of_missing(deciding, clauses, texts)
        titles = {file.lang: file.title for file in reversed(self.files)}
        return PolicyVersion(self.policy, self.effective, self._order(), titles, tuple(clauses.values()), texts)

    def _deciding(self) -> str:
        found = {file.lang for file in self.files}
        return next((lang for lang in self.languages if lang in found), self.files[0].lang)

    def _order(self) -> int | None:
        named = [file for file in self.files if file.order is not None]
        for file in named[1:]:
            if file.order != named[0].order:
                message = f"order {file.order} differs from {named[0].order} in {named[0].path}; a version has one"
                self.findings.fault(file.path, 1, message)
        return named[0].order if named else None

    def _decided(self, deciding: str) -> dict[str, Clause]:
        found: dict[str, Clause] = {}
        for file in self.files:
            for written in file.clauses if file.lang == deciding else ():
                self._decide(file, written, found)
        return found

    def _decide(self, file: PolicyFile, written: WrittenClause, found: dict[str, Clause]) -> None:
        if written.block is None:
            message = f"the clause {written.id!r} needs a ```clause block: {file.lang} decides in this version"
            self.findings.fault(file.path, written.line, message)
        elif written.id in found:
            message = f"the clause {written.id!r} stands in {found[written.id].source} already"
            self.findings.fault(file.path, written.line, message)
        elif written.rule is not None:
            found[written.id] = self._clause(file, written, written.rule)

    def _clause(self, file: PolicyFile, written: WrittenClause, rule: ClauseRule) -> Clause:
        clause = Clause(
            policy=self.policy,
            id=written.id,
            title=written.title,
            text=written.text,
            lang=file.lang,
            effective=self.effective,
            requests=rule.requests,
            when=rule.when,
            then=rule.then,
            sha256="",
            examples=rule.examples,
            source=file.path,
            line=written.line,
        )
        return replace(clause, sha256=clause_sha256(clause))

    def _translated(
        self, file: PolicyFile, clauses: dict[str, Clause], texts: dict[tuple[str, str], Clause]
    ) -> dict[tuple[str, str], Clause]:
        found: dict[tuple[str, str], Clause] = {}
        blocks = self._blocks()
        for written in file.clauses:
            if written.id not in blocks:
                message = f"the clause {written.id!r} is not in the deciding language; add it there, or correct its id"
                self.findings.fault(file.path, written.line, message)
            elif (file.lang, written.id) in texts:
                first = texts[file.lang, written.id].source
                self.findings.fault(file.path, written.line, f"the clause {written.id!r} stands in {first} already")
            elif written.id in clauses:
                found[file.lang, written.id] = self._translation(file, written, clauses[written.id])
            if written.block is not None and written.block != blocks.get(written.id, written.block):
                message = (
                    f"the block of {written.id!r} differs from the deciding language's; repeat it, or leave it out"
                )
                self.findings.fault(file.path, written.line, message)
        return found

    def _blocks(self) -> dict[str, str | None]:
        deciding = self._deciding()
        files = [file for file in self.files if file.lang == deciding]
        return {written.id: written.block for file in files for written in file.clauses}

    def _translation(self, file: PolicyFile, written: WrittenClause, decided: Clause) -> Clause:
        return replace(
            decided, title=written.title, text=written.text, lang=file.lang, source=file.path, line=written.line
        )

    def _warn_of_missing(self, deciding: str, clauses: dict[str, Clause], texts: dict[tuple[str, str], Clause]) -> None:
        for lang in sorted({file.lang for file in self.files} - {deciding}):
            place = next(file.path for file in self.files if file.lang == lang)
            for clause_id in clauses:
                if (lang, clause_id) not in texts:
                    self.findings.report(
                        broken("translation.missing", place, 1, clause=clause_id, lang=lang, shown=deciding)
                    )
