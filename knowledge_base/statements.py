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
from knowledge_base.quantities_of_text import Quantity, dates, folded, quantities
from knowledge_base.rules import broken
from knowledge_base.statement_words import (
    ANSWERED,
    ARRIVES,
    DURATION,
    FRACTION,
    FRAGMENT,
    FREE,
    GRANTED,
    PAST,
    PERIODS,
    PRICE,
    SENTENCE,
    SHARE,
    TOPICS,
    WITHIN,
)

DAY, HOUR, MINUTE = 86400, 3600, 60


@dataclass(frozen=True, slots=True)
class _Said:
    """A length of time that a text names, and about what."""

    quantity: Quantity
    fragment: str
    topic: str
    aspect: str
    line: int
    past: bool


@dataclass(slots=True)
class _Policy:
    """What the clauses say of each subject and aspect, in seconds; `before` is what older versions said."""

    said: dict[tuple[str, str], dict[Decimal, Clause]] = field(default_factory=lambda: defaultdict(dict))
    before: dict[tuple[str, str], set[Decimal]] = field(default_factory=lambda: defaultdict(set))
    shares: set[Decimal] = field(default_factory=set)
    by_column: dict[str, dict[Decimal, Clause]] = field(default_factory=lambda: defaultdict(dict))
    """The periods by which clauses of a column's subject decide."""
    before_by_column: dict[str, set[Decimal]] = field(default_factory=lambda: defaultdict(set))


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
    windows = [one for one in _periods(clause.text, 0) if one.aspect == "window"]
    read = clause.text if windows else text
    named = {one.seconds for one in quantities(read) if one.seconds is not None}
    windows = windows or [one for one in _periods(text, 0) if one.aspect == "window"]
    for line in clause.when:
        for match in DURATION.finditer(line.text):
            rule = Decimal(match.group(1)) * {"h": HOUR, "m": MINUTE, "s": 1}[match.group(2)]
            if windows and rule not in named:
                said = windows[0].quantity.text
                yield broken(
                    "policy.text_differs", clause.source, clause.line, clause=clause.id, said=said, said_zh=said,
                    rule_line=line.line, rule=_length(rule, "en"), rule_zh=_length(rule, "zh"),
                )  # fmt: skip


def _policy(versions: tuple[PolicyVersion, ...]) -> _Policy:
    found = _Policy()
    newest = {one.policy: one for one in sorted(versions, key=lambda one: one.effective)}
    for version in versions:
        for clause in version.clauses:
            _take(found, version, clause, stands=version is newest[version.policy])
    return found


def _take(found: _Policy, version: PolicyVersion, clause: Clause, *, stands: bool) -> None:
    """What one clause says, to what stands or to what stood before."""
    durations = {
        Decimal(match.group(1)) * {"h": HOUR, "m": MINUTE, "s": 1}[match.group(2)]
        for line in clause.when
        for match in DURATION.finditer(line.text)
    }
    texts = [f"{one.title}\n{one.text}" for (_, of), one in version.translations.items() if of == clause.id]
    for column, _, words in PERIODS:
        if any(words.search(text) for text in texts):
            if stands:
                found.by_column[column] |= dict.fromkeys(durations, clause)
            else:
                found.before_by_column[column] |= durations
    if stands:
        found.shares |= {Decimal(part) * 100 for part in FRACTION.findall(clause.then.value)}
    written = " ".join([*clause.requests, *(line.text for line in clause.when)])
    texts = [one.text for (_, of), one in version.translations.items() if of == clause.id]
    for topic, names, _ in TOPICS:
        if not any(re.search(rf"\b{name}\b", written) for name in names):
            continue
        said = [("window", seconds) for seconds in durations]
        said += [
            (one.aspect, seconds)
            for text in texts
            for one in _periods(text, 0)
            if (seconds := one.quantity.seconds) is not None
        ]
        for aspect, seconds in said:
            if stands:
                found.said[topic, aspect].setdefault(seconds, clause)
            else:
                found.before[topic, aspect].add(seconds)


def _periods(text: str, line: int, title: str = "") -> Iterator[_Said]:
    """The lengths of time in a text, each with its subject (its sentence's, else the title's) and aspect."""
    plain, of_title = folded(text), _topic(title)
    for one in quantities(text):
        if one.seconds is None:
            continue
        fragment, sentence = _around(FRAGMENT, plain, one.start), _around(SENTENCE, plain, one.start)
        if aspect := _aspect(fragment, sentence):
            topic, place = _topic(sentence) or of_title, line + plain[: one.start].count("\n")
            yield _Said(
                one,
                _around(FRAGMENT, plain, one.start, text).strip(" -*#"),
                topic,
                aspect,
                place,
                of_the_past(sentence),
            )


def _around(pattern: re.Pattern[str], text: str, place: int, written: str = "") -> str:
    """The piece around a place; of `written`, the same text before it was folded, where that is given."""
    found = next((match for match in pattern.finditer(text) if match.start() <= place < match.end()), None)
    return (written or text)[found.start() : found.end()] if found else ""


def of_the_past(sentence: str) -> bool:
    """Whether a sentence speaks of earlier orders or of a day."""
    return bool(dates(sentence) or PAST.search(sentence))


def _topic(text: str) -> str:
    """The one subject that a text speaks of; empty for none and for several."""
    found = {name for name, _, pattern in TOPICS if pattern.search(text)}
    return found.pop() if len(found) == 1 else ""


def _aspect(fragment: str, sentence: str) -> str:
    if ANSWERED.search(fragment):
        return "answer"
    if ARRIVES.search(fragment):
        return ""
    return "window" if WITHIN.search(fragment) and GRANTED.search(sentence) else ""


def _article(article: Article, policy: _Policy, products: Mapping[str, Product]) -> Iterator[Fault]:
    for one in _periods(article.text, article.line, article.title):
        key, seconds = (one.topic, one.aspect), one.quantity.seconds
        there = policy.said.get(key, {})
        stood = one.past and seconds in policy.before.get(key, ())
        if there and seconds is not None and seconds not in there and not stood:
            newest, clause = list(there.items())[-1]
            yield _contradicts(article.source, one.line, one.fragment, newest, clause)
    yield from _shares(article, policy)
    mine = tuple(products[one] for one in article.products if one in products)
    if mine:
        yield from _columns(article.text, mine, article.source, article.line, policy)
    else:
        yield from _of_no_product(article, policy, tuple(products.values()))


def _of_no_product(article: Article, policy: _Policy, products: tuple[Product, ...]) -> Iterator[Fault]:
    """Days of warranty or return in an article that names no product: some clause or product has to have them."""
    plain = folded(article.text)
    for one in quantities(article.text):
        fragment, sentence = _around(FRAGMENT, plain, one.start), _around(SENTENCE, plain, one.start)
        line = article.line + plain[: one.start].count("\n")
        found = _around(FRAGMENT, plain, one.start, article.text).strip(" -*#")
        for column, unit, words in PERIODS[:2]:
            if one.unit != unit or not words.search(_sentence_of(column, fragment, plain, one.start)):
                continue
            if ANSWERED.search(fragment) or ARRIVES.search(fragment):
                continue
            there, having = policy.by_column[column], [each for each in products if getattr(each, column) is not None]
            stood = of_the_past(sentence) and one.seconds in policy.before_by_column[column]
            if stood or one.seconds in there or any(getattr(each, column) == one.number for each in having):
                continue
            if there:
                newest, clause = list(there.items())[-1]
                yield _contradicts(article.source, line, found, newest, clause)
            elif having:
                yield _differs(column, having[0], getattr(having[0], column), article.source, line, found)


def _contradicts(file: str, line: int, found: str, newest: Decimal, clause: Clause) -> Fault:
    return broken(
        "article.period", file, line, found=found, clause=f"{clause.policy}/{clause.id}", clause_file=clause.source,
        clause_line=clause.line, policy=_length(newest, "en"), policy_zh=_length(newest, "zh"),
    )  # fmt: skip


def _shares(article: Article, policy: _Policy) -> Iterator[Fault]:
    """A share that an article would keep or pay back, and no clause does."""
    plain = folded(article.text)
    allowed = {Decimal(0), Decimal(100), *policy.shares, *(100 - share for share in policy.shares)}
    for one in quantities(article.text):
        fragment = _around(FRAGMENT, plain, one.start)
        if one.unit == "percent" and SHARE.search(fragment) and one.number not in allowed and not FREE.search(fragment):
            line = article.line + plain[: one.start].count("\n")
            yield broken("article.share", article.source, line, found=fragment.strip(" -*#"), percent=one.number)


def _columns(
    text: str, products: tuple[Product, ...], file: str, line: int, policy: _Policy, *, one_line: bool = False
) -> Iterator[Fault]:
    """Days of warranty, days of return, promised minutes and prices that the catalogue has otherwise."""
    plain = folded(text)
    for one in quantities(text):
        fragment = _around(FRAGMENT, plain, one.start)
        place = line if one_line else line + plain[: one.start].count("\n")
        found = _around(FRAGMENT, plain, one.start, text).strip(" -*#")
        if one.unit == "money" and PRICE.search(fragment) and len(products) == 1:
            (product,) = products
            if product.price is not None and product.price != one.number:
                yield _differs("price", product, product.price, file, place, found)
        for column, unit, words in PERIODS:
            if one.unit == unit and words.search(_sentence_of(column, fragment, plain, one.start)):
                past = of_the_past(_around(SENTENCE, plain, one.start))
                known = policy.by_column[column].keys() | (policy.before_by_column[column] if past else set())
                if column == "promised_minutes" or one.seconds not in known:
                    yield from _column(column, one, products, file, place, found)


def _sentence_of(column: str, fragment: str, plain: str, start: int) -> str:
    """A return promise may stand beside its days, 未激活的自交付起 7 天内支持无理由退款."""
    return _around(SENTENCE, plain, start) if column == "return_days" else fragment


def _column(
    column: str, one: Quantity, products: tuple[Product, ...], file: str, line: int, found: str
) -> Iterator[Fault]:
    values = {getattr(product, column) for product in products}
    if one.number in values:
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
