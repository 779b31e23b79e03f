"""Where translations of one text have drifted apart: numbers, units, dates, headings, and what they hold for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from knowledge_base.article import Article
from knowledge_base.errors import Fault
from knowledge_base.numbers_of_text import numbers_missing
from knowledge_base.policy import Clause, PolicyVersion
from knowledge_base.product import Product
from knowledge_base.quantities_of_text import dates, folded, quantities, without_dates
from knowledge_base.rules import broken
from knowledge_base.shop import ShopFolder

_MATTER = ("products", "audience", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Side:
    """One language's text and where it stands."""

    lang: str
    text: str
    file: str
    line: int

    def line_of(self, piece: str) -> int:
        """The line of a piece of the text, its first line where it is not there."""
        place = folded(self.text).find(piece)
        return self.line + self.text[:place].count("\n") if place >= 0 else self.line


def drifted(
    articles: Iterable[Article], policies: Iterable[PolicyVersion], products: Mapping[str, Product],
    languages: tuple[str, ...],
) -> Iterator[Fault]:  # fmt: skip
    """What differs between the languages of every clause, article and product."""
    versions = tuple(policies)
    for version in versions:
        for clause in version.clauses:
            for (lang, clause_id), other in version.translations.items():
                if clause_id == clause.id and lang != clause.lang:
                    yield from compared(clause.id, _side(clause), _side(other))
    yield from _older(versions, languages)
    yield from _articles(articles, languages)
    for product in products.values():
        yield from _product(product, languages)


def compared(name: str, one: Side, other: Side) -> Iterator[Fault]:
    """Numbers, units and dates that only one of two texts has; told at the other, which is the translation."""
    for here, there in ((one, other), (other, one)):
        slots = {"clause": name, "one": here.lang, "other": there.lang}
        for day in sorted(dates(here.text) - dates(there.text)):
            yield broken("translation.date", other.file, other.line, date=day, **slots)
        for number in numbers_missing(without_dates(here.text), without_dates(there.text)):
            yield broken("translation.number", other.file, other.line_of(number), number=number, **slots)
    yield from _units(name, one, other)


def _units(name: str, one: Side, other: Side) -> Iterator[Fault]:
    here, there = _units_of(one.text), _units_of(other.text)
    for number, units in here.items():
        if units and (others := there.get(number)) and not units & others:
            yield broken(
                "translation.unit", other.file, other.line_of(number), clause=name, number=number,
                one=one.lang, one_unit="/".join(sorted(units)), other=other.lang, other_unit="/".join(sorted(others)),
            )  # fmt: skip


def _units_of(text: str) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in quantities(text):
        if one.unit:
            found[f"{one.number.normalize():f}"].add(one.unit)
    return found


def _side(clause: Clause) -> Side:
    return Side(clause.lang, f"{clause.title}\n{clause.text}", clause.source, clause.line)


def changed_alone(before: ShopFolder, after: ShopFolder) -> Iterator[Fault]:
    """Texts that changed in one language since `before`, while their translation beside them did not."""
    old, new = _texts(before), _texts(after)
    for name, sides in new.items():
        changed = [lang for lang, side in sides.items() if lang in old[name] and old[name][lang].text != side.text]
        for lang, side in sides.items():
            if changed and lang in old[name] and lang not in changed:
                yield broken(
                    "translation.alone", side.file, side.line, clause=name, one=", ".join(sorted(changed)), other=lang
                )


def _texts(folder: ShopFolder) -> defaultdict[str, dict[str, Side]]:
    found: defaultdict[str, dict[str, Side]] = defaultdict(dict)
    for article in folder.articles:
        found[article.id][article.lang] = Side(article.lang, article.text, article.source, article.line)
    for version in folder.policies:
        for (lang, clause_id), clause in version.translations.items():
            found[f"{version.policy}/{clause_id} {version.effective}"][lang] = _side(clause)
    return found


def _older(versions: tuple[PolicyVersion, ...], languages: tuple[str, ...]) -> Iterator[Fault]:
    """A language in which an older version can be read and the newest cannot."""
    for policy, group in groupby(sorted(versions, key=lambda one: (one.policy, one.effective)), lambda one: one.policy):
        *past, newest = group
        here = {lang for lang, _ in newest.translations}
        for version in reversed(past):
            for lang in sorted({lang for lang, _ in version.translations} - here):
                source = next(one.source for (of, _), one in version.translations.items() if of == lang)
                shown = next((lang for lang in languages if lang in here), "")
                here.add(lang)
                yield broken(
                    "translation.older", source, 1, policy=policy, lang=lang, older=version.effective,
                    newest=newest.effective, shown=shown,
                )  # fmt: skip


def _articles(articles: Iterable[Article], languages: tuple[str, ...]) -> Iterator[Fault]:
    grouped: defaultdict[str, dict[str, Article]] = defaultdict(dict)
    for article in articles:
        grouped[article.id].setdefault(article.lang, article)
    for found in grouped.values():
        first, *others = sorted(found.values(), key=lambda one: (_place(one.lang, languages), one.lang))
        for other in others:
            yield from _article(first, other)


def _place(lang: str, languages: tuple[str, ...]) -> int:
    return languages.index(lang) if lang in languages else len(languages)


def _article(first: Article, other: Article) -> Iterator[Fault]:
    yield from compared(first.id, *(Side(one.lang, one.text, one.source, one.line) for one in (first, other)))
    yield from compared(first.id, *(Side(one.lang, one.title, one.source, 1) for one in (first, other)))
    slots = {"article": first.id, "one": other.lang, "other": first.lang, "other_file": first.source}
    counts = [sum(line.startswith("#") for line in one.text.split("\n")) for one in (other, first)]
    if counts[0] != counts[1]:
        yield broken("translation.headings", other.source, other.line, count=counts[0], other_count=counts[1], **slots)
    for key in _MATTER:
        if _matter(first, key) != _matter(other, key):
            yield broken("translation.matter", other.source, 1, key=key, **slots)


def _matter(article: Article, key: str) -> object:
    value = getattr(article, key)
    return frozenset(value) if isinstance(value, tuple) else value


def _product(product: Product, languages: tuple[str, ...]) -> Iterator[Fault]:
    for texts in (product.name, product.description):
        written = [lang for lang in languages if lang in texts]
        for lang in written[1:]:
            one, other = (Side(of, texts[of], product.source, product.line) for of in (written[0], lang))
            yield from compared(product.id, one, other)
