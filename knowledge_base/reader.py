"""Reads a whole shop folder into checked, frozen values, or says everything that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from knowledge_base.article import Article
from knowledge_base.article_reader import ArticleReader, refuse_duplicates
from knowledge_base.authorisation import Authorisation
from knowledge_base.authorisation_reader import AUTHORISATIONS_FILE, read_authorisations
from knowledge_base.errors import Fault
from knowledge_base.findings import Findings, suggestion
from knowledge_base.folder import belongs, is_unread_document, read_directory, size_limit, too_large
from knowledge_base.linter import lint
from knowledge_base.macro import Macro
from knowledge_base.macro_reader import read_macro, refuse_duplicate_macros
from knowledge_base.order_rows import ORDERS_FILE, check_order_rows
from knowledge_base.policy import PolicyVersion
from knowledge_base.policy_reader import PolicyFile, read_policy_file
from knowledge_base.product import Product
from knowledge_base.product_reader import PRODUCTS_FILE, read_products
from knowledge_base.shop import Shop, ShopFolder
from knowledge_base.statements import contradictions
from knowledge_base.toml_reader import SHOP_FILE, read_shop_toml
from knowledge_base.translations import drifted
from knowledge_base.utterance import OwnUtterance
from knowledge_base.utterance_reader import UTTERANCES_FILE, read_utterances
from knowledge_base.version_reader import read_versions

__all__ = ["digest_of", "read_directory", "read_shop"]

_FALLBACK = Shop(id="shop", languages=("zh-CN",))
"""Stands in for a shop.toml that cannot be read, so that the other files' faults are told in the same reading."""
_KEPT_POLICIES = 64
_KEPT = 4
"""Readings that are remembered: an import reads a folder, what is published of it, and what it then stored of both."""


def read_shop(files: Mapping[str, bytes]) -> ShopFolder:
    """The shop of these files, by their paths within its folder (`/` between the parts).

    Raises:
        ShopFaults: with every fault found, in the order of file and line, and the folder as far as it could be read.
    """
    return _read(frozenset(files.items()))


@lru_cache(_KEPT)
def _read(files: frozenset[tuple[str, bytes]]) -> ShopFolder:
    findings = Findings()
    reading = _Reading(_small_enough(dict(files), findings), findings)
    folder = reading.folder()
    findings.raise_faults(folder)
    return folder


def _small_enough(files: Mapping[str, bytes], findings: Findings) -> dict[str, bytes]:
    """The files that belong to a shop, in the order of their paths; a file above its limit is a fault."""
    found: dict[str, bytes] = {}
    for path in sorted(files):
        if is_unread_document(path):
            findings.warn(path, 1, "a file of this kind is not read; save it as Markdown, HTML, PDF or Word (.docx)")
        elif belongs(path) and len(files[path]) > size_limit(path):
            findings.fault(path, 1, too_large(path, len(files[path])))
        elif belongs(path):
            found[path] = files[path]
    return found


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the paths and contents of the files that belong to a shop: equal folders, equal digests."""
    total = hashlib.sha256()
    for path in sorted(path for path in files if belongs(path)):
        content = hashlib.sha256(files[path]).hexdigest()
        total.update(f"{path}\0{content}\n".encode(errors="surrogateescape"))
    return total.hexdigest()


@lru_cache(_KEPT_POLICIES)
def _policy_file(
    path: str, content: bytes, languages: tuple[str, ...], catalogue: frozenset[str] | None
) -> tuple[PolicyFile | None, tuple[Fault, ...], tuple[Fault, ...]]:
    """One policy file with its faults and warnings: half of a reading's time, and mostly the same as the last time."""
    findings = Findings()
    file = read_policy_file(path, content, languages, catalogue, findings)
    return file, tuple(findings.faults), tuple(findings.warnings)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of a folder, file by file."""

    files: dict[str, bytes]
    findings: Findings

    def folder(self) -> ShopFolder:
        shop = self._shop()
        products = self._products(shop)
        catalogue = self._catalogue(shop, products)
        articles = self._articles(shop, catalogue)
        policies = self._policies(shop, catalogue)
        macros = self._macros(shop)
        authorisations = self._authorisations(products)
        orders = self._orders(shop, products)
        utterances = self._utterances()
        self._check_redeem_help(products, articles)
        lint(articles, policies, products, self.findings)
        drift = drifted(articles, policies, products, shop.languages)
        for one in (*drift, *contradictions(articles, policies, products)):
            self.findings.report(one)
        digest = digest_of(self.files)
        found = self.findings.found()
        return ShopFolder(shop, articles, policies, products, authorisations, macros, orders, found, digest, utterances)

    def _shop(self) -> Shop:
        if SHOP_FILE not in self.files:
            self.findings.fault(SHOP_FILE, 1, 'shop.toml is missing; write id = "my-shop" and languages = ["zh-CN"]')
            return _FALLBACK
        return read_shop_toml(self.files[SHOP_FILE], self.findings) or _FALLBACK

    def _products(self, shop: Shop) -> dict[str, Product]:
        content = self.files.get(PRODUCTS_FILE)
        return {} if content is None else read_products(content, shop.languages, self.findings)

    def _catalogue(self, shop: Shop, products: dict[str, Product]) -> frozenset[str] | None:
        """The ids that may be named; None where the store itself holds the catalogue."""
        elsewhere = shop.orders is not None and shop.orders.source != "csv"
        return None if elsewhere and PRODUCTS_FILE not in self.files else frozenset(products)

    def _below(self, folder: str) -> Iterable[tuple[str, bytes]]:
        return ((path, content) for path, content in self.files.items() if path.startswith(f"{folder}/"))

    def _articles(self, shop: Shop, catalogue: frozenset[str] | None) -> tuple[Article, ...]:
        reader = ArticleReader(shop.languages, catalogue, self.findings)
        read = (reader.read(path, content) for path, content in self._below("articles"))
        found = [article for article in read if article is not None]
        refuse_duplicates(found, self.findings)
        return tuple(found)

    def _policies(self, shop: Shop, catalogue: frozenset[str] | None) -> tuple[PolicyVersion, ...]:
        read = (self._policy(path, content, shop, catalogue) for path, content in self._below("policies"))
        return read_versions([file for file in read if file is not None], shop.languages, self.findings)

    def _policy(self, path: str, content: bytes, shop: Shop, catalogue: frozenset[str] | None) -> PolicyFile | None:
        file, faults, warnings = _policy_file(path, content, shop.languages, catalogue)
        for fault in faults:
            self.findings.add(fault)
        for warning in warnings:
            self.findings.report(warning)
        return file

    def _macros(self, shop: Shop) -> tuple[Macro, ...]:
        read = (read_macro(path, content, shop.languages, self.findings) for path, content in self._below("macros"))
        found = [macro for macro in read if macro is not None]
        refuse_duplicate_macros(found, self.findings)
        return tuple(found)

    def _authorisations(self, products: dict[str, Product]) -> tuple[Authorisation, ...]:
        content = self.files.get(AUTHORISATIONS_FILE)
        return () if content is None else read_authorisations(content, frozenset(products), self.findings)

    def _utterances(self) -> tuple[OwnUtterance, ...]:
        content = self.files.get(UTTERANCES_FILE)
        return () if content is None else read_utterances(content, self.findings)

    def _orders(self, shop: Shop, products: dict[str, Product]) -> bytes | None:
        content = self.files.get(ORDERS_FILE)
        if shop.orders is not None and shop.orders.source == "csv":
            if content is None:
                self.findings.fault(ORDERS_FILE, 1, 'orders.csv is missing, and [orders] source = "csv" reads it')
            else:
                check_order_rows(content, frozenset(products), self.findings)
            return content
        if content is not None:
            self.findings.warn(ORDERS_FILE, 1, 'orders.csv is not read: shop.toml has no [orders] source = "csv"')
        return None

    def _check_redeem_help(self, products: dict[str, Product], articles: tuple[Article, ...]) -> None:
        known = {article.id for article in articles}
        for product in products.values():
            if product.redeem_help is not None and product.redeem_help not in known:
                near = suggestion(product.redeem_help, known)
                message = f"redeem_help: there is no article {product.redeem_help!r}{near}"
                self.findings.fault(product.source, product.line, message)
