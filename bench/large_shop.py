"""A shop folder of any size, for what grows with it: made-up articles of several sections, and a catalogue."""

from __future__ import annotations

import random
from pathlib import Path

SECTIONS = 10
"""Of an article, each long enough to be a passage of its own."""
_SUBJECTS = (
    "退款", "订单", "卡密", "兑换", "账号", "充值", "会员", "激活", "发货", "区服", "客服", "余额", "支付", "优惠",
    "发票", "平台", "游戏", "点卡", "礼品卡", "质保", "地区", "验证", "密码", "记录",
)  # fmt: skip
_ACTIONS = (
    "查询", "申请", "确认", "更换", "联系", "登录", "提交", "等待", "补发", "核对", "上传", "修改", "取消", "绑定",
)  # fmt: skip
_NAMES = (
    "云海",
    "山川",
    "星月",
    "风雪",
    "花鸟",
    "鱼龙",
    "虎豹",
    "金木",
    "水火",
    "天地",
    "春夏",
    "秋冬",
    "东南",
    "西北",
)
_SAID = (
    "请先{0}{1}", "然后在{1}页面{0}{2}", "如果{1}没有到账，可以{0}{2}", "{1}和{2}以页面显示为准",
    "一般在 {3} 分钟内{0}{1}",
)  # fmt: skip
_COLUMNS = (
    "id,name,kind,region,platform,price,warranty_days,promised_minutes,supplier,return_days,no_return_confirmation,"
    "redeem_help"
)


def write_large_shop(folder: Path, passages: int, products: int, shop: str = "large", seed: int = 7) -> None:
    """A folder with about so many passages of articles, and so many products; equal for equal arguments."""
    draw = random.Random(seed)
    (folder / "articles").mkdir(parents=True)
    (folder / "shop.toml").write_text(f'id = "{shop}"\nlanguages = ["zh-CN"]\n\n[name]\nzh-CN = "大店"\n', "utf-8")
    for number in range(-(-passages // SECTIONS)):
        (folder / "articles" / f"a{number}.md").write_text(_article(draw, number), "utf-8")
    rows = [f"p{number},{_product(draw, number)}" for number in range(products)]
    (folder / "products.csv").write_text("\n".join([_COLUMNS, *rows, ""]), "utf-8")


def _article(draw: random.Random, number: int) -> str:
    subject = f"{draw.choice(_NAMES)}{draw.choice(_SUBJECTS)}{draw.choice(_ACTIONS)} {number}"
    sections = (
        f"## {draw.choice(_SUBJECTS)}{draw.choice(_ACTIONS)}（{one}）\n\n{_text(draw)}" for one in range(SECTIONS)
    )
    ask = f"{draw.choice(_NAMES)}的{draw.choice(_SUBJECTS)}怎么{draw.choice(_ACTIONS)}"
    head = f'---\nid: a{number}\ntitle: {subject}\nlang: zh-CN\nquestions:\n  - "{ask}"\n---\n'
    return head + "\n\n".join([f"# {subject}", *sections]) + "\n"


def _text(draw: random.Random) -> str:
    return (
        "。".join(
            draw.choice(_SAID).format(
                draw.choice(_ACTIONS), draw.choice(_SUBJECTS), draw.choice(_SUBJECTS), draw.randint(1, 90)
            )
            for _ in range(10)
        )
        + "。"
    )


def _product(draw: random.Random, number: int) -> str:
    name = f"{draw.choice(_NAMES)}{draw.choice(_SUBJECTS)}卡 {number}"
    return f"{name},gift_card,国服,示例平台,{draw.randint(5, 500)}.00,,10,示例供货商,,true,"
