"""Which product a buyer names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from knowledge_base.article import Article
from knowledge_base.product import Product, ProductKind
from support.assistant.guard import visible

WORD = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+")
NUMBER = re.compile(r"\d+(?!\d|[张張个個份件套条枚]|(?:pcs|pieces|cards|codes|keys|copies))")
"""A number that sizes and does not count: the 100 of “Nebula 100”, not the 50 of “Nebula, 50 cards”."""
QUALIFIER = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
SHORTEST = 2
SHARED = 3
NOUNS: Mapping[ProductKind, tuple[str, str]] = {
    "gift_card": ("点卡", "game card"), "game_key": ("激活码", "game key"), "license": ("软件", "software licence"),
    "membership": ("会员", "membership"), "top_up": ("直充", "top-up"), "prepaid": ("储值卡", "gift card"),
}  # fmt: skip
"""What goods of a kind are called, in Chinese and in English; any other is a product."""
PRODUCT = ("商品", "product")
COUPON = ("优惠码", "promo code")
CODE = re.compile(r"(?<![A-Za-z0-9_.@-])[A-Za-z][A-Za-z0-9]{2,19}(?![A-Za-z0-9_@-])", re.ASCII)
ABOUT_COUPONS = re.compile(r"优惠|優惠|折扣|coupon|voucher|promo|discount", re.IGNORECASE)
ABOUT_REGION = re.compile(r"区|国服|国际服|\b(?:regions?|servers?|countr(?:y|ies))\b", re.IGNORECASE)
ABOUT_DEVICE = re.compile(
    r"平台|启动器|手机|电脑|平板|电视|网页|安卓|苹果|系统|几台|版"
    r"|\b(?:platforms?|launchers?|phones?|tvs?|tablets?|pcs?|mac(?:os)?|windows|linux|ios|android|steam|devices?|editions?)\b",
    re.IGNORECASE,
)
"""Where goods may be used, and on what; a place is known by none of its words."""
KINDS: Mapping[ProductKind, re.Pattern[str]] = {
    "gift_card": re.compile(r"点卡|充值卡|卡密|\b(?:game )?cards?\b|\bcodes?\b"),
    "game_key": re.compile(r"激活码|cdk|卡密|\bkeys?\b|\bcodes?\b"),
    "license": re.compile(r"许可|软件|\blicen[cs]es?\b|\bsoftware\b"),
    "membership": re.compile(r"会员|月卡|年卡|\bmemberships?\b"),
    "top_up": re.compile(r"直充|代充|\btop[- ]?ups?\b|\bcoins\b"),
    "prepaid": re.compile(r"储值卡|\bwallet\b|\bgift cards?\b"),
}
"""Words by which people speak of a kind of goods."""


def mentioned(text: str, products: Mapping[str, Product]) -> tuple[str, ...]:
    """Ids of the products that `text` names, the fullest name first.

    A name counts whole, or by a piece of it: `极光` for `极光会员 30 天`. The longest piece found decides; where
    several products share it, those are meant whose number follows, or all of them.
    """
    folded = _fold(text)
    owners = _owners(tuple((p.id, tuple(p.name.values())) for p in products.values()))
    found = [piece for piece in owners if piece in folded]
    longest = max((len(piece) for piece in found), default=0)
    meant = {key for piece in found if len(piece) == longest for key in owners[piece]}
    after = {number for piece in found if len(piece) == longest for number in NUMBER.findall(folded.split(piece, 1)[1])}
    sized = {key for key in meant if after & numbers_of(products[key])}
    return tuple(sorted(sized or meant))


def of_a_size(text: str, products: Mapping[str, Product]) -> tuple[Product, ...]:
    """The products that `text` names by how a name begins and by its number: “星云50”."""
    sizes = frozenset(NUMBER.findall(visible(text).lower()))
    return tuple(one for one in products.values() if sizes & numbers_of(one) and begins_named(text, one))


def numbers_of(product: Product) -> frozenset[str]:
    """The numbers in a product's names: “100” of “Nebula Game Card 100”."""
    return frozenset(number for name in product.name.values() for number in re.findall(r"\d+", visible(name)))


def numbers_named(text: str, products: Mapping[str, Product]) -> frozenset[str]:
    """The numbers in the names of the products that `text` names."""
    return frozenset(number for key in mentioned(text, products) for number in numbers_of(products[key]))


def of_another_kind(text: str, product: Product) -> bool:
    """Whether `text` speaks of goods of a kind and `product` is not of it."""
    spoken = spoken_of(text)
    return bool(spoken) and product.kind not in spoken


def spoken_of(text: str) -> frozenset[ProductKind]:
    """The kinds of goods of which `text` speaks."""
    plain = visible(text).lower()
    return frozenset(kind for kind, words in KINDS.items() if words.search(plain))


def nothing_but_named(text: str, products: Mapping[str, Product], pieces: bool = False) -> bool:
    """Whether `text` is a product's name and nothing else, its brackets left out or not; with `pieces`, part of one."""
    folded, named = _fold(text), tuple((one.id, tuple(one.name.values())) for one in products.values())
    if pieces and folded in _owners(named):
        return True
    whole = (_fold(one) for _, names in named for name in names for one in (name, QUALIFIER.sub(" ", name)))
    return bool(folded) and folded in whole


def begins_a_name(text: str, products: Mapping[str, Product]) -> bool:
    """Whether `text` is how a product's name begins, and nothing else: “星云”, of all cards that are called so."""
    folded = _fold(text)
    names = (_fold(name) for product in products.values() for name in product.name.values())
    return len(folded) >= (SHORTEST if not folded.isascii() else SHARED) and any(
        name.startswith(folded) for name in names
    )


def by_kind(text: str, products: Mapping[str, Product]) -> str:
    """`text` with the products it names called by their kind: what is asked hangs on the kind, never on the name.

    `text` as it is where it is nothing but a name.
    """
    lower = text.lower()
    if len(lower) != len(text):
        return text
    places = [at for match in WORD.finditer(lower) for at in range(*match.span())]
    folded = "".join(lower[at] for at in places)
    said, rest = text, folded
    for piece, kind in _beginnings(tuple((p.kind, tuple(p.name.values())) for p in products.values())):
        if (at := folded.find(piece)) < 0:
            continue
        first, last = places[at], places[at + len(piece) - 1] + 1
        if piece.isascii():
            last = max(last, next((end for start, end in _words(lower) if start < last <= end), last))
        rest = folded[:at] + folded[at + len(piece) :]
        said = _closed(text[:first], NOUNS.get(kind, PRODUCT) if kind else PRODUCT, piece.isascii(), text[last:])
        break
    return said if rest else text


def by_coupon(text: str, articles: Iterable[Article]) -> str:
    """`text` with the coupons that the shop's articles name called coupons: “SAVE5 does nothing” is about one."""
    codes = _coupons(tuple((one.title, one.text) for one in articles))
    noun = COUPON[re.search("[\u4e00-\u9fff]", text) is None]
    return CODE.sub(lambda match: noun if match.group().upper() in codes else match.group(), text)


@lru_cache(maxsize=32)
def _coupons(articles: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """Codes in capitals, with a digit, in articles whose title speaks of coupons."""
    told = (text for title, text in articles if ABOUT_COUPONS.search(title))
    return frozenset(code for text in told for code in CODE.findall(text) if code.isupper() and not code.isalpha())


def _words(lower: str) -> list[tuple[int, int]]:
    return [match.span() for match in WORD.finditer(lower)]


def _closed(before: str, nouns: tuple[str, str], latin: bool, after: str) -> str:
    """The noun in its place, without the marks that stood around the name or closed it."""
    before, after = before.rstrip('《“"「'), after.lstrip('》”"」)）')
    return f"{before}{nouns[latin]}{after}"


@lru_cache(maxsize=32)
def _beginnings(
    names: tuple[tuple[ProductKind | None, tuple[str, ...]], ...],
) -> tuple[tuple[str, ProductKind | None], ...]:
    """Pieces that begin a product's name and the kind they stand for, the longest first; none where kinds differ."""
    kinds: dict[str, set[ProductKind | None]] = {}
    for kind, texts in names:
        for text in texts:
            whole, shown = _fold(text), _fold(QUALIFIER.sub(" ", text))
            pieces = {piece for piece in _candidates(text) if whole.startswith(piece)} | {whole, shown}
            for piece in pieces:
                kinds.setdefault(piece, set()).add(kind)
    found = [(piece, next(iter(held))) for piece, held in kinds.items() if piece and len(held) == 1]
    return tuple(sorted(found, key=lambda one: (-len(one[0]), one[0])))


def begins_named(text: str, product: Product) -> bool:
    """Whether `text` names a product by how one of its names begins, and not only by what kind of thing it is."""
    folded = _fold(text)
    firsts = [WORD.findall(visible(name).lower()) for name in product.name.values()]
    starts = [words[0] if words[0].isascii() else words[0][:SHORTEST] for words in firsts if words]
    return any(start in folded for start in (*starts, _fold(product.id)))


@lru_cache(maxsize=32)
def _owners(names: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, frozenset[str]]:
    """Pieces of names and whose they are; what is short, or stands in brackets, counts only where it is one's own."""
    owners: dict[str, set[str]] = {}
    names_proper: set[str] = set()
    for product_id, texts in names:
        for piece in {piece for text in (*texts, product_id) for piece in _candidates(text)}:
            owners.setdefault(piece, set()).add(product_id)
        names_proper |= {piece for text in texts for piece in _candidates(QUALIFIER.sub(" ", text))}
    return {
        piece: frozenset(ids)
        for piece, ids in owners.items()
        if len(ids) == 1 or (len(piece) >= SHARED and piece in names_proper)
    }


def _candidates(text: str) -> set[str]:
    """The whole name, its runs of words, and the first and last pieces of its Han runs."""
    folded = _fold(text)
    words = [word for word in WORD.findall(visible(text).lower()) if len(word) >= SHORTEST]
    runs = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    han = [word for word in words if not word.isascii()]
    ends = {piece for word in han for size in range(2, len(word) + 1) for piece in (word[:size], word[-size:])}
    return {piece for piece in {folded, *runs, *ends} if len(piece) >= (2 if not piece.isascii() else 4)}


def _fold(text: str) -> str:
    return "".join(WORD.findall(visible(text).lower()))
