"""What never leaves for a language model: the one place that takes it out of what a buyer wrote.

Keys, telephone, identity and bank numbers, e-mail and messenger addresses, links, order numbers, passwords and tokens
become a word in brackets for their kind; names, postal addresses and plates where they can be told (redact_people).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from support.assistant.entities import entities
from support.assistant.guard import visible
from support.assistant.masking import mask_keys
from support.assistant.redact_people import without_people

_MASKED = re.compile(r"•+[A-Za-z0-9]*")
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]{1,9}://|www\.)[^\s一-鿿]+", re.IGNORECASE)
_EMAIL = re.compile(
    r"[A-Za-z0-9_.+-]+\s?(?:@|[(\[]\s?at\s?[)\]])\s?[\w-]+(?:\s?\.\s?[A-Za-z][A-Za-z0-9_-]+)+"
    r"|[A-Za-z0-9_.+-]+\s(?:at|艾特)\s(?:qq|163|126|gmail|outlook|hotmail|foxmail|sina|icloud|yahoo)\s?\.\s?com?",
    re.IGNORECASE,
)
_MESSENGER = re.compile(
    r"(?P<label>(?:微信|微訊|企业微信|扣扣|企鹅|抖音|\bQQ|\bv信|\b(?:wechat|weixin|wx|vx|telegram|tg|whatsapp|line|skype|discord))"
    r"\s*(?:号码?|號碼?|id|账号|帳號|no\.?)?\s*(?:[:：=]|是|为|is)?\s*)(?P<name>@?[A-Za-z0-9][\w.#-]{4,31})",
    re.IGNORECASE | re.ASCII,
)
_TOKEN = re.compile(r"(?<![\w-])(?:sk|pk|ghp|xox[a-z]|eyJ)[-_A-Za-z0-9.]{12,}")
_DAY = re.compile(r"(?<!\d)(?<!\d[-/.])(?:19|20)\d\d[-/.][01]?\d[-/.][0-3]?\d(?!\d|[-/.]\d)(?:[ T][0-2]?\d:[0-5]\d)?")
_GAP = r"[\W_]{0,3}"
_PHONE = re.compile(rf"(?<!\d)1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)")
_IDENTITY = re.compile(
    rf"(?<!\d)[1-9]\d{{5}}{_GAP}(?:19|20)\d\d{_GAP}(?:0[1-9]|1[0-2]){_GAP}[0-3]\d{_GAP}\d{{3}}{_GAP}[\dXx](?!\d)"
)
_CARD = re.compile(rf"(?<!\d)\d{{4}}(?:{_GAP}\d{{4}}){{2}}{_GAP}\d{{1,4}}(?:{_GAP}\d{{1,3}})?(?!\d)")
"""Numbers by their groups, whatever stands between them; a day in an identity number is no day."""
_DIGITS = re.compile(r"(?<![\d.])[+(]?\d(?:[ ()/_-]{0,2}\d){6,}[Xx]?(?![\d])")
_SPELLED = re.compile(
    r"[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖](?:[ -]?[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]){6,}"
)
_MIXED = re.compile(
    r"(?<!\d)(?=[\d -]*[零〇一二三四五六七八九幺])(?=[零〇一二三四五六七八九幺 -]*\d)"
    r"[\d零〇一二三四五六七八九幺](?:[ -]?[\d零〇一二三四五六七八九幺]){8,}(?!\d)"
)
"""A number of which some digits are written out."""
_CODE = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9_-]*\d[A-Za-z0-9_-]*\d[A-Za-z0-9_-]*\d)[A-Za-z0-9](?:[_-]?[A-Za-z0-9]){7,}"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"


def redacted(text: str) -> str:
    """`text` as a model may see it: folded, one line, and without what tells who somebody is or opens something."""
    text = visible(text)
    named = entities(text, frozenset())
    text = _TOKEN.sub("[secret]", _LINK.sub("[link]", _EMAIL.sub("[e-mail]", text)))
    text = _MESSENGER.sub(lambda match: match["label"] + "[contact]", text)  # before keys, which a name may look like
    text = _cards(_IDENTITY.sub("[identity number]", text))  # before keys too: four by four they look alike
    text = without_people(text)
    text = _PHONE.sub("[phone]", _MASKED.sub("[key]", mask_keys(text)))
    days: list[str] = []
    text = _DAY.sub(lambda match: _kept(match.group(), days), text)
    text = _SPELLED.sub(_spelled, _DIGITS.sub(_by_kind, _MIXED.sub(_spelled, text)))
    for words, kind in ((named.order_numbers, "[order]"), (named.proof_candidates, "[password]")):
        for one in sorted(words, key=len, reverse=True):
            text = re.sub(rf"(?<![A-Za-z0-9\[]){re.escape(one)}(?![A-Za-z0-9])", kind, text)
    return _back(_CODE.sub("[code]", text), days)


def without_numbers(text: str, kinds: Collection[str]) -> str:
    """`text` as it was written, but for numbers of some kinds: `identity`, `bank_card`, `phone`."""
    if "identity" in kinds:
        text = _IDENTITY.sub("[identity number]", text)
    if "bank_card" in kinds:
        text = _cards(text)
    return _PHONE.sub("[phone]", text) if "phone" in kinds else text


def _cards(text: str) -> str:
    """Bank cards out, wherever in a row of groups of digits they begin and end."""
    at = 0
    while match := _CARD.search(text, at):
        places = [place for place in range(*match.span()) if text[place].isdigit()]
        number = "".join(text[place] for place in places)
        size = next((size for size in range(len(number), 12, -1) if _is_card(number[:size])), 0)
        kind = "[bank card]" if size else text[match.start()]
        text = text[: match.start()] + kind + text[places[size - 1] + 1 if size else match.start() + 1 :]
        at = match.start() + len(kind)
    return text


def _by_kind(match: re.Match[str]) -> str:
    number = "".join(char for char in match.group().upper() if char.isalnum())
    lead = " " if match.group().startswith(" ") else ""
    return lead + kind_of(number)


_WRITTEN = str.maketrans("零〇一幺壹二两贰三叁四肆五伍六陆七柒八捌九玖", "0011122233445566778899")


def _spelled(match: re.Match[str]) -> str:
    """A number that is written out is of the same kinds."""
    return kind_of("".join(char for char in match.group() if char not in " -").translate(_WRITTEN))


def kind_of(number: str) -> str:
    """What a run of digits is, in brackets; `X` may end it."""
    if _is_identity(number):
        return "[identity number]"
    plain = number.removeprefix("86") if len(number) == 13 else number
    if re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}", plain):
        return "[phone]"
    return "[bank card]" if _is_card(number) else "[number]"


def _is_card(number: str) -> bool:
    return 13 <= len(number) <= 19 and number.isdigit() and _luhn(number)


def _is_identity(number: str) -> bool:
    """A resident identity number: 18 places with a check, or the old 15 with a birthday."""
    if re.fullmatch(r"\d{17}[\dX]", number):
        total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
        return _ID_CHECKS[total % 11] == number[-1] or bool(re.fullmatch(r"[1-9]\d{5}(?:19|20)\d\d[01]\d.{6}", number))
    return bool(re.fullmatch(r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}", number))


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def _kept(day: str, days: list[str]) -> str:
    days.append(day)
    return f"\ue000{chr(0xE100 + len(days))}"


def _back(text: str, days: list[str]) -> str:
    for place, day in enumerate(days, 1):
        text = text.replace(f"\ue000{chr(0xE100 + place)}", day)
    return text
