"""Names, postal addresses and number plates in Chinese, where something announces them or their form is theirs alone.

A name is known by what stands before it (收货人, 我叫 …) and by its family name; without such a word it is not, for
nearly every pair of characters is somebody's name. An address needs a road or a village with a number, or a word
that announces one. Both would rather miss one than take out what a message is about.
"""

from __future__ import annotations

import re

_HAN = "一-鿿"
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣葉蘇"
)
_DOUBLE = "欧阳|司马|上官|诸葛|司徒|夏侯|东方|皇甫|尉迟|公孙|慕容|令狐|歐陽"
_TO_WHOM = "收货人|收件人|收貨人|联系人|聯繫人|持卡人|户主|开户名|开户人|户名|机主|乘车人"
_CALLED = "姓名|真名|我叫|我的名字(?:是|叫)?|名字(?:是|叫)"
_ANNOUNCES = f"{_TO_WHOM}|{_CALLED}"
_NEXT = "的|手机|电话|身份|地址|账|微信|号码|先生|女士|小姐|收|昨|今|前天|上|在|要|想|请|是我|本人|和|跟|这|订|下单|买"
_AFTER = rf"(?=[^{_HAN}]|$|{_NEXT})"
_NAME = re.compile(
    rf"(?P<label>(?:{_ANNOUNCES})\s*(?:改成|改为|应该是|是|为|叫)?\s*[:：=]?\s*)"
    rf"(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}?|[{_FAMILY}][{_HAN}]{{1,2}}?){_AFTER}"
)
_IS = re.compile(
    rf"(?P<label>(?:我是|寄给|转交给?|麻烦)\s*)(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}?|[{_FAMILY}][{_HAN}]{{1,2}}?)"
    rf"(?=[^{_HAN}]|$|收一?下|签收|就行|即可)"
)
_NOBODY = re.compile(
    rf"[{_FAMILY}](?:[不没无错对要写填改用能号额级家你我他]|先生|女士)|金[卡币]|周[一二三四五六日末]|马上|黄金|白[天金]|万一|任何|方便|高级"
)
_ADMIN = rf"(?:[{_HAN}]{{1,5}}?(?:省|自治区|市|州|区|县|旗))"
_NORTH = "北京|天津|河北|山西|辽宁|吉林|黑龙江|内蒙古|陕西|甘肃|青海|宁夏|新疆|山东|河南"
_SOUTH = "上海|重庆|江苏|浙江|安徽|福建|江西|湖北|湖南|广东|海南|四川|贵州|云南|广西|西藏|香港|澳门|台湾"
_SHORT = f"(?:{_NORTH}|{_SOUTH})"
_ROAD = rf"[{_HAN}]{{1,8}}?(?:路|街|大道|大街|巷|弄|胡同|道|村|镇|里|小区|花园|苑)"
_DOOR = "(?:号楼|号院|号|弄|幢|栋|座|组)"
_PART = rf"[{_HAN}]{{0,6}}?[A-Za-z0-9一二三四五六七八九十-]{{1,6}}\s*(?:{_DOOR}|单元|层|楼|室|房|户)"
_REST = rf"(?:{_PART}){{0,4}}(?:[0-9]{{1,5}}(?![0-9]))?"
_PLACE = re.compile(rf"(?:{_SHORT}|{_ADMIN}){{0,4}}{_ROAD}[0-9一二三四五六七八九十百零]{{1,5}}\s*{_DOOR}{_REST}")
_BUILT = "村|街道|社区|宿舍|商场|大厦|广场|中心|校区|大学|医院|园区|[0-9]{1,4}(?:栋|号|幢|座|组|室)"
_WITHIN = re.compile(
    rf"(?:{_SHORT}|{_ADMIN}){{2,4}}(?!的)(?=[^\n,，。;；!！?？]{{0,20}}(?:{_BUILT}))[^\n,，。;；!！?？]{{2,30}}"
)
"""In a town and a district of it: whatever follows with a word for what is built."""
_TOLD = re.compile(
    r"(?P<label>(?:地址|住址)\s*(?:改成|改为|是|为|在)?\s*[:：=]\s*"
    r"|(?:收货|收件|家庭|公司)(?:地址|住址)\s*(?:改成|改为|是|为)\s*)"
    r"[^\n,，。;；!！?？]{4,60}"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Za-hj-np-z]\s?[·.•]?\s?(?=[A-Za-z]*\d)[A-HJ-NP-Za-hj-np-z0-9]{{5,6}}(?![A-Za-z0-9])"
)


def without_people(text: str) -> str:
    """`text` with a word in brackets for each name, address and plate that is known for one; folded text alone."""
    text = _PLATE.sub("[plate]", text)
    text = _TOLD.sub(lambda match: match["label"] + "[address]", text)
    text = _PLACE.sub("[address]", text)
    text = _WITHIN.sub("[address]", text)
    return _IS.sub(_name, _NAME.sub(_name, text))


def _name(match: re.Match[str]) -> str:
    found = match.group()[len(match["label"]) :]
    return match.group() if _NOBODY.match(found) else match["label"] + "[name]"
