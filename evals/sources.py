"""What the demo shop's files say, read for themselves: a quote must stand in one of them, word for word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from evals.stage import FOLDER, Json
from knowledge_base.shop import ShopFolder
from retrieval.chunking import source_text

ARTICLE_ID = re.compile(r"^id:\s*(\S+)\s*$", re.MULTILINE)
POLICY = re.compile(r"^policy:\s*(\S+)\s*$", re.MULTILINE)
SECTION = re.compile(r"^## .*?\{#([a-z0-9-]+)\}\s*$", re.MULTILINE)
BLOCK = re.compile(r"```clause\n.*?```", re.DOTALL)
FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


@cache
def texts(folder: Path = FOLDER) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """`(kind, id)` → every text of that source: its languages and versions. Agents' articles are left out."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted((folder / "articles").rglob("*.md")):
        text = path.read_text("utf-8")
        if "\naudience: agents" not in text:
            match = ARTICLE_ID.search(text)
            found.setdefault(("article", match.group(1) if match else path.stem), []).append(FRONT.sub("", text))
    for path in sorted((folder / "policies").rglob("*.md")):
        for key, text in _clauses(path.read_text("utf-8")):
            found.setdefault(("clause", key), []).append(text)
    return {key: tuple(value) for key, value in found.items()}


def _clauses(text: str) -> list[tuple[str, str]]:
    match = POLICY.search(text)
    policy, places = match.group(1) if match else "", list(SECTION.finditer(text))
    ends = [place.start() for place in places[1:]] + [len(text)]
    return [
        (f"{policy}/{place.group(1)}", BLOCK.sub("", text[place.end() : end]))
        for place, end in zip(places, ends, strict=True)
    ]


def unfounded(citation: Json, shop: ShopFolder) -> str | None:
    """Why a citation does not hold, None where it does.

    A product's text is put together from the catalogue, so it is asked of the shop; an order's names its number.
    """
    kind, key, quote = citation["kind"], citation["id"], citation["quote"]
    if not quote.strip():
        return f"{kind} {key}: an empty quote"
    if kind == "order":
        return None if key in quote else f"order {key}: {quote!r} is not about it"
    if kind == "product":
        sources = [source_text(shop, "product", key, lang) for lang in shop.shop.languages]
        held = [source.text for source in sources if source]
    else:
        held = list(texts().get((kind, key), ()))
    return None if any(quote in text for text in held) else f"{kind} {key}: {quote[:60]!r} does not stand there"
