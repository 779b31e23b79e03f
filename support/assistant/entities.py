"""What a message names: order numbers, addresses, telephones, money, quantities and proofs of ownership.

A grammar and not intents: each kind has a shape, labels (`订单号：`, `order no.`) widen it, and what one kind took no
other kind takes. All is found in the text after NFKC folding with invisible characters removed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from support.assistant.language import is_word

T = TypeVar("T")
ORDER_NUMBER = "order.number"
ORDER_PROOF = "order.proof"
_LONGEST = 4000

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_EDGE, _END = r"(?<![A-Za-z0-9_-])", r"(?![A-Za-z0-9]|[_-][A-Za-z0-9])"
_BODY = r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*"
_IS = r"(?:\s*(?:[:=#,]|(?:发|發|打|弄)?[错錯]了|不[对對]|[应應][该該]是|是|为|為|is|was))*\s*[\"'“「【\[(]?\s*"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_LINK = re.compile(r"(?:https?://|www\.)[^\s一-鿿]+", re.IGNORECASE)
_NUMBER_LABEL = re.compile(
    r"(?:订单编号|訂單編號|订单号码?|訂單號碼?|商户单号|商戶單號|交易号|交易單號|交易单号|支付单号|单号|單號"
    r"|(?:订单|訂單)(?=[ \t:#\"'“「【(]*[A-Za-z]{1,8}[-_]?[0-9])"
    r"|\border\s*(?:number|num|no\b\.?|id|code|#)|\btrade\s*no\b\.?)" + _IS,
    re.IGNORECASE | re.ASCII,
)
_KEY_LABEL = re.compile(
    r"(?:卡密|卡号|卡號|激活码|激活碼|兑换码|兌換碼|密钥|序列号|优惠码|優惠碼|优惠券|折扣码|税号|稅號|邀请码"
    r"|\b(?:key|cdk|cdkey|kami|serial|voucher|coupon|promo|gift|activation|redeem)(?:\s*(?:code|number|no\.?|key))?"
    r"|(?<!order )\bcode)" + _IS + rf"(?P<code>{_BODY})",
    re.IGNORECASE | re.ASCII,
)
_ACCOUNT = re.compile(
    r"(?:账号|帳號|账户|帳戶|角色|区服|(?<![A-Za-z])(?:u?id|account|profile|character)(?![A-Za-z]))(?:\s*id)?"
    r"(?:(?![账帳订訂单單])\D){0,8}?(?P<code>[0-9]{5,12})(?![0-9])",
    re.IGNORECASE | re.ASCII,
)
"""Whose game it is: “my id is 88231004”. An order's number would be called one, or be longer."""
_MASKED = re.compile("•+[A-Za-z0-9_-]*")
"""A key as the record keeps it: its last characters are no proof."""
_PROOF_LABEL = re.compile(
    r"(?:(?:查询|查詢|查单|查單|取卡|提取|订单|訂單)密[码碼]|(?<!账号)(?<!帳號)(?<!游戏)(?<!登录)(?<!登入)密[码碼]"
    r"|\b(?:(?:query|lookup|search|order)\s*)?(?:password|passcode|pass(?=\s*[:=])|pwd|pw|pin)\b)",
    re.IGNORECASE | re.ASCII,
)
_LINKED = re.compile(
    r"(?P<link>\s*(?:[:=]|\b(?:is|was)\b|是|为|為)\s*|\s*)[\"'“「【]?(?P<value>[^\s,。;、\"'”」】]{2,64})"
)
_ASCII = re.compile(r"[!-~]+")
_TOKEN = re.compile(r"[!-~]{3,64}")
_CODE = re.compile(_EDGE + _BODY + _END)
_MORE = re.compile(rf"\s*(?:[,，、/&+]|和|以及|还有|and)?\s*(?P<code>{_BODY})")
_BESIDE = re.compile(r"[\s,/|(（:、]{1,3}(?P<proof>[A-Za-z0-9][A-Za-z0-9_.-]{3,63})(?![A-Za-z0-9@])")
_PHONE = re.compile(
    r"(?<![\dA-Za-z_-])(?:(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}|\+(?!86)\d{1,3}[ -]?\d(?:[ -]?\d){5,12})"
    r"(?![\dA-Za-z_-])",
    re.ASCII,
)
_DATE = re.compile(
    r"(?<![\w-])(?:(?:19|20)\d\d([-/.])[01]?\d\1[0-3]?\d|[0-3]?\d/[01]?\d/(?:19|20)\d\d)(?![\w-])"
    r"|(?<!\d)(?:\d{2,4}年)?\d{1,2}月\d{1,2}[日号號]?|(?<![\d:])[0-2]?\d:[0-5]\d(?::[0-5]\d)?(?![\d:])",
    re.ASCII,
)
_NAMES = frozenset({"phone", "tel", "mail", "email", "e-mail", "contact", "order", "password"})
_SIGNS = {"¥": "CNY", "$": "USD", "€": "EUR", "£": "GBP", "HK$": "HKD", "US$": "USD", "NT$": "TWD"}
_UNITS = {
    "元": "CNY", "块": "CNY", "塊": "CNY", "圆": "CNY", "rmb": "CNY", "cny": "CNY", "yuan": "CNY", "人民币": "CNY",
    "美元": "USD", "美金": "USD", "刀": "USD", "usd": "USD", "dollars": "USD", "dollar": "USD", "bucks": "USD",
    "欧元": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "港币": "HKD", "hkd": "HKD", "usdt": "USDT",
}  # fmt: skip
_FIGURE = r"(?P<{0}>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?|\d{{1,9}}(?:\.\d{{1,2}})?)"
_AMOUNT = re.compile(
    rf"(?P<sign>HK\$|US\$|NT\$|[¥$€£])\s?{_FIGURE.format('after')}(?![\d.]*\d)"
    rf"|(?<![\w.]){_FIGURE.format('before')}\s?(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
    r"(?![A-Za-z])",
    re.IGNORECASE | re.ASCII,
)
_QUANTITY = re.compile(
    r"(?<![\w.])(?P<n>\d{1,5})\s?(?:张|張|个|個|份|件|套|条|條|组|枚|(?:pcs|pieces|codes|keys|cards|copies|x)\b)",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """Money that was named; `currency` is a code of three or four letters."""

    value: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Entities:
    """What a message names, each kind in order of appearance and without repeats.

    `order_numbers` are as typed after folding; `support.orders.number.normalise_number` makes them comparable.
    `proof_candidates` are only worth comparing with an order's proofs: whether one is right, the order says.
    """

    order_numbers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    proof_candidates: tuple[str, ...] = ()
    quantities: tuple[int, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """What identifies: numbers, addresses, telephones and proofs."""
        return (*self.order_numbers, *self.emails, *self.phones, *self.proof_candidates)


def entities(text: str, asked: frozenset[str] = frozenset()) -> Entities:
    """Find what `text` names; `asked` are the facts asked for last (`order.number`, `order.proof`, …).

    Where a proof was asked for, a message that is one bare word is that proof.
    """
    page = _Page(_fold(text))
    emails = page.take(_EMAIL)
    page.take(_LINK)
    page.take(_MASKED)
    labelled = _labelled_numbers(page)
    proofs = (*_labelled_proofs(page), *page.beside)
    _drop_keys(page)
    _drop_accounts(page)
    amounts = tuple(_amount(match) for match in page.matches(_AMOUNT))
    page.take(_DATE)
    phones = page.take(_PHONE)
    quantities = tuple(int(match["n"]) for match in page.matches(_QUANTITY))
    page.beside.clear()
    numbers = labelled if _answers_proof(page, asked, labelled, proofs) else (*labelled, *_bare_numbers(page))
    bare = (*page.beside, *_bare_proofs(page, asked, numbers))
    return Entities(
        _once(numbers), _once(emails), _once(phones), _once(amounts), _once((*proofs, *bare)), _once(quantities)
    )


class _Page:
    """Folded text in which each stretch is taken once: what was taken becomes spaces.

    `beside` are the words with letters and digits right behind an order number: people write the password there.
    """

    def __init__(self, text: str) -> None:
        self.rest = text
        self.beside: list[str] = []

    def matches(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        found = list(pattern.finditer(self.rest))
        for match in found:
            self.blank(*match.span())
        return found

    def take(self, pattern: re.Pattern[str]) -> tuple[str, ...]:
        return tuple(match.group().rstrip(".") for match in self.matches(pattern))

    def look_beside(self, end: int) -> None:
        """Take the word behind an order number that ends there, if it may be a password."""
        match = _BESIDE.match(self.rest, end)
        if match and _may_be_password(match["proof"]):
            self.beside.append(match["proof"].rstrip("."))
            self.blank(*match.span("proof"))

    def blank(self, start: int, end: int) -> None:
        self.rest = self.rest[:start] + " " * (end - start) + self.rest[end:]


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text[:_LONGEST]))
    return re.sub("[‐‑‒–—―−]", "-", folded)


def _once(found: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found))


def _labelled_numbers(page: _Page) -> tuple[str, ...]:
    """Codes of three characters or more with a digit behind a label, and those listed on after them."""
    found: list[str] = []
    for label in _NUMBER_LABEL.finditer(page.rest):
        at = label.end()
        while (more := _MORE.match(page.rest, at)) and _is_labelled_code(more["code"], first=at == label.end()):
            found.append(more["code"])
            page.blank(*more.span("code"))
            at = more.end()
        if at > label.end():
            page.look_beside(at)
    return tuple(found)


def _is_labelled_code(code: str, *, first: bool) -> bool:
    digits = sum(character.isdigit() for character in code)
    return len(code) <= 40 and (digits >= 1 and len(code) >= 3 if first else _is_code(code))


def _labelled_proofs(page: _Page) -> tuple[str, ...]:
    found: list[str] = []
    for label in _PROOF_LABEL.finditer(page.rest):
        linked = _LINKED.match(page.rest, label.end())
        if linked and (values := _passwords(_closed(linked["value"]), linked["link"].strip())):
            found.extend(values)
            page.blank(*linked.span("value"))
    return tuple(found)


def _closed(value: str) -> str:
    """Without the marks that end a sentence, or a bracket that was opened before the password."""
    value = value.rstrip(".!?")
    return value if "(" in value else value.rstrip(")").rstrip(".!?")


def _passwords(value: str, link: str) -> tuple[str, ...]:
    """What may be the password: all after a colon; else only with a digit, so that `密码是什么` names none."""
    if link and link in ":=":
        return (value,)
    start = _ASCII.match(value)
    if start and _has_digit(start.group()):
        return (value, start.group()) if link else (start.group(),)
    return (value,) if link and _has_digit(value) else ()


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _drop_keys(page: _Page) -> None:
    """A key, coupon or tax number is no order number."""
    for match in list(_KEY_LABEL.finditer(page.rest)):
        if len(match["code"]) >= 6 and _has_digit(match["code"]):
            page.blank(*match.span("code"))


def _drop_accounts(page: _Page) -> None:
    """The account that is topped up is no order; a telephone behind the word is left to be one."""
    for match in list(_ACCOUNT.finditer(page.rest)):
        if not _PHONE.fullmatch(match["code"]):
            page.blank(*match.span("code"))


def _bare_numbers(page: _Page) -> tuple[str, ...]:
    found = [match for match in _CODE.finditer(page.rest) if _is_code(match.group())]
    for match in found:
        page.blank(*match.span())
        page.look_beside(match.end())
    return tuple(match.group() for match in found)


def _may_be_password(word: str) -> bool:
    """Letters and digits both, and neither a quantity nor another number."""
    mixed = _has_digit(word) and any(character.isalpha() for character in word)
    return mixed and not _QUANTITY.fullmatch(word) and not _is_code(word.rstrip("."))


def _is_code(code: str) -> bool:
    """Eight to 32 letters and digits, three digits at least, not a day, not a name, not a key in five-letter groups."""
    solid = re.sub("[-_]", "", code)
    digits = sum(character.isdigit() for character in solid)
    if not 8 <= len(solid) <= 32 or digits < 3 or _is_day(solid):
        return False
    wordy = re.search(r"[a-z]{5,}", code) and digits < len(solid) / 2
    return not wordy and not re.fullmatch(r"[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){3,}|[A-Z0-9]{5}(?:-[A-Z0-9]{5}){2}", code)


def _is_day(digits: str) -> bool:
    try:
        return len(digits) == 8 and 1990 <= date.fromisoformat(digits).year <= 2099
    except ValueError:
        return False


def _answers_proof(page: _Page, asked: frozenset[str], numbers: tuple[str, ...], proofs: tuple[str, ...]) -> bool:
    """Whether the message is one bare word in answer to a question for a proof and not for an order number."""
    wanted = ORDER_PROOF in asked and ORDER_NUMBER not in asked
    return wanted and not numbers and not proofs and bool(_TOKEN.fullmatch(page.rest.strip()))


def _bare_proofs(page: _Page, asked: frozenset[str], numbers: tuple[str, ...]) -> tuple[str, ...]:
    """Short words where a proof was asked for, or beside an order number in a message of codes alone."""
    words = [word for piece in page.rest.split() if (word := piece.strip(",。.;/、:|")) and word not in _NAMES]
    alone = bool(numbers) and len(words) <= 2
    if ORDER_PROOF not in asked and not alone:
        return ()
    if len(words) == 1 and _TOKEN.fullmatch(words[0]) and not is_word(words[0]):
        return (words[0],)
    return tuple(word for line in words for word in _TOKEN.findall(line) if _has_digit(word))


def _amount(match: re.Match[str]) -> Amount:
    figure = match["after"] or match["before"]
    currency = _SIGNS[match["sign"].upper()] if match["sign"] else _UNITS[match["unit"].lower()]
    return Amount(Decimal(figure.replace(",", "")), currency)
