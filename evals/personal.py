"""Chinese personal data in chat sentences, drawn from a seed: invented people, right check digits, many ways to write.

Nobody's: names and addresses are put together at random, numbers are drawn. What no redaction may take for it (orders,
amounts, days, versions, quantities) stands beside it and in sentences of its own.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "司徒", "夏侯")
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文辉力志宁欣雨晨梓涵浩然子轩思琪佳怡"
PLACES = (
    "浙江省杭州市西湖区",
    "广东省深圳市南山区",
    "北京市朝阳区",
    "上海市浦东新区",
    "四川省成都市武侯区",
    "江苏省苏州市",
    "湖北省武汉市洪山区",
    "福建厦门思明区",
)
VILLAGES = ("幸福村18组", "三里屯SOHO 5号商场", "望京街道阜通社区", "大学城北门宿舍6栋")
ROADS = ("文三路", "中山北路", "人民南路", "解放大道", "学院路", "科技园路", "滨江东街", "长安西街")
CODES = {"010": 8, "021": 8, "0571": 8, "0755": 8, "0512": 8, "0771": 7, "0898": 8}
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青川宁琼"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS_HAN = str.maketrans("0123456789", "零一二三四五六七八九")
DIGITS_PHONE = str.maketrans("0123456789", "零幺二三四五六七八九")
WIDE = str.maketrans("0123456789X-.@", "０１２３４５６７８９Ｘ－．＠")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A chat message. `holds` are `(kind, how it is written)` that must go; `keeps` is what must stay."""

    text: str
    holds: tuple[tuple[str, str], ...]
    keeps: tuple[str, ...]


Make = Callable[[random.Random], str]


def _digits(draw: random.Random, n: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(n))


def _mobile(draw: random.Random) -> str:
    return "1" + draw.choice("3456789") + _digits(draw, 9)


def _landline(draw: random.Random) -> str:
    code = draw.choice(list(CODES))
    return code + draw.choice("2345678") + _digits(draw, CODES[code] - 1)


def _identity(draw: random.Random) -> str:
    day = f"{draw.randint(1950, 2012)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
    body = draw.choice(("110101", "330106", "440305", "510107", "310115", "420111")) + day + _digits(draw, 3)
    return body + CHECKS[sum(int(one) * weight for one, weight in zip(body, WEIGHTS, strict=True)) % 11]


def _card(draw: random.Random) -> str:
    size = draw.choice((16, 19))
    body = draw.choice(("622202", "621700", "622848", "955880", "621661")) + _digits(draw, size - 7)
    total = sum(sum(divmod(2 * int(one), 10)) if place % 2 == 0 else int(one) for place, one in enumerate(body[::-1]))
    return body + str(-total % 10)


def _email(draw: random.Random) -> str:
    name = draw.choice(("lihua", "wang.wei", "zhang_san", "chenxi88", _digits(draw, 9)))
    return f"{name}@{draw.choice(('qq.com', '163.com', 'gmail.com', 'foxmail.com', 'mail.example.cn'))}"


def _wechat(draw: random.Random) -> str:
    return draw.choice(("wx_", "li-", "zhang", "cat")) + _digits(draw, 5) + draw.choice(("a", "_cn", ""))


def _qq(draw: random.Random) -> str:
    return draw.choice("123456789") + _digits(draw, draw.choice((7, 8, 9)))


def _name(draw: random.Random) -> str:
    family = draw.choice(COMPOUND) if draw.random() < 0.1 else draw.choice(SURNAMES)
    return family + "".join(draw.choice(GIVEN) for _ in range(draw.choice((1, 2, 2))))


def _address(draw: random.Random) -> str:
    if draw.random() < 0.15:
        return draw.choice(PLACES) + draw.choice(VILLAGES)
    end = draw.choice(("3栋2单元501室", "12号楼1803", "B座909", "5幢101室", ""))
    return f"{draw.choice((*PLACES, ''))}{draw.choice(ROADS)}{draw.randint(1, 999)}号{end}"


def _plate(draw: random.Random) -> str:
    body = draw.choice(LETTERS) + _digits(draw, 3) + draw.choice(LETTERS)
    return draw.choice(PROVINCES) + draw.choice(LETTERS) + draw.choice(("", "·", " ")) + body


MAKES: Mapping[str, Make] = {
    "mobile": _mobile, "landline": _landline, "identity": _identity, "card": _card, "email": _email,
    "wechat": _wechat, "qq": _qq, "name": _name, "address": _address, "plate": _plate,
}  # fmt: skip
SAID: Mapping[str, tuple[str, ...]] = {
    "mobile": ("我的手机号是{}，请联系我", "打我电话{}", "{}这个号码能打通", "手机{}，下单时用的",
               "留的电话是{}不对吗", "联系方式：{}"),
    "landline": ("座机{}，上班时间有人", "公司电话{}", "请打{}找我", "固话：{}"),
    "identity": ("身份证{}", "我的身份证号是{}，可以实名吗", "证件号码：{}", "实名用的是{}"),
    "card": ("银行卡{}", "退到这张卡{}吧", "卡号是{}，招商的", "工行{}收款"),
    "email": ("发到我邮箱{}", "邮箱：{}", "{}收不到邮件", "请把卡密重发到{}谢谢"),
    "wechat": ("加我微信{}", "微信号：{}", "我的wx是{}", "微信 {} 找我"),
    "qq": ("QQ{}", "加QQ：{}", "我的扣扣是{}", "qq号 {}"),
    "name": ("收货人：{}", "姓名{}，帮我查一下", "我叫{}，昨天下的单", "收件人是{}", "开户名：{}", "联系人 {}",
             "寄给{}就行", "麻烦{}收一下", "我是{}"),
    "address": ("地址：{}", "请寄到{}", "我住在{}，能上门吗", "收货地址是{}", "{}，放门口"),
    "plate": ("车牌{}", "我的车是{}，充值ETC", "车牌号：{}绑定错了"),
}  # fmt: skip
PAID = ("49.00元", "128元", "￥30.50", "100元", "12.8元")
KEEPS = (*PAID, "3张", "2026-11-20 12:30", "11月20日", "100元点卡", "8折", "30分钟")
ORDERS = ("SC20261118001", "20261118093355128", "DJ8K2M4P6Q8R0T2V")
WITHOUT = (
    "付了{}还没到账", "我买了{}，少发了一张", "{}下的单怎么还没发货", "{}能用多久", "退了{}对吗", "第2次问了，{}",
    "满{}才能用券吗",
)  # fmt: skip
ABOUT_NAMES = (
    "收货人写错了能改吗", "姓名要和身份证一样吗", "联系人那栏填什么", "我叫客服来看看", "收件人不是我",
    "开户名和卡号不一致怎么办", "高级会员多少钱", "黄金会员能退吗", "金币没到账", "这条路上信号不好，3号才发货吗",
    "北京市能用吗", "广东地区可以激活吗",
)  # fmt: skip
"""Sentences with the words that announce people and places, and nobody in them."""


def ways(kind: str, plain: str, draw: random.Random) -> str:
    """One of the ways in which people write it."""
    if kind not in {"mobile", "landline", "identity", "card"}:
        return plain.translate(WIDE) if kind in {"email", "qq"} and draw.random() < 0.15 else plain
    groups = _groups(kind, plain)
    pick = draw.choice(("plain", "plain", "plain", "grouped", "dashed", "wide", "han", "mixed", "spread"))
    if pick == "han" and plain.isdigit() and kind in {"mobile", "landline"}:
        return plain.translate(draw.choice((DIGITS_HAN, DIGITS_PHONE)))
    if pick == "mixed" and kind == "mobile":
        return "".join(one.translate(DIGITS_HAN) if draw.random() < 0.3 else one for one in plain)
    return {
        "grouped": " ".join(groups), "dashed": "-".join(groups), "wide": plain.translate(WIDE),
        "spread": " ".join(plain) if kind == "mobile" else plain,
    }.get(pick, plain)  # fmt: skip


def _groups(kind: str, plain: str) -> tuple[str, ...]:
    if kind == "mobile":
        return plain[:3], plain[3:7], plain[7:]
    if kind == "landline":
        cut = 3 if plain.startswith(("010", "021")) else 4
        return plain[:cut], plain[cut:]
    if kind == "identity":
        return plain[:6], plain[6:14], plain[14:]
    return tuple(plain[at : at + 4] for at in range(0, len(plain), 4))


def corpus(seed: int, each: int) -> Iterator[Sentence]:
    """So many sentences of each kind, and as many of nobody as of two kinds."""
    draw = random.Random(seed)
    for kind, make in MAKES.items():
        for _ in range(each):
            written = ways(kind, make(draw), draw)
            text = draw.choice(SAID[kind]).format(written)
            keeps: tuple[str, ...] = ()
            if draw.random() < 0.3:
                kept = draw.choice(PAID)
                text, keeps = f"{text}，付了{kept}", (kept,)
            yield Sentence(text, ((kind, written),), keeps)
    for _ in range(2 * each):
        kept = draw.choice((*KEEPS, *ORDERS))
        yield Sentence(draw.choice(WITHOUT).format(kept), (), (kept,))
    for text in ABOUT_NAMES:
        yield Sentence(text, (), (text,))


HELD: tuple[tuple[str, str, str], ...] = (
    ("mobile", "13912345678", "老板我换号了，新的13912345678，旧的不用了"),
    ("mobile", "一八六八八八八六六六六", "一八六八八八八六六六六加我"),
    ("mobile", "186 8888 6666", "短信没收到 186 8888 6666"),
    ("mobile", "+86-150-1234-5678", "int'l: +86-150-1234-5678"),
    ("landline", "(0755)26881234", "办公室(0755)26881234转8003"),
    ("landline", "021 5888 6666", "打021 5888 6666没人接"),
    ("identity", "33010619900101123X", "33010619900101123X 这个实名过不去"),
    ("identity", "110101199003077475", "证件110101199003077475是我爸的"),
    ("card", "6222 0212 3456 7890 128", "钱打6222 0212 3456 7890 128"),
    ("email", "abc＠qq．com", "卡密发abc＠qq．com"),
    ("email", "li.lei@corp.example.com", "抄送一份给li.lei@corp.example.com"),
    ("wechat", "zhangsan2020", "vx zhangsan2020"),
    ("wechat", "liming_88", "徽信liming_88"),
    ("qq", "123456789", "企鹅号123456789加一下"),
    ("qq", "987654321", "qq九八七六五四321"),
    ("name", "赵敏", "快递写赵敏收"),
    ("name", "欧阳修远", "实名是欧阳修远"),
    ("name", "陈建国", "付款人陈建国"),
    ("name", "林晓彤", "我叫林晓彤啊"),
    ("name", "孙悦", "本人孙悦，已付款"),
    ("name", "阿不都热西提", "姓名：阿不都热西提"),
    ("address", "朝阳门外大街18号丰联广场", "送朝阳门外大街18号丰联广场"),
    ("address", "科苑南路2666号华润大厦", "我在科苑南路2666号华润大厦上班"),
    ("address", "翠苑四区16幢3单元", "翠苑四区16幢3单元，别送错"),
    ("address", "天河城负一层", "广州市天河区天河城负一层"),
    ("plate", "粤BD12345", "绿牌粤BD12345"),
    ("plate", "浙A8888警", "车是浙A8888警"),
    ("plate", "沪A·D1234", "沪A·D1234办ETC"),
)
"""Written apart and never looked at while the redaction was mended."""
