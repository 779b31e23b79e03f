"""A shop folder into passages: exact slices of articles, clauses and products."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from knowledge_base.article import Article
from knowledge_base.policy import Clause, PolicyVersion
from knowledge_base.product import Product
from knowledge_base.shop import ShopFolder
from retrieval.passage import Kind, Passage, SourceText
from retrieval.product_text import product_questions, product_text, product_title
from retrieval.shop_text import PROFILE, profile_text, profile_title
from retrieval.spans import spans_of


def passages_of(folder: ShopFolder) -> tuple[Passage, ...]:
    """Every passage of the shop, each in its language, all versions of clauses and articles among them.

    For each, `passage.text == source_text(…).text[passage.start:passage.end]`.
    """
    return (
        *(passage for article in folder.articles for passage in _article_passages(article)),
        *(passage for passage in _clause_passages(folder.policies)),
        *(passage for product in folder.products.values() for passage in _product_passages(folder, product)),
    )


def source_text(folder: ShopFolder, kind: Kind, document: str, lang: str, on: date | None = None) -> SourceText | None:
    """The whole document of a passage, or None where the shop has no such one in that language.

    `on` picks the version of a clause or article: the one in force that day, by default the newest.
    """
    if kind == "article":
        return _article_source(folder, document, lang, on)
    if kind == "clause":
        return _clause_source(folder, document, lang, on)
    product = folder.products.get(document.removeprefix("product/"))
    if product is None or lang not in folder.shop.languages:
        return None
    return SourceText(product_title(product, lang), lang, product_text(product, lang, folder.shop.currency))


def _article_source(folder: ShopFolder, document: str, lang: str, on: date | None) -> SourceText | None:
    versions = [article for article in folder.articles if article.id == document and article.lang == lang]
    if on is not None:
        versions = [article for article in versions if article.valid_on(on)]
    newest = max(versions, key=lambda article: article.valid_from or date.min, default=None)
    if newest is None and document == PROFILE and lang in folder.shop.languages:
        return SourceText(profile_title(lang), lang, profile_text(folder.shop, lang))
    return SourceText(newest.title, lang, newest.text) if newest else None


def _clause_source(folder: ShopFolder, document: str, lang: str, on: date | None) -> SourceText | None:
    policy, _, clause_id = document.partition("/")
    versions = [
        version for version in folder.policies if version.policy == policy and (on is None or version.effective <= on)
    ]
    for version in sorted(versions, key=lambda version: version.effective, reverse=True):
        clause = _texts(version).get((lang, clause_id))
        if clause is not None:
            return SourceText(clause.title, lang, clause.text)
        if on is not None:
            return None
    return None


def _article_passages(article: Article) -> Iterator[Passage]:
    for number, span in enumerate(spans_of(article.text)):
        text = article.text[span.start : span.end]
        path = [article.title, *(heading for heading in span.headings if heading != article.title)]
        index_text = "\n".join([" › ".join(path), text])
        yield Passage(
            id=_identity("article", article.id, article.lang, article.valid_from, span.start, index_text),
            kind="article",
            document=article.id,
            title=article.title,
            text=text,
            lang=article.lang,
            start=span.start,
            end=span.end,
            index_text=index_text,
            audience=article.audience,
            products=article.products,
            valid_from=article.valid_from,
            valid_to=article.valid_to,
            questions=article.questions if number == 0 else (),
        )


def _clause_passages(policies: tuple[PolicyVersion, ...]) -> Iterator[Passage]:
    days: dict[str, list[date]] = {}
    for version in policies:
        days.setdefault(version.policy, []).append(version.effective)
    for version in policies:
        later = [day for day in days[version.policy] if day > version.effective]
        for clause in _texts(version).values():
            if clause.text:
                yield _clause_passage(version, clause, min(later, default=None))


def _clause_passage(version: PolicyVersion, clause: Clause, superseded: date | None) -> Passage:
    document = f"{clause.policy}/{clause.id}"
    heading = " › ".join(part for part in (version.title.get(clause.lang, ""), clause.title) if part)
    index_text = f"{heading}\n{clause.text}"
    return Passage(
        id=_identity("clause", document, clause.lang, version.effective, 0, index_text),
        kind="clause",
        document=document,
        title=clause.title,
        text=clause.text,
        lang=clause.lang,
        start=0,
        end=len(clause.text),
        index_text=index_text,
        effective=version.effective,
        superseded=superseded,
    )


def _texts(version: PolicyVersion) -> dict[tuple[str, str], Clause]:
    """Every clause of the version by language and id; the deciding language may be left out of `translations`."""
    return {**{(clause.lang, clause.id): clause for clause in version.clauses}, **version.translations}


def _product_passages(folder: ShopFolder, product: Product) -> Iterator[Passage]:
    for lang in folder.shop.languages:
        text = product_text(product, lang, folder.shop.currency)
        document = f"product/{product.id}"
        yield Passage(
            id=_identity("product", document, lang, None, 0, text),
            kind="product",
            document=document,
            title=product_title(product, lang),
            text=text,
            lang=lang,
            start=0,
            end=len(text),
            index_text=text,
            products=(product.id,),
            questions=product_questions(product, lang),
        )


def _identity(kind: Kind, document: str, lang: str, version: date | None, start: int, index_text: str) -> str:
    parts = (kind, document, lang, str(version), str(start), index_text)
    return sha256("\0".join(parts).encode()).hexdigest()[:24]
