"""Terms: what keywords are, in Chinese and in languages written with spaces."""

from __future__ import annotations

import re
import unicodedata

# The characters that differ most often between the two ways of writing Chinese, so that 退款訂單 finds 退款订单.
_TRADITIONAL = (
    "這個們來為時說對會過後發現樣還國學開關問間無從動長經見進種麼沒請號碼訂單買賣錢貨費購價優換兌啟啓遊戲戶帳賬驗證認權銷聯繫係電話郵網頁鏈連線區語設備機腦載裝軟體級員續約總額餘儲貼點數"
    "幣圓圖條項規則據實質產業務處執達運選擇確讓給應該與於須馬幾氣題難錯誤損壞舊紅綠藍銀鐵鑰類願頭視頻聽讀寫書報紙筆聲樂術師親愛歡謝邊裡裏內兩雙萬億歲歷曆際節準標極構檢測試評論議討訴記許"
    "詢詳誰調談諮變資賠賺贈輸轉較輕辦農適遲遠違釋針鍵鎖門閉閱隊階隨險離雖靜響頂順預領顆顯飛養館驅鬆魚鳥麗黃齊齡龍當將專導層屬嗎嘗圍場塊夠夢奪奮婦媽孫審寶帶幫幹庫廠廣張彈強徑復複徵憑憶懷"
    "戰拋掃掛採揮搶撥擁擊擔擴擺攜攝敗敵斷暫暢曉東榮槍樓樹橋檔櫃歐殘殺毀決況淨減湯溝滿漲漸潔濟濾灣災煩熱燈營牽犧狀獎獨獲環療盡盤監礎禮稅穩積築簡簽糾紀純細終組結絕絡統維綜綁緊編緩縣縮織繞"
    "繼纔罰羅義習聞職聰脫臨舉艙艱藝藥蘋蘭虧蟲補觀覺覽觸訊訓託訪詞誠課講謹譯護譽豐貓財貢貧販貪責貴貸賓賞賴贏趕趨跡踐車軍軌輛輩辭遙遞遷遺鄉醫釣鈔鋪錄鎮鏡鐘閃閒闆陣陰陸陽隱雜雲靈韓頓頗顧風"
    "飯騙騰鬥鬧齒臺製錶範佔併傳債傷僅儘償劃劇劵勝勞勢勵協卻參叢喚嚴團異畫盜祕稱窮競籤糧紹絲羣聖肅腳膚臉蓋薦衛衝註詐誘謊譜賭賽週釘銘鋼錦鏢闖顏飾駕驚黨僱僞偽侷冊凍刪別剛創勳華喪囑墊壓壘壯"
    "壽夾奧妝娛嬰寢尋屆嶄巖帥幀廢彙匯憂慘慣態慮慶戀撐擾攔攤曬樞橫檯歸殼毆氾沖洩涼淚淵潛澤濕瀏爛爭牆獄瑣畢癥皺瞭矚砲碩禍禦稟竊筍糰紐紋納紛緒緣繪繳罷聳膽艦蕭螢蠻襲訝詩誇諒謀賜贊讚躍軸輔輪"
    "邏鄭釐鋒鍛鑑鑒鑽閣闊隸雞韌頒飢餓驟鬍鮮鹽麥"
)
_SIMPLIFIED = (
    "这个们来为时说对会过后发现样还国学开关问间无从动长经见进种么没请号码订单买卖钱货费购价优换兑启启游戏户账账验证认权销联系系电话邮网页链连线区语设备机脑载装软体级员续约总额余储贴点数"
    "币圆图条项规则据实质产业务处执达运选择确让给应该与于须马几气题难错误损坏旧红绿蓝银铁钥类愿头视频听读写书报纸笔声乐术师亲爱欢谢边里里内两双万亿岁历历际节准标极构检测试评论议讨诉记许"
    "询详谁调谈咨变资赔赚赠输转较轻办农适迟远违释针键锁门闭阅队阶随险离虽静响顶顺预领颗显飞养馆驱松鱼鸟丽黄齐龄龙当将专导层属吗尝围场块够梦夺奋妇妈孙审宝带帮干库厂广张弹强径复复征凭忆怀"
    "战抛扫挂采挥抢拨拥击担扩摆携摄败敌断暂畅晓东荣枪楼树桥档柜欧残杀毁决况净减汤沟满涨渐洁济滤湾灾烦热灯营牵牺状奖独获环疗尽盘监础礼税稳积筑简签纠纪纯细终组结绝络统维综绑紧编缓县缩织绕"
    "继才罚罗义习闻职聪脱临举舱艰艺药苹兰亏虫补观觉览触讯训托访词诚课讲谨译护誉丰猫财贡贫贩贪责贵贷宾赏赖赢赶趋迹践车军轨辆辈辞遥递迁遗乡医钓钞铺录镇镜钟闪闲板阵阴陆阳隐杂云灵韩顿颇顾风"
    "饭骗腾斗闹齿台制表范占并传债伤仅尽偿划剧券胜劳势励协却参丛唤严团异画盗秘称穷竞签粮绍丝群圣肃脚肤脸盖荐卫冲注诈诱谎谱赌赛周钉铭钢锦镖闯颜饰驾惊党雇伪伪局册冻删别刚创勋华丧嘱垫压垒壮"
    "寿夹奥妆娱婴寝寻届崭岩帅帧废汇汇忧惨惯态虑庆恋撑扰拦摊晒枢横台归壳殴泛冲泄凉泪渊潜泽湿浏烂争墙狱琐毕症皱了瞩炮硕祸御禀窃笋团纽纹纳纷绪缘绘缴罢耸胆舰萧萤蛮袭讶诗夸谅谋赐赞赞跃轴辅轮"
    "逻郑厘锋锻鉴鉴钻阁阔隶鸡韧颁饥饿骤胡鲜盐麦"
)
_TO_SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLIFIED)

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_HAN}]+|\d+(?:\.\d+)+|[^\W_{_HAN}]+(?:'[^\W_{_HAN}]+)?")
_HAS_HAN = re.compile(rf"[{_HAN}]")

# Words that ask rather than name: rare in statements, so their weight would be high and mean nothing.
_EMPTY_HAN = frozenset("的了吗呢吧啊呀么嘛我你您他她它们是在就都也还要想请问这那和与及把被给个哪")
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\S+",
        "a an the is are was were be been am i me my you your we our it its he she they them this that these those "
        "do does did done can could will would shall should may might must have has had of to in on at for from with "
        "by as and or but if then than so not no what which who whom when where why how there here any some please "
        "i'm i've don't can't it's what's",
    )
)
_ENDINGS = (("ies", "y"), ("ing", ""), ("ied", "y"), ("ed", ""), ("es", ""), ("s", ""))


def normalise(text: str) -> str:
    """`text` with full-width forms folded (NFKC), lower-cased, and traditional characters made simplified."""
    return unicodedata.normalize("NFKC", text).lower().translate(_TO_SIMPLIFIED)


def terms(text: str) -> list[str]:
    """Keywords of `text` in order, repeats kept: Han unigrams and bigrams, lightly stemmed words, numbers."""
    found: list[str] = []
    for token in _TOKEN.findall(normalise(text)):
        if _HAS_HAN.match(token):
            found.extend(character for character in token if character not in _EMPTY_HAN)
            found.extend(token[i : i + 2] for i in range(len(token) - 1))
        elif token not in _EMPTY_WORDS:
            found.append(_stem(token))
    return found


def language_of(text: str) -> str:
    """`zh` where the text is written in Chinese, else `en`: all that weighting keywords needs to know."""
    han = len(_HAS_HAN.findall(text))
    latin = len(re.findall(r"[A-Za-z]+", text))
    return "zh" if han and han >= latin else "en"


def speech(lang: str) -> str:
    """The language without its region: `zh` for `zh-CN`."""
    return lang.split("-", maxsplit=1)[0].lower()


def _stem(word: str) -> str:
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            stem = word[: len(word) - len(ending)] + instead
            return _undouble(stem) if ending in ("ing", "ed") else stem.removesuffix("e") or stem
    return word.removesuffix("e") if len(word) > 4 else word


def _undouble(stem: str) -> str:
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "ls" else stem.removesuffix("e")
