"""Where texts contradict a number that decides: a clause's own rule, another article's period, a product's column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from knowledge_base.article import Article
from knowledge_base.errors import Fault
from knowledge_base.policy import Clause, PolicyVersion
from knowledge_base.product import Product
from knowledge_base.quantities_of_text import Quantity, folded, quantities
from knowledge_base.rules import broken

DAY, HOUR, MINUTE = 86400, 3600, 60
_FRAGMENT = re.compile(r"[^。；，！？,;!?\n]+")
_SENTENCE = re.compile(r"[^。！？\n]+?(?:[。！？\n]|\.(?=\s)|$)")


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_ARRIVES = _any(r"到账|退回|原路|发到|开具", r"\barriv|\bgoes back|\bby the way it came|\bsends?\b")
_ANSWERED = _any(r"答复|回复|响应|处理意见|办理", r"\banswer|\brepl(?:y|ied)|\brespond|\bproposal|\bhandled")
_GRANTED = _any(
    r"可退|可以?申请|退还|退款|补发|更换|差价|差额|保价|不再|无理由|质保|未使用|没有使用|未激活|保修",
    r"\brefund|\breturn|\bexchang|\breplac|\bdifference|\bprincipal|\bwarrant|\bno longer|\bcheaper|\bcosts? less",
)
_WITHIN = _any(r"内|起|以上|超过", r"\bwithin\b|\bafter\b|\bpast\b|\bfor\b|\bmore than\b|\bunused\b|-day\b|\bin\b")
TOPICS: tuple[tuple[str, frozenset[str], re.Pattern[str]], ...] = (
    (
        "price_drop",
        frozenset({"price_drop"}),
        _any(r"降价|保价|价保|差价", r"\bprice[- ](?:drops?|guarantee|protection)|\bprice dropped|\bcosts? less here"),
    ),
    ("prepaid", frozenset({"prepaid"}), _any(r"储值", r"\bstored[- ]value|\bprepaid")),
    (
        "privacy",
        frozenset({"privacy"}),
        _any(r"个人信息|隐私|注销账户", r"\bpersonal data|\bprivacy|\bclosing your account"),
    ),
    (
        "membership_inactive",
        frozenset({"membership_inactive"}),
        _any(r"会员[^。；\n]{0,12}质保|质保[^。；\n]{0,6}会员", r"\bmembership[^.;\n]{0,20}warrant"),
    ),
    ("top_up_missing", frozenset({"top_up_missing"}), _any(r"直充", r"\btop-?ups?\b")),
    (
        "key",
        frozenset({"key_invalid", "key_used"}),
        _any(r"卡密[^。；\n]{0,8}(?:无效|已被使用)", r"\bcodes?[^.;\n]{0,20}(?:invalid|used)"),
    ),
    ("complaint", frozenset({"complaint"}), _any(r"投诉", r"\bcomplain")),
)
"""A subject: the reasons, kinds or requests of its clauses, and the words by which a text speaks of it."""
_SHARE = _any(r"退款|退还|退回|手续费|扣除|扣取|折旧", r"\brefund|\bfee\b|\bdeduct|\bkeeps?\b")
_FRACTION = re.compile(r"(?<![\w.])0\.[0-9]+(?![\w.])")
_DURATION = re.compile(r"duration\(\"([0-9]+)([hms])\"\)")
_PERIODS = (
    ("warranty_days", "day", _any(r"质保|保修", r"\bwarrant")),
    ("return_days", "day", _any(r"无理由", r"\bno reason|\breturned? within|\breturn promise|-day return")),
    ("promised_minutes", "minute", _any(r"承诺|保证", r"\bpromis")),
)  # fmt: skip
"""Columns of products.csv that a text may name, in their unit."""
_PRICE = _any(r"售价|现价|价格[为是]|单价", r"\bcosts\b|\bprice is\b|\bpriced at\b")


@dataclass(frozen=True, slots=True)
class _Said:
    """A length of time that a text names, and about what."""

    quantity: Quantity
    fragment: str
    topic: str
    aspect: str
    line: int


@dataclass(slots=True)
class _Policy:
    """What the clauses say of each subject and aspect, in seconds; of every version, for old orders keep theirs."""

    said: dict[tuple[str, str], dict[Decimal, Clause]] = field(default_factory=lambda: defaultdict(dict))
    shares: set[Decimal] = field(default_factory=set)
    durations: set[Decimal] = field(default_factory=set)


def contradictions(
    articles: Iterable[Article], policies: Iterable[PolicyVersion], products: Mapping[str, Product]
) -> Iterator[Fault]:
    """Numbers of clauses' texts, of articles and of products' descriptions that something else decides otherwise."""
    versions = tuple(policies)
    for version in versions:
        for clause in version.clauses:
            yield from _own_rule(clause)
    policy, newest = _policy(versions), max((one.effective for one in versions), default=date.min)
    for article in articles:
        if article.valid_to is None or article.valid_to >= newest:
            yield from _article(article, policy, products)
    for product in products.values():
        for text in product.description.values():
            yield from _columns(text, (product,), product.source, product.line, policy, one_line=True)


def _own_rule(clause: Clause) -> Iterator[Fault]:
    """The text names periods, and none is what its rule compares with."""
    text = f"{clause.title}\n{clause.text}"
    named = {one.seconds for one in quantities(text) if one.seconds is not None}
    windows = [one for one in _periods(text, 0) if one.aspect == "window"]
    for line in clause.when:
        for match in _DURATION.finditer(line.text):
            rule = Decimal(match.group(1)) * {"h": HOUR, "m": MINUTE, "s": 1}[match.group(2)]
            if windows and rule not in named:
                said = windows[0].quantity.text
                yield broken(
                    "policy.text_differs", clause.source, clause.line, clause=clause.id, said=said, said_zh=said,
                    rule_line=line.line, rule=_length(rule, "en"), rule_zh=_length(rule, "zh"),
                )  # fmt: skip


def _policy(versions: tuple[PolicyVersion, ...]) -> _Policy:
    found = _Policy()
    for version in sorted(versions, key=lambda one: one.effective):
        for clause in version.clauses:
            found.shares |= {Decimal(part) * 100 for part in _FRACTION.findall(clause.then.value)}
            durations = {
                Decimal(match.group(1)) * {"h": HOUR, "m": MINUTE, "s": 1}[match.group(2)]
                for line in clause.when for match in _DURATION.finditer(line.text)
            }  # fmt: skip
            found.durations |= durations
            written = " ".join([*clause.requests, *(line.text for line in clause.when)])
            for topic, names, _ in TOPICS:
                if not any(re.search(rf"\b{name}\b", written) for name in names):
                    continue
                for seconds in durations:
                    found.said[topic, "window"][seconds] = clause
                for lang_text in [one.text for (_, of), one in version.translations.items() if of == clause.id]:
                    for one in _periods(lang_text, 0):
                        if one.quantity.seconds is not None:
                            found.said[topic, one.aspect][one.quantity.seconds] = clause
    return found


def _periods(text: str, line: int, title: str = "") -> Iterator[_Said]:
    """The lengths of time in a text, each with its subject (its sentence's, else the title's) and aspect."""
    plain, of_title = folded(text), _topic(title)
    for one in quantities(text):
        if one.seconds is None:
            continue
        fragment, sentence = _around(_FRAGMENT, plain, one.start), _around(_SENTENCE, plain, one.start)
        aspect = _aspect(fragment, sentence)
        if aspect:
            topic = _topic(sentence) or of_title
            yield _Said(one, fragment.strip(" -*#"), topic, aspect, line + plain[: one.start].count("\n"))


def _around(pattern: re.Pattern[str], text: str, place: int) -> str:
    return next((m.group() for m in pattern.finditer(text) if m.start() <= place < m.end()), "")


def _topic(text: str) -> str:
    """The one subject that a text speaks of; empty for none and for several."""
    found = {name for name, _, pattern in TOPICS if pattern.search(text)}
    return found.pop() if len(found) == 1 else ""


def _aspect(fragment: str, sentence: str) -> str:
    if _ANSWERED.search(fragment):
        return "answer"
    if _ARRIVES.search(fragment):
        return ""
    return "window" if _WITHIN.search(fragment) and _GRANTED.search(sentence) else ""


def _article(article: Article, policy: _Policy, products: Mapping[str, Product]) -> Iterator[Fault]:
    for one in _periods(article.text, article.line, article.title):
        there = policy.said.get((one.topic, one.aspect), {})
        seconds = one.quantity.seconds
        if there and seconds is not None and seconds not in there:
            newest, clause = list(there.items())[-1]
            yield broken(
                "article.period", article.source, one.line, found=one.fragment, clause=f"{clause.policy}/{clause.id}",
                clause_file=clause.source, clause_line=clause.line,
                policy=_length(newest, "en"), policy_zh=_length(newest, "zh"),
            )  # fmt: skip
    yield from _shares(article, policy)
    mine = tuple(products[one] for one in article.products if one in products)
    if mine:
        yield from _columns(article.text, mine, article.source, article.line, policy)


def _shares(article: Article, policy: _Policy) -> Iterator[Fault]:
    """A share that an article would keep or pay back, and no clause does."""
    plain = folded(article.text)
    allowed = {Decimal(0), Decimal(100), *policy.shares, *(100 - share for share in policy.shares)}
    for one in quantities(article.text):
        fragment = _around(_FRAGMENT, plain, one.start)
        if (
            one.unit == "percent"
            and _SHARE.search(fragment)
            and one.number not in allowed
            and not _NONE.search(fragment)
        ):
            line = article.line + plain[: one.start].count("\n")
            yield broken("article.share", article.source, line, found=fragment.strip(" -*#"), percent=one.number)


_NONE = _any(r"不收|免收|不扣|没有手续费", r"\bno fee|\bwithout (?:a )?fee|\bnever\b|\bnot\b")


def _columns(
    text: str, products: tuple[Product, ...], file: str, line: int, policy: _Policy, *, one_line: bool = False
) -> Iterator[Fault]:
    """Days of warranty, days of return, promised minutes and prices that the catalogue has otherwise."""
    plain = folded(text)
    for one in quantities(text):
        fragment = _around(_FRAGMENT, plain, one.start)
        place = line if one_line else line + plain[: one.start].count("\n")
        found = fragment.strip(" -*#")
        if one.unit == "money" and _PRICE.search(fragment) and len(products) == 1:
            (product,) = products
            if product.price is not None and product.price != one.number:
                yield _differs("price", product, product.price, file, place, found)
        for column, unit, words in _PERIODS:
            if one.unit == unit and words.search(_sentence_of(column, fragment, plain, one.start)):
                yield from _column(column, one, products, policy, file, place, found)


def _sentence_of(column: str, fragment: str, plain: str, start: int) -> str:
    """A return promise may stand beside its days, 未激活的自交付起 7 天内支持无理由退款."""
    return _around(_SENTENCE, plain, start) if column == "return_days" else fragment


def _column(
    column: str, one: Quantity, products: tuple[Product, ...], policy: _Policy, file: str, line: int, found: str
) -> Iterator[Fault]:
    values = {getattr(product, column) for product in products}
    if one.number in values or (one.seconds in policy.durations and column != "promised_minutes"):
        return
    product = next((each for each in products if getattr(each, column) is not None), products[0])
    value = getattr(product, column)
    if value is not None:
        yield _differs(column, product, value, file, line, found)
    elif column != "promised_minutes":
        yield broken(
            "article.no_column", file, line, found=found, column=column, product=product.id, product_line=product.line
        )


def _differs(column: str, product: Product, value: object, file: str, line: int, found: str) -> Fault:
    return broken(
        "article.product", file, line, found=found, product_line=product.line, column=column, product=product.id,
        value=value,
    )  # fmt: skip


def _length(seconds: Decimal, lang: str) -> str:
    """`7 天（168 小时）`, `30 minutes`."""
    if seconds % DAY == 0:
        days, hours = int(seconds // DAY), int(seconds // HOUR)
        return f"{days} 天（{hours} 小时）" if lang == "zh" else f"{days} days ({hours}h)"
    if seconds % HOUR == 0:
        return f"{int(seconds // HOUR)} {'小时' if lang == 'zh' else 'hours'}"
    return f"{int(seconds // MINUTE)} {'分钟' if lang == 'zh' else 'minutes'}"
