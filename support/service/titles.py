"""What a shop's documents are called, for pages that show them: an article, a clause, a product."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from knowledge_base.shop import ShopFolder


def clause_title(folder: ShopFolder, policy: str, clause: str, effective: str, lang: str) -> str | None:
    """The title of a clause as it was in force since that day; None where it is not known any more."""
    for version in folder.policies:
        if (version.policy, version.effective.isoformat()) == (policy, effective):
            own = next((one for one in version.clauses if one.id == clause), None)
            found = version.translations.get((lang, clause)) or own
            return found.title if found is not None else None
    return None


def titles(folder: ShopFolder, documents: Collection[str], lang: str) -> Mapping[str, str]:
    """Titles of articles and names of products by their ids, in `lang` where there is one; unknown ids are left out."""
    found = {
        id: product.name.get(lang) or next(iter(product.name.values()), id)
        for id in documents
        if (product := folder.products.get(id)) is not None
    }
    for article in folder.articles:
        if article.id in documents and (article.id not in found or article.lang == lang):
            found[article.id] = article.title
    return found
