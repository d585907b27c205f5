"""What holds digits and states nothing: names, document numbers, telephone numbers, ages of groups, list markers.

Each is replaced by a filler of the same length before numbers are looked for, so that offsets stay.
"""

from __future__ import annotations

import re

FILLER = "¤"
HANZI = "一二两三四五六七八九十"

_UNITS_AFTER_LATIN = r"(?:SCI|EI|CMI|QCC?|CSCD)(?=\d+(?:\.\d+)?(?:[余多]?[篇项个]|[,。;、至到-]))"
_LATIN_UNIT = r"(?:km|kg|mg|ml|cm|mm|kWh|GB|TB|PB|DDDs|KM|ML|KG|L|g|m)(?![A-Za-z])"

_PATTERNS = [
    # documents, titles, addresses
    r"[\u4e00-\u9fff]{0,8}[〔\[(【](?:19|20)\d{2}[〕\])】]\s?\d+号",
    r"《[^》]{1,80}》",
    r"https?://[\w./?=&%:#-]+|www\.[\w./?=&%-]+|[\w.+-]+@[\w.-]+",
    r"(?:电话|热线|传真|邮编|咨询|QQ|微信号?)[:为是]?\s?[\d() -]{5,20}",
    r"\(0\d{2,3}\)\s?\d{3,4}[ -]?\d{4}|(?<!\d)0\d{2,3}-\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)|400-\d{3}-?\d{4}|(?<![\d.])\d{9,}(?!\d*[万亿元人])",
    r"(?:拨打|致电)[^,。;]{0,4}?\d{3,12}",
    r"(?<!\d)(?:12320|12345|12393|12356|12331|12315|12388|120|110|119|122)(?=急救|热线|电话|指挥|调度|接警|平台|中心|求助|救护|系统|[“”\"'])",
    # names with digits
    r"[“\"'‘「][^”\"'’」,。]{0,10}?\d{1,5}(?:[.+-]\d{1,5})*\s?[”\"'’」]",
    r"(?<![A-Za-z\d])[\dNXn](?:\+[\dNXn]{1,3}){1,5}(?:\+[NXn])?(?!\d)",
    r"\d(?:\.\d)?\+(?=[\u4e00-\u9fff])",
    rf"(?<![A-Za-z])(?!{_UNITS_AFTER_LATIN})[A-Za-z]+[-.+]?\d+(?:[.\-/]\d+)*[A-Za-z+]*(?![\d.]*[余多]?[篇项个家例名人张所种套件台万亿%])",
    rf"(?<![\d.])\d+(?:\.\d+)?-?(?!{_LATIN_UNIT})[A-Za-z]+\d*(?:[-/]\w+)?",
    r"(?<![\d.])\d{2,5}(?=兴医|工程|计划|行动|战略|模式|机制|体系|人才(?:工程|计划)|专项(?:行动|计划)|引才|党建|工作法|培育)",
    r"(?<!\d)(?:863|973|985|211)(?!\d|[.,]\d)(?=项目|计划|高校|工程|大学|院校|和|、)",
    rf"[“\"][{HANZI}百千万]+(?:名|人|个|家|位|大|项)[^”\"]{{1,12}}[”\"]",
    r"[百千万](?:人|名|医|家|企|村|师)(?:[\u4e00-\u9fff]{0,6})(?:计划|工程|行动|活动|团|大会)",
    r"[“\"](?:百|千|万|百千万)[^”\"]{1,12}[”\"]",
    rf"[{HANZI}\d](?:个)(?:维护|确立|允许|毫不动摇|大局|结合|一百年|意识|自信|全面|最严|一批|转变|代表|务必|坚持|必由之路|统一|百年|严格|不变|不能|必须|明确)",
    r"(?<![\d.])\d+(?:代(?!表)|价(?=[\u4e00-\u9fff]{0,4}(?:疫苗|HPV|肺炎))|排(?=螺旋|CT|层|[^名])|后(?=[\u4e00-\u9fff]{0,2}(?:医|护|青|骨|员|干|群|的)))|第?[一二三四五六\d]代(?!表)",
    r"第[一二三四五六七八九十百零\d]+(?:届|次(?:全国|全省|会议|党代会|全体|常务|主任|代表|医改)|条|章|节|版|页|卷|号|季度|时间|责任人|书记|方|附属|临床|人民|中医|医院|中心医院|军医|医科|(?:人民)?医院|卷|编|课|步|梯队|阶段|位(?:的|考虑)|战场|要务|资源|生产力|或通讯|作者|产业|现场|关口|道防线|线)",
    r"(?:[Ⅰ-Ⅻ]|(?<![\d.])\d)类(?=(?:创?新|中|化)药|切口|医疗器械|证)",
    r"(?:影响因子|IF)[^,。;\d]{0,4}\d+(?:\.\d+)?分?(?:及?以[上下])?",
    r"(?<![\d.])\d{1,2}(?:年|月|天|日|小时)(?:内)?(?=生存率|再入院|死亡率|无病|总生存|存活)|[一二三五十]年(?=生存率|无病|总生存|存活)",
    r"(?<![\d.])\d+(?:号|楼|层|室|路|弄|栋|幢)(?=[\u4e00-\u9fff\d,。])",
    r"(?<![\d.])\d+(?:\.\d+)?版|(?<![\d.])\d{2}年代",
    r"\d[×x*]\d{2}小时|(?<![\d.])24小时(?!内|以内|之内)",
    rf"[{HANZI}](?:类[、和及与]{{1,2}}[{HANZI}])+类|[{HANZI}]类(?=[^,。;\d]{{0,4}}(?:人才|团队|疫苗|补助区|地区|医院|机构|事业))",
    r"海拔\d+(?:\.\d+)?(?:多|余)?米|两张皮|一张网|一盘棋|一老一小",
    r"[在到为]第一位|后[一二三四五六七八九十\d]{1,2}(?:名|位)",
    r"总?第\d{1,4}期(?:\(?总第?\d+期\)?)?",
    r"第[一二三四五六七八九十\d]{1,3}[批轮](?=次?(?:国家|省级|省际|联盟|国采|集采|组织|集中|带量|药品|耗材|高值|胰岛素))",
    r"(?<![\d.])\d期(?=临床|工程|项目|建设|试验|b|a)",
    rf"[{HANZI}]+届[{HANZI}]+次",
    r"第[一二三四五六七八九十\d]{1,3}场(?=[)]|新闻|发布|专题|$)",
    # people by age
    r"(?<![\d.])\d{1,3}(?:周?岁)?(?:-|至|到)\d{1,3}周?岁(?:[\u4e00-\u9fff]{0,2})?|(?<![\d.])\d{1,3}周?岁(?:及)?(?:以[上下内]|的)?(?=[\u4e00-\u9fff(])",
    # markers of lists
    r"(?:^|(?<=[。;:,]))\s?(?:\d{1,2}[.、](?!\d)|\(\d{1,2}\)|[①-⑳]|\d{1,2}\))",
    rf"(?:^|(?<=[。;:,]))第?[{HANZI}](?:是|要|则|来|、|,)|\([{HANZI}]+\)|^[{HANZI}]{{1,3}}、|[一二三四五六]、(?=[一二三四五六][级等类])",
    r"[\[【]\d{1,3}[\]】]",
]  # fmt: skip
_AGE_KEPT = re.compile(r"(?:寿命|期望|年龄)[^,。;]{0,14}$")
_MASKS = [re.compile(pattern) for pattern in _PATTERNS]
_HANZI_MASKS = [mask for mask in _MASKS if re.search(r"[一百第千]|《", mask.pattern)]
_DIGITS = re.compile(rf"[\d{HANZI}百千万]")


def masked(text: str) -> str:
    """The passage with every part that holds digits and states nothing replaced by fillers; the same length."""
    if not _DIGITS.search(text):
        return text
    arabic = bool(re.search(r"\d", text))
    for mask in _MASKS if arabic else _HANZI_MASKS:
        if mask.search(text):
            text = mask.sub(_fill, text)
    return text


def _fill(found: re.Match[str]) -> str:
    if "岁" in found[0] and _AGE_KEPT.search(found.string[: found.start()]):
        return found[0]
    return FILLER * len(found[0])
