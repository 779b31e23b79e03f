"""Warns of wording that the law takes for void, and of promises that a shop cannot keep by law. No legal advice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge_base.article import Article
from knowledge_base.clause_rules import CONFIRMED
from knowledge_base.findings import Findings
from knowledge_base.policy import Clause, PolicyVersion
from knowledge_base.product import Product
from knowledge_base.rules import broken
from knowledge_base.void_terms import CONFIRMATION_METHOD, Term, late_promises, silent_renewals, void_terms

MOST_MINUTES = 15 * 24 * 60
"""消费者权益保护法 art. 24, 侵害消费者权益行为处罚办法 art. 8: more than 15 days without a reason is a refusal."""


def lint(
    articles: Iterable[Article],
    policies: Iterable[PolicyVersion],
    products: Mapping[str, Product],
    findings: Findings,
) -> None:
    """Warn of every void or impossible wording at its file and line."""
    linter = _Linter(findings)
    clauses = [clause for version in policies for clause in version.translations.values()]
    for article in articles:
        linter.text(article.source, article.line, article.text)
    for clause in clauses:
        linter.text(clause.source, clause.line, f"{clause.title}\n{clause.text}")
    for product in products.values():
        linter.text(product.source, product.line, "\n".join(product.description.values()), one_line=True)
    linter.confirmation(clauses, products)
    linter.waits(clause for version in policies for clause in version.clauses)


@dataclass(frozen=True, slots=True)
class _Linter:
    findings: Findings

    def text(self, file: str, first_line: int, text: str, *, one_line: bool = False) -> None:
        """Warn of each term in a text that begins at `first_line`."""
        for offset, line in enumerate(text.split("\n")):
            for term in (*void_terms(line), *late_promises(line)):
                self._report(file, first_line + (0 if one_line else offset), term)
        for offset, term in silent_renewals(text):
            self._report(file, first_line + (0 if one_line else offset), term)

    def _report(self, file: str, line: int, term: Term) -> None:
        self.findings.report(broken(term.code, file, line, found=term.found))

    def waits(self, clauses: Iterable[Clause]) -> None:
        """Warn of a clause that lets the buyer wait for more than 15 days."""
        for clause in clauses:
            written = clause.then.value
            if clause.then.kind == "wait" and written.isdecimal() and int(written) > MOST_MINUTES:
                days = int(written) // (24 * 60)
                self.findings.report(
                    broken("policy.wait_too_long", clause.source, clause.line, clause=clause.id, days=days)
                )

    def confirmation(self, clauses: Iterable[Clause], products: Mapping[str, Product]) -> None:
        """Warn where a refusal or a product rests on a confirmation, and no text says how it is given."""
        resting = [clause for clause in clauses if clause.then.kind == "refuse" and _rests_on_confirmation(clause)]
        for clause in resting:
            if not CONFIRMATION_METHOD.search(f"{clause.title}\n{clause.text}"):
                self.findings.report(broken("policy.confirmation", clause.source, clause.line, clause=clause.id))
        told = any(CONFIRMATION_METHOD.search(clause.text) for clause in clauses)
        first = next((product for product in products.values() if product.no_return_confirmation), None)
        if first is not None and not told:
            self.findings.report(broken("product.confirmation", first.source, first.line))


def _rests_on_confirmation(clause: Clause) -> bool:
    return any(CONFIRMED in line.facts for line in clause.when)
