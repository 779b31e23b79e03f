"""Warns of wording that the law takes for void, and of promises that a shop cannot keep by law. No legal advice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge_base.article import Article
from knowledge_base.clause_rules import CONFIRMED
from knowledge_base.findings import Findings
from knowledge_base.policy import Clause, PolicyVersion
from knowledge_base.product import Product
from knowledge_base.void_terms import CONFIRMATION_METHOD, Term, late_promises, void_terms


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


@dataclass(frozen=True, slots=True)
class _Linter:
    findings: Findings

    def text(self, file: str, first_line: int, text: str, *, one_line: bool = False) -> None:
        """Warn of each term in a text that begins at `first_line`."""
        for offset, line in enumerate(text.split("\n")):
            for term in (*void_terms(line), *late_promises(line)):
                self._warn(file, first_line + (0 if one_line else offset), term)

    def _warn(self, file: str, line: int, term: Term) -> None:
        self.findings.warn(file, line, f"“{term.found}”: {term.why}")

    def confirmation(self, clauses: Iterable[Clause], products: Mapping[str, Product]) -> None:
        """Warn where a refusal or a product rests on a confirmation, and no text says how it is given."""
        resting = [clause for clause in clauses if clause.then.kind == "refuse" and _rests_on_confirmation(clause)]
        for clause in resting:
            if not CONFIRMATION_METHOD.search(f"{clause.title}\n{clause.text}"):
                message = f"the clause {clause.id!r} does not say how the buyer confirms that nothing can be returned"
                self.findings.warn(clause.source, clause.line, f"{message}; describe the step at checkout")
        told = any(CONFIRMATION_METHOD.search(clause.text) for clause in clauses)
        first = next((product for product in products.values() if product.no_return_confirmation), None)
        if first is not None and not told:
            message = "no_return_confirmation is true, and no clause says how the buyer confirms it at checkout"
            self.findings.warn(first.source, first.line, message)


def _rests_on_confirmation(clause: Clause) -> bool:
    return any(CONFIRMED in line.facts for line in clause.when)
