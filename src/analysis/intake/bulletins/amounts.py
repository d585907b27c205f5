"""Numbers as a passage prints them: where each stands and what it says by itself, without its sentence.

A passage comes with names, dates and markers masked (``masks``, ``times``). What cannot be read is left out or marked damaged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from analysis.clean.numbers import bounds, chinese
from analysis.errors import DataError
from analysis.intake.bulletins.lexicon import AFTER, BEFORE, NOT_AFTER, SCALES, UNITS


@dataclass(frozen=True)
class Amount:
    """One printed number. ``unit`` is "" when none is printed; ``kind``: number, range, ratio, rank, multiple, word, direction."""

    start: int
    end: int
    value: float | None
    low: float | None
    high: float | None
    unit: str
    quantifier: str
    kind: str = "number"
    scaled: bool = False
    minor: bool = False
    damaged: bool = False
    per: str = ""
    direction: str = ""


ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?(?:,\d{3})*"
HANZI = (
    r"[一二两三四五六七八九十百千][零一二两三四五六七八九十百千]*(?:[万亿][零一二两三四五六七八九十百千]*)?"
)
SCALE = r"万亿|千亿|百亿|十亿|千万|百万|十万|万|亿|千(?!米|克|瓦)|百(?!分)"
_UNIT_WORDS = sorted(UNITS, key=len, reverse=True)


def _unit_pattern(words: list[str]) -> str:
    parts = []
    for word in words:
        stop = NOT_AFTER.get(word, "")
        parts.append(re.escape(word) + (f"(?![{stop}])" if stop else ""))
    return "|".join(parts)


UNIT = _unit_pattern(_UNIT_WORDS)
_PER = (
    r"(?:/(?:人次|床日|人年|千人口?|万人口?|百张|10万|十万|年|月|日|天|人|床|例|次|家|个|户|平方米)|/10万)?"
)
_POST = r"(?:及?以上|及?以下|以内|之内|内(?!容|部|科|外|涵|镜|设|地|在|生|分泌|控|审|的各|首|领|率|唯)|左右|上下|不等)"
_AMOUNT = re.compile(
    rf"(?<![\d.A-Za-z])(?P<minus>-)?(?P<a>{ARABIC})(?P<m1>余|多|来(?=[个万])|几)?(?P<s>{SCALE})?(?P<m2>余|多(?!学科|中心|种)|来(?=[个]))?(?P<u>{UNIT})?(?P<mid>多|余)?(?P<p>{_PER})"
    rf"(?:(?P<dash>-|至|到(?!位|期|岗))(?P<b>{ARABIC})(?P<m3>余|多)?(?P<s2>{SCALE})?(?P<m4>余|多)?(?P<u2>{UNIT})?(?P<p2>{_PER}))?(?P<post>{_POST})?"
)
_HANZI_UNITS = _unit_pattern(
    "个百分点 个工作日 个小时 个月 个 项 名 家 所 类 大 维 起 块 台 套 位 人次 人 例次 例 场次 场 辆 张 座 次 倍 户 篇 份 支 条 种 处 块 件 公里 元 千米 亩 批次 期 岁 分钟 小时".split()
)
_HANZI_AMOUNT = re.compile(
    rf"(?<![\d零一二两三四五六七八九十百千万亿第数几每上近整])(?P<a>{HANZI}|(?:数|几|若干)[十百千]?)(?P<m1>余|多|几)?(?P<s>万|亿)?(?P<m2>余|多)?(?P<u>{_HANZI_UNITS})(?P<post>{_POST})?"
)
_VAGUE_BEFORE = re.compile(
    rf"(?<![\d第])(?P<before>上|近|数|几|逾|超)(?P<a>[十百千])(?P<s>万|亿)?(?P<u>{_HANZI_UNITS})"
)
_DURATION = re.compile(rf"(?P<a>{HANZI}|半)(?P<u>年|个月|天|周|日)(?P<post>以?内|之内|以上|以下)?")
_HUNDREDTHS = re.compile(
    rf"(?P<base>百|千|万|[二三四五六七八九十]|\d{{1,2}})分之(?P<a>{ARABIC}|百|[零一二两三四五六七八九十百]+(?:点[零一二三四五六七八九]+)?)(?P<more>多|余)?(?P<post>以?上|及以上|以下|左右|以内)?"
)
_TENTHS = re.compile(
    r"(?<![\d第十])(?P<a>[一二两三四五六七八九]|(?<![\d.])\d(?![\d.]))成(?P<b>[一二三四五六七八九半])?(?!立|为|果|功|员|都|本|效|长|熟|就|绩|人|套|交|品|片|年|型|份|了|的一)(?P<more>多)?(?P<post>及?以上|以下|左右|以内)?"
)
_FRACTION = re.compile(
    r"(?<![\d./年月¤])(?P<a>[1-9]\d?)/(?P<b>[1-9]\d{0,2})(?![\d/.年月万])(?P<post>及?以上|以下|左右|以内)?"
)
_HALF = re.compile(r"(?P<w>过半|超半数|半数(?:以上)?|一半(?:以上|左右)?|对半)(?!天|年|径|岛|夜|路|个|小时)")
_RATIO = re.compile(
    r"(?<![\d:.])(?P<a>\d{1,4}(?:\.\d+)?|[一二三四五六七八九])(?::|比|比例为|/)(?P<b>\d{1,4}(?:\.\d+)?|[一二三四五六七八九])(?P<c>(?::|比)\d{1,3}(?:\.\d+)?)*(?![\d:%])(?P<post>以上|以下|左右)?"
)
_RANK = re.compile(
    rf"第(?P<a>\d{{1,4}}|{HANZI})(?P<u>名|位)(?![书副主责责院])|(?<=[居列位名排跃至到前续国省市区县地院类持联业个得])第(?P<b>\d{{1,4}}|[一二三四五六七八九十]{{1,3}})(?![批期次届季代类个十名位条\d张章人附医中级款产一二三卷者时方层次])"
)
_TOP = re.compile(
    r"前(?P<a>\d{1,4}|[一二三四五六七八九十百]{1,3})(?P<u>名|位|强|列)?(?![年月天周个季\d次任项]|期|轮|后)(?P<post>以内|之内|内)?|(?<![\d前])(?P<b>\d{2,3}|百|五百|十)强(?![化调基制医院县市乡镇省企劲])"
)
_RANK_CONTEXT = re.compile(
    r"(?:全国|全省|全市|全区|国内|亚洲|世界|全球|排名|排行|跻身|进入|挺进|居|列|位|榜|考核|声誉|行业|同类|名次|稳居|入围)[^,。;]{0,12}$"
)
_FIRST = re.compile(
    r"(?P<w>榜首|(?<=[居列为])首位|(?<=[居列得名获])第一(?![批次个届名位期时责]))|(?:位居|位列|名列|排名|稳居|跃居|蝉联)[^,。;\d¤]{2,16}?(?P<w2>第[一二三四五六七八九])(?![批次个届名位期时责级类])"
)
_TWICE = re.compile(
    r"(?P<near>近|约|超)?翻(?P<near2>近|了近|了约|了超|了)?(?P<a>\d|[一二两三四])番|(?P<w>翻倍|翻了一倍)"
)
_WORDS: list[tuple[re.Pattern[str], float | None, str, str]] = [
    (re.compile(r"(?:实现|达到|做到|基本|完成|推行)[^,。;\d]{0,20}?(全覆盖)|(?<=[“\"务率管])全覆盖"), 100, "%", "exact"),
    (re.compile(r"全部(?=完成|达到|达标)"), 100, "%", "exact"),
    (re.compile(r"首批(?!次?(?:[^,。;\d]{0,4}\d|次))"), 1, "批次", "exact"),
    (re.compile(r"率先(?=在全|全|建|实|开|推|组|启|完|成|将|试|制|出|通|设|探)(?![^,。;]{0,18}\d)"), None, "名次", "unquantified"),
    (re.compile(r"(?:全[国省市]|亚洲|国内|省内|西部|规模)最大(?=规模|的|、|,)|规模最大"), 1, "名次", "exact"),
    (re.compile(r"(?<=[省市县区乡镇、][市县区乡镇村])(?:两|二|三|四|五)级(?!以)"), None, "级", "exact"),
    (re.compile(r"一院[两三四五六]区"), None, "个", "exact"),
    (re.compile(r"一个[^,。;、一二三的]{2,4}(?=、[一两三二])|(?<=、)一个[^,。;、一二三的]{2,4}(?=[,。;、])"), 1, "个", "exact"),
    (re.compile(r"第[一二三四五六七八九十\d]{1,3}批(?!次?(?:[^,。;\d]{0,3}\d))"), None, "批次", "exact"),
    (re.compile(r"第[一二三四五六七八九十]{1,3}期(?=[市省国“\"县区])"), None, "期", "exact"),
    (re.compile(r"(?:(?<=成熟度)[^\u4e00-\u9fff]?|(?<=的)|(?<=[达到过评成]))[四五六七八]级(?:[甲乙]等)?(?=平台|[甲乙]等|建设|城市|水平|标准|评[价审]|测评|[,。;、])(?!医院|公立)"), None, "级", "exact"),
    (re.compile(r"(?:不低于|不高于|高于)(?=[^,。;\d¤]{2,18}?(?:平均水平|平均|水平|标准)(?!的?\d))"), 1, "倍", "compared"),
    (re.compile(r"(?:首家|首个(?!月)|首例|首创|首台)(?!的?\d)"), 1, "个", "exact"),
    (re.compile(r"(?:全国|全省|省内|国内|全市|西北|西南)(?:的)?(唯一)"), 1, "个", "exact"),
    (re.compile(r"零(?=的?突破|投诉|差错|死亡|事故|增长|感染)|清零"), 0, "", "exact"),
    (re.compile(r"(?<=居|列|于|入)(?:全国|全省|全市|国内|省内|同类[^,。;]{0,6})?前列"), None, "名次", "unquantified"),
]  # fmt: skip
_DIRECTION = re.compile(
    r"(?:率|占比|比例|比重|费用|药费|药占|耗占|人次|住院日|负担|支出|指标|门诊量|手术量|业务量|等候时间|指数|CMI值?|死亡率|转出|转诊率|诊疗量)(?:均|呈|得到|有所|也|已)?(?P<w>(?:持续|大幅|明显|显著|逐年|稳步|不断|逐步|双双|连续|稳中有|全面)(?:下降|降低|减少|缩短|上升|上涨|增长|提高|提升|改善|向好|减轻|降|升))(?!¤|\d|至|到|了?\d|[近约])"
)
_LOST_NUMBER = re.compile(
    r"(?<=[达为到至率长降高升低比占])(?P<w>(?:\.\d+)?%|□+[\d.]*%?|\d+[ ]?□+\d*(?:%|个|家|名|人|项)?|\d[\d.]*[?�]+[\d.]*(?:%|个|家|名|人|项)?)|(?P<w2>\d+ ?□+ ?\d*(?:%|个|家|名|人|项)?|□+\d+(?:%|个|家|名|人|项)?)"
)
_BLANK_IN = re.compile(r"\d \d")


def _number(text: str) -> float:
    if text[0].isdigit():
        return float(text.replace(",", ""))
    if "点" in text:
        whole, _, part = text.partition("点")
        digits = "".join(str("零一二三四五六七八九".index(c)) for c in part)
        return float(f"{int(_whole(whole))}.{digits}")
    return _whole(text)


def _whole(text: str) -> float:
    for scale in ("亿", "万"):
        if scale in text:
            head, _, tail = text.partition(scale)
            return _whole(head) * SCALES[scale] + (_whole(tail.lstrip("零")) if tail.strip("零") else 0)
    if text[0] in "百千":
        text = "一" + text
    return float(chinese(text))


def round_value(value: float) -> float:
    """Without the dust of binary arithmetic (1.13 x 10000)."""
    return round(value, 6)


_LONGEST = max(map(len, BEFORE))


def _before(text: str, start: int) -> tuple[int, str]:
    """Start and meaning of a bound that stands directly before a number; (start, "") when there is none."""
    tail = text[max(0, start - 8) : start]
    for length in range(min(_LONGEST, len(tail)), 0, -1):
        word = tail[-length:]
        if word in BEFORE and not _part_of_a_word(tail, word):
            return start - length, BEFORE[word]
    return start, ""


_WORD_WITH = {"近": "附最接靠临邻", "约": "签预节履违合契条集解续简", "超": "彩B", "最低": "", "最高": ""}


def _part_of_a_word(tail: str, word: str) -> bool:
    """Whether the bound is the end of another word: 签约100人, 附近3家."""
    return tail[: -len(word)][-1:] in tuple(_WORD_WITH.get(word, ""))


def _meaning(*marks: str) -> str:
    """One quantifier from the marks before, inside and after a number; contradicting ones give the first bound."""
    kept = [mark for mark in marks if mark]
    if not kept:
        return "exact"
    firm = [mark for mark in kept if mark not in ("about", "more_than")]
    return firm[0] if firm else kept[0]


def _single(text: str, found: re.Match[str], value: float, unit: str, more: bool, **extra: object) -> Amount:
    start, before = _before(text, found.start())
    groups = found.groupdict()
    quantifier = _meaning(before, "more_than" if more else "", AFTER.get(groups.get("post") or "", ""))
    value = round_value(value)
    low, high = bounds(quantifier, value)
    return Amount(start, found.end(), value, low, high, unit, quantifier, **extra)  # type: ignore[arg-type]


def _first_end(found: re.Match[str]) -> int:
    return found.start("dash") if found["dash"] else found.end()


def _arabic(text: str, found: re.Match[str]) -> list[Amount]:
    first = _number(found["a"])
    scale, unit, per = found["s"] or "", found["u"] or "", (found["p"] or "").lstrip("/")
    more = bool(found["m1"] or found["m2"] or (found["mid"] and unit))
    minus = -1 if found["minus"] and _signed(text, found.start()) else 1
    if not found["dash"]:
        amount = _single(text, found, minus * first * SCALES.get(scale, 1), UNITS.get(unit, ""), more)
        if minus < 0 or not found["minus"]:
            return [replace(amount, scaled=bool(scale), per=per)]
        return [replace(amount, start=max(amount.start, found.start() + 1), scaled=bool(scale), per=per)]
    second, scale2, unit2 = _number(found["b"]), found["s2"] or "", found["u2"] or ""
    if _is_range(text, found, unit, unit2):
        low = first * SCALES.get(scale or scale2, 1)
        high = second * SCALES.get(scale2 or (scale if not unit2 else ""), 1)
        if low < high:
            start = found.start()
            per = per or (found["p2"] or "").lstrip("/")
            unit = UNITS.get(unit2 or unit, "")
            return [
                Amount(
                    start, found.end(), None, round_value(low), round_value(high), unit, "range", "range",
                    bool(scale2 or scale), per=per,
                )
            ]  # fmt: skip
    return _two(text, found, scale, scale2, unit, unit2)


def _is_range(text: str, found: re.Match[str], unit: str, unit2: str) -> bool:
    if found["dash"] == "到" or found["dash"] == "至":
        if re.search(r"(?:由|从)[^,。;]{0,12}$", text[: found.start()]):
            return False
    return not unit or not unit2 or UNITS[unit] == UNITS[unit2]


def _signed(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] in "为达(到至率降:\t,"


def _two(text: str, found: re.Match[str], scale: str, scale2: str, unit: str, unit2: str) -> list[Amount]:
    """由42%到51%: two numbers; the first shares unit and scale with the second when it prints none."""
    first = _number(found["a"]) * SCALES.get(scale or (scale2 if not unit else ""), 1)
    second = _number(found["b"]) * SCALES.get(scale2, 1)
    start, mark = _before(text, found.start())
    one = _meaning(mark, "more_than" if found["m1"] or found["m2"] else "")
    two = _meaning("more_than" if found["m3"] or found["m4"] else "", AFTER.get(found["post"] or "", ""))
    a = Amount(
        start, found.start("dash"), round_value(first), *bounds(one, round_value(first)), UNITS.get(unit or unit2, ""), one, scaled=bool(scale),
        per=(found["p"] or "").lstrip("/"),
    )  # fmt: skip
    b = Amount(
        found.start("b"), found.end(), round_value(second), *bounds(two, round_value(second)), UNITS.get(unit2, ""), two, scaled=bool(scale2),
        per=(found["p2"] or "").lstrip("/"),
    )  # fmt: skip
    return [a, b]


def _hanzi(text: str, found: re.Match[str]) -> list[Amount]:
    digits, unit = found["a"], found["u"]
    vague = digits[0] in "数几若"
    if not _counts(text, found, digits, unit):
        return []
    base = UNITS.get(unit, unit)
    if vague:
        start, _ = _before(text, found.start())
        return [Amount(start, found.end(), None, None, None, base, "unquantified", minor=True)]
    value = _number(digits) * SCALES.get(found["s"] or "", 1)
    more = bool(found["m1"] or found["m2"])
    amount = _single(text, found, value, base, more, scaled=bool(found["s"]))
    small = (
        value <= 12
        and not found["s"]
        and not more
        and unit in ("个", "项", "类", "条", "大", "块", "种", "次")
    )
    return [replace(amount, minor=small)]


_ONE = re.compile(
    r"(?:建成|新建|新增|每[村镇乡县市个家所]|配备|至少|不少于|每[^,。;]{1,8}(?:有|办好|设置?|建好?|配备?|牵头|完成|持续完成|承担))(?:一)?$"
)


def _counts(text: str, found: re.Match[str], digits: str, unit: str) -> bool:
    """Whether hanzi digits with a measure word count something (not 一家人, 一项重要任务, 两个维护)."""
    if digits == "一":
        return bool(_ONE.search(text[max(0, found.start() - 12) : found.start()])) and unit in (
            "所", "名", "台", "家", "个", "辆", "项", "支",
        )  # fmt: skip
    if digits in ("百", "千") and not (found["m1"] or found["m2"]):
        return unit in ("名", "家", "例", "人", "个", "张") and bool(
            re.search(r"(?:近|约|逾|超)$", text[: found.start()])
        )
    if digits in ("数", "几", "若干"):
        return digits == "数" and unit in ("名", "家", "项", "例", "位")
    if (
        unit in ("次", "份", "期", "条", "个")
        and digits in ("两", "三", "二")
        and text[found.end() : found.end() + 1] in ("会", "分", "一")
    ):
        return False  # fmt: skip
    if (unit == "人" and len(digits) == 1) or (
        unit in ("大", "维", "块") and (len(digits) > 1 or found["m1"])
    ):
        return False
    return not (unit == "分" or (unit == "期" and len(digits) < 2))


def _vague(text: str, found: re.Match[str]) -> list[Amount]:
    value = _number(found["a"]) * SCALES.get(found["s"] or "", 1)
    base = UNITS.get(found["u"], found["u"])
    word = found["before"]
    if word in "数几":
        return [Amount(found.start(), found.end(), None, None, None, base, "unquantified")]
    quantifier = {"上": "at_least", "近": "just_under"}.get(word, "more_than")
    return [
        Amount(found.start(), found.end(), value, *bounds(quantifier, value), base, quantifier, scaled=True)
    ]


def _share(text: str, found: re.Match[str]) -> list[Amount]:
    base, digits = found["base"], found["a"]
    value = _number(digits)
    unit, factor = "%", 1.0
    if base in ("千", "万"):
        unit, factor = ("‰", 1.0) if base == "千" else ("‰", 0.1)
    elif base != "百":
        whole = _number(base)
        if not value < whole:
            return []
        value, factor = round(100 * value / whole, 4), 1.0
    post = (
        (found["post"] or "").replace("以上", "以上").replace("上", "以上")
        if found["post"] == "上"
        else found["post"]
    )
    amount = _single(text, found, value * factor, unit, bool(found["more"]))
    if post and post != found["post"]:
        amount = replace(amount, quantifier="at_least", low=amount.value, high=None)
    return [amount]


def _tenths(text: str, found: re.Match[str]) -> list[Amount]:
    value = 10 * _number(found["a"])
    if found["b"]:
        value += 5 if found["b"] == "半" else _number(found["b"])
    return [_single(text, found, value, "%", bool(found["more"]))]


def _fraction(text: str, found: re.Match[str]) -> list[Amount]:
    a, b = int(found["a"]), int(found["b"])
    if a >= b or b > 10 and b not in (12, 20, 100):
        return []
    return [_single(text, found, round(100 * a / b, 4), "%", False)]


def _half(text: str, found: re.Match[str]) -> list[Amount]:
    word = found["w"]
    quantifier = "more_than" if word.startswith(("过", "超")) else "at_least" if "以上" in word else ""
    start, before = _before(text, found.start())
    mark = _meaning(before, quantifier, "about" if "左右" in word else "")
    return [Amount(start, found.end(), 50.0, *bounds(mark, 50.0), "%", mark)]


def _ratio(text: str, found: re.Match[str]) -> list[Amount]:
    if "/" in found[0][: len(found["a"]) + 1]:
        return []
    if (
        "比" in found[0]
        and not (found["a"].isdigit() or found["a"][0].isdigit())
        and "例" not in text[: found.start()][-8:]
    ):
        if not re.search(r"(?:按|比例|配套|出资|达到?|为)$", text[: found.start()][-3:]):
            return []
    a, b = _number(found["a"]), _number(found["b"])
    if not b:
        return []
    start, before = _before(text, found.start())
    if found["c"]:
        return [Amount(start, found.end(), None, None, None, "比值", "unquantified", "ratio")]
    value = round_value(a / b)
    mark = _meaning(before, AFTER.get(found["post"] or "", ""))
    mark = "ratio" if mark == "exact" else mark
    return [Amount(start, found.end(), value, *bounds(mark, value), "比值", mark, "ratio")]


def _rank(text: str, found: re.Match[str]) -> list[Amount]:
    digits = found["a"] or found["b"]
    value = _number(digits)
    return [Amount(found.start(), found.end(), value, value, value, "名次", "exact", "rank")]


def _top(text: str, found: re.Match[str]) -> list[Amount]:
    digits = found["a"] or found["b"]
    if not _RANK_CONTEXT.search(text[max(0, found.start() - 18) : found.start()]) and found["u"] not in (
        "名",
        "强",
    ):
        return []  # fmt: skip
    if digits == "列":
        return []
    value = _number(digits)
    return [Amount(found.start(), found.end(), value, None, value, "名次", "at_most", "rank")]


def _first(text: str, found: re.Match[str]) -> list[Amount]:
    group = "w" if found["w"] else "w2"
    value = float(chinese(found[group][1])) if found[group].startswith("第") else 1.0
    return [Amount(found.start(group), found.end(group), value, value, value, "名次", "exact", "rank")]


def _twice(text: str, found: re.Match[str]) -> list[Amount]:
    times = 1.0 if found["w"] else _number(found["a"])
    mark = "".join(filter(None, (found["near"], found["near2"]))) if not found["w"] else ""
    quantifier = (
        "just_under"
        if "近" in mark
        else "about"
        if "约" in mark
        else "more_than"
        if "超" in mark
        else "exact"
    )
    value = 2.0**times
    return [
        Amount(found.start(), found.end(), value, *bounds(quantifier, value), "倍", quantifier, "multiple", direction="up")
    ]  # fmt: skip


def _lost(text: str, found: re.Match[str]) -> list[Amount]:
    shown = found["w"] or found["w2"]
    start = found.start("w") if found["w"] else found.start("w2")
    unit = next((UNITS[w] for w in ("%", "个", "家", "名", "人", "项") if shown.endswith(w)), "")
    return [Amount(start, start + len(shown), None, None, None, unit, "unquantified", damaged=True)]


def _span(text: str, found: re.Match[str]) -> list[Amount]:
    """Hanzi durations count only where they bind: 三年内, 为期两年."""
    context = text[max(0, found.start() - 10) : found.start()]
    if not found["post"] and not re.search(r"(?:为期|周期为?|服务期[^,。;]{0,6}|缩短[为至了]?|满)$", context):
        return []
    if found["a"] == "半":
        value = 0.5
    else:
        value = _number(found["a"])
    if value > 60:
        return []
    return [_single(text, found, value, UNITS.get(found["u"], found["u"]), False)]


_SUBJECT = re.compile(r"率|占比|比例|比重|费用?|药费|人次|住院日|负担|支出|指标|量|时间|指数|CMI")
_SHARES = re.compile(r"率|占比|比例|比重|药占|耗占")
_DIRECTIONS_DOWN = re.compile(r"下降|降低|减少|缩短|减轻|降$")
_ANY = re.compile(r"[\d一二两三四五六七八九十百千零半率先全最首降升增减善好长少轻高%□]")
_FINDERS = [
    (_LOST_NUMBER, _lost), (_HUNDREDTHS, _share), (_TENTHS, _tenths), (_RATIO, _ratio), (_FRACTION, _fraction), (_TWICE, _twice), (_RANK, _rank), (_TOP, _top),
    (_AMOUNT, _arabic), (_VAGUE_BEFORE, _vague), (_HALF, _half), (_FIRST, _first), (_DURATION, _span), (_HANZI_AMOUNT, _hanzi),
]  # fmt: skip


_DIGITS_IN = re.compile(r"[一二两三四五六七八九十]+(?=[级区批期])|\d+")


def _word(match: re.Match[str], group: int, value: float | None, unit: str, quantifier: str) -> Amount:
    """A word that states a number; where the pattern gives none, the numeral inside it does (两级, 第四批)."""
    printed = match[group]
    if value is None and quantifier == "exact":
        digits = _DIGITS_IN.search(printed)
        value = _number(digits[0]) if digits else None
    unit = {"首创": "项", "首例": "例", "首家": "家", "首台": "台"}.get(printed, unit)
    if quantifier == "compared":
        quantifier = {"不低于": "at_least", "不高于": "at_most"}.get(printed, "more_than")
    kind = "rank" if unit in ("名次", "批次") else "word"
    return Amount(
        match.start(group),
        match.end(group),
        value,
        *bounds(quantifier, value),
        unit,
        quantifier,
        kind,
        minor=True,
    )


def _words(text: str) -> list[Amount]:
    found = []
    for pattern, value, unit, quantifier in _WORDS:
        for match in pattern.finditer(text):
            group = 1 if pattern.groups and match[1] else 0
            found.append(_word(match, group, value, unit, quantifier))
    for match in _DIRECTION.finditer(text):
        way = "down" if _DIRECTIONS_DOWN.search(match["w"]) else "up"
        subject = re.split(r"[,。;:¤]", text[: match.start("w")])[-1]
        listed = [part for part in re.split(r"[、及和与]", subject) if _SUBJECT.search(part)]
        unit = "%" if _SHARES.search(subject) else "元" if re.search(r"费|支出|收入", subject) else ""
        one = Amount(
            match.start("w"),
            match.end("w"),
            None,
            None,
            None,
            unit,
            "unquantified",
            "direction",
            minor=True,
            direction=way,
        )
        found += [one] * max(1, len(listed))  # one word for several things: 费用、药费持续下降
    return found


def find(text: str, seen: set[str] | None = None) -> list[Amount]:
    """Every number of a masked passage in its order; where two readings overlap the more special one stays."""
    kept: list[Amount] = []
    if not _ANY.search(text):
        return kept
    arabic = bool(re.search(r"\d", text))
    taken = bytearray(len(text))
    for pattern, read in _FINDERS:
        if not arabic and pattern in (_AMOUNT, _FRACTION):
            continue
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]) and read is not _first:
                continue
            try:
                amounts = read(text, match)
            except (DataError, ValueError, OverflowError):
                continue
            for amount in amounts:
                if any(taken[amount.start : amount.end]):
                    continue
                taken[amount.start : amount.end] = b"\1" * (amount.end - amount.start)
                kept.append(amount)
    for amount in _words(text):
        if not any(taken[amount.start : amount.end]):
            kept.append(amount)
    return _once(text, sorted(kept, key=lambda amount: amount.start), set() if seen is None else seen)


def _once(text: str, found: list[Amount], seen: set[str]) -> list[Amount]:
    """A small count in words (三大专科) is stated once in a document; the same words again are a reference to it."""
    kept = []
    for one in found:
        words = text[one.start : one.end + 3].replace('"', "“")
        if one.minor and one.kind == "number" and words in seen:
            continue
        seen.add(words)
        kept.append(one)
    return kept
