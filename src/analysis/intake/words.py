"""The words of headings, notes and totals that publishers use, and how a label is compared.

Data, not rules: a heading that is not here is not guessed at, it is asked for.
"""

from __future__ import annotations

import re
from functools import lru_cache

from analysis.intake.grid import REMEMBERED, plain, tight

# what a key column says of itself (compared without blanks, in small letters)
KEY_WORDS = {
    "code": "region_code code 代码 行政区划代码 地区代码 区划代码 adcode 行政代码".split(),
    "place": "region_zh region 行标签 rowlabels 地区 城市 省份 省市 省区市 市 省 县 区县 县区 县市 市州 市县 地市 各地区 地区名称 城市名称 省(区、市) 省(自治区、直辖市) city province area place county 地名".split(),
    "institution": "institution hospital 医院 医院名称 机构 机构名称 医疗机构 医疗机构名称 医疗卫生机构 单位名称 hospital_name".split(),
    "department": "科室 科室名称 科别 部门 病区 临床科室 department".split(),
    "indicator": "indicator_zh indicator 指标 指标名称 项目 item items 统计指标".split(),
    "period": "year period date month quarter 月份 月 季度 年份 年 年度 时间 日期 期间 时期 统计年份 统计时间 years 考核年度".split(),
    "value": "value 数值 值 指标值 数据 统计值".split(),
    "unit": "unit 单位 计量单位 units".split(),
    "publication": "source_publication source 来源 资料来源 数据来源 出处 出版物 publication".split(),
    "note": "note notes 备注 说明 注释 remark remarks".split(),
    "number": "序号 编号 no no. 号 #".split(),
    "carrier": ["carried_by"],
    "rank": "排名 名次 位次 排序 rank ranking".split(),
    "printed": "印出的数字 as_printed".split(),
    "quantifier": "语气 quantifier".split(),
    "status": "状态 status".split(),
}
KEY_OF = {word: kind for kind, words in KEY_WORDS.items() for word in words}

# lines above and below a table
STATED = {
    "database": re.compile(r"(?:数据库|database)\s*[:：]\s*(.*)", re.I),
    "indicator": re.compile(r"(?:指标|indicators?)\s*[:：]\s*(.*)", re.I),
    "time": re.compile(r"(?:时间|time)\s*[:：]\s*(.*)", re.I),
    "place": re.compile(r"(?:地区|region|城市)\s*[:：]\s*(.*)", re.I),
    "unit": re.compile(
        r"[(（\[]?\s*(?:计量)?单位\s*[:：]\s*([^)）\]]*)[)）\]]?|(?:[(（]\s*)?units?\s*[:：].*", re.I
    ),
}
SOURCE = re.compile(
    r"(?:数据来源|资料来源|来源|摘编自|摘自|引自|出处|(?:data )?sources?)\s*[:：]?\s*(.*)", re.I
)
NOTE = re.compile(
    r"(?:附?注|说明|备注|notes?|本表|数据说明)\s*\d{0,2}\s*[:：.、]|[①②③④⑤⑥⑦⑧⑨]|[a-z]\)|(?:\(?\d+\)?[.、)]).{12,}|\*.{6,}|★|▲",
    re.I,
)
CONTINUED = re.compile(
    r"[(（]?续表?\s*[一二三四五六七八九十\d]*\s*[)）]?(?:\s*continued.*)?|continued.*", re.I
)
NUMBERED = re.compile(
    r"(?:附?表\s*)?\d{1,2}\s*[-－–—]\s*\d{1,3}(?:\s*[-－–—]\s*\d{1,3})?\D|表\s*[\d一二三四五六七八九十]|table\s*\d",
    re.I,
)

PIVOT = re.compile(
    r"列标签|column ?labels|(?:求和项|平均值项|计数项|sum of|average of)\s*[:：]?.*", re.I
)  # of a pivot table
NO_FIGURE = (
    "暂无 暂无数据 无数据 未公布 暂未公布 缺 缺失 暂缺 缺数据 不详 未统计 未报告 x ×".split()
)  # in the place of a figure
SIGNS_TO_EXPLAIN = frozenset("x ×".split())  # missing only where the file itself says so
EXPLAINED = re.compile(
    r"[“\"'‘(（]?[x×][”\"'’)）]?\s*(?:表示|为|代表|指|即|=|＝|:|：|-|—|means?\b|denotes?\b|stands?\b|:)", re.I
)
SUMS = ("合计", "总计", "总数", "小计")
PLAIN_COLUMN = {
    "数量",
    "绝对数",
    "绝对值",
    "总量",
    "本年",
    "本年数",
    "本期",
    "本期数",
    "年末数",
    "实际",
    "全年",
    "数值",
}  # says nothing
PART = re.compile(r"#|其中|\s*[-—]\s*#?(?=[\u4e00-\u9fff])")  # a part of what stands above or before it
TOTALS = {"合计", "总计", "小计", "计", "总数", "total", "subtotal", "全部"}
OF_HOSPITAL = {
    "",
    "全院",
    "医院",
    "院级",
    "全院合计",
    "全院总计",
    "全院小计",
    "医院合计",
}  # in a column of departments
SUM_OF_ALL = re.compile(
    r"(?:(?:各|分|所有|全部)(?:省|市|县|区|地|州)?(?:份|区|市|州|县)?(?:\(.*\))?|地区)(?:合计|总计|总数|小计|加总)"
)  # 各市合计
TOTAL_OF = re.compile(r"((?:全国|全省|全市|全区|.{2,}[省市区县州盟]))(?:合计|总计|总数)")  # 山西省合计
WHOLE = {"全市", "全省", "全国", "全县", "全区", "totalcity", "全市totalcity", "地区"}
SAYS_NOTHING = TOTALS | WHOLE | PLAIN_COLUMN
PARTIAL = {
    "市辖区": ("只含市辖区", "the districts only"),
    "市区": ("只含市区", "the urban districts only"),
    "城区": ("只含城区", "the urban area only"),
    "districtsundercity": ("只含市辖区", "the districts only"),
    "城市": ("只含城市", "towns only"),
    "农村": ("只含农村", "the countryside only"),
    "县": ("只含县", "counties only"),
    "男": ("只含男性", "men only"),
    "女": ("只含女性", "women only"),
}
GROUPS = {
    "华北", "华东", "华南", "华中", "西南", "西北", "华北地区", "华东地区", "华南地区", "华中地区", "西南地区", "西北地区", "京津冀", "长三角", "珠三角", "长江经济带", "黄河流域", "沿海地区",
    "东部", "中部", "西部", "东北", "东部地区", "中部地区", "西部地区", "东北地区", "东", "中", "西", "直辖市", "计划单列市", "省会城市", "苏南", "苏中", "苏北",
    "平均", "平均数", "平均值", "均值", "中位数", "最大值", "最小值", "标准差", "average", "mean", "median",
    "不分地区", "部队", "中央", "其他", "eastern", "central", "western", "east", "west",
}  # fmt: skip

_UNIT = r"(?:万亿|百万|千万|千|万|亿)?(?:名次|人次|人日|床日|平方米|平方公里|公里|元|人|名|张|床|个|所|家|处|日|天|岁|次|例|台|套|户|年|分)(?:/[^()（）]{1,6})?|%|％|‰|1/10万|/10万|10万分之一|unit|bed|person"
UNIT = re.compile(rf"[(（\[【〔]\s*(?:(?:计量)?单位\s*[:：]\s*)?({_UNIT})\s*[)）\]】〕]")
ANY_UNIT = "名次|人次|人日|床日|平方米|平方公里|公里|元|人|名|张|床|个|所|家|处|岁|次|例|台|套|户"
SCALED = "万亿|百万|千万|千|万|亿"
LAST_OF_UNITS = "次人名日米里元张床个所家处岁例台套户"
_RATIO = r"(?:千|万|百|十万|10万)?(?:人|人口)(?:$|\s)"  # 医师/千人 is a ratio, no unit
_TAIL = re.compile(
    rf"(?<=[\u4e00-\u9fff)])\s*(?:(?:[,，:：_]|/(?!{_RATIO}))\s*|\s+)(?:单位\s*[:：]\s*)?({_UNIT})\s*$"
)
UNIT_ALONE = re.compile(_UNIT)
_ENGLISH_UNIT = re.compile(
    r"[(\[]\s*(?:units?\s*[:：]\s*)?(10[ ,]?000|100 million|million|1[ ,]?000|thousand)?\s*"
    r"(unit|bed|person-time|person|people|visit|institution|hospital|yuan|day|year|%)s?\s*[)\]]",
    re.I,
)
_ENGLISH_SCALES = {"10000": "万", "100million": "亿", "million": "百万", "1000": "千", "thousand": "千"}
_ENGLISH_BASES = {
    "person": "人",
    "people": "人",
    "person-time": "人次",
    "visit": "人次",
    "yuan": "元",
    "day": "日",
    "year": "岁",
    "%": "%",
}
_LEAD = re.compile(
    r"(?:#|其中[:：]?|[一二三四五六七八九十]+[、.]|[(（][一二三四五六七八九十\d]+[)）]|\d+[.、](?!\d)|[-—·*]+)\s*"
)
_ENGLISH_TAIL = re.compile(r"(?<=[\u4e00-\u9fff)）%])\s*[A-Z(（]?[A-Za-z][A-Za-z0-9 ,.'&()/:%-]*$")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def key_kind(heading: str) -> str:
    """What a heading says its column holds (place, period, ...), or "" when it says nothing of the kind."""
    return _kind_kept(heading) if len(heading) <= REMEMBERED else _kind(heading)


def _kind(heading: str) -> str:
    word = tight(heading).lower().strip(":")
    if word in KEY_OF:
        return KEY_OF[word]
    chinese = tight(chinese_part(heading)).lower().strip(":")
    if _OF_INDICATORS.fullmatch(chinese or word):
        return "indicator"  # 主要指标, 监测指标(单位)
    return KEY_OF.get(chinese, "") if chinese else ""


_OF_INDICATORS = re.compile(r"[\u4e00-\u9fff]{0,6}(?:指标|统计项目|项目名称)(?:名称|\(单位\)|及单位)?")


_kind_kept = lru_cache(maxsize=1 << 16)(_kind)


def chinese_part(heading: str) -> str:
    """A bilingual heading without its English: 医院数 (个) Number of Hospitals (unit) is 医院数 (个)."""
    text = plain(NOTE_MARK.sub("", heading))
    if not CHINESE.search(text):
        return text
    return _ENGLISH_TAIL.sub("", text).strip()


# the mark of a note behind a name, taken off before it is folded into a digit: 太原市①, 医院数[1](个)
NOTE_MARK = re.compile(
    r"(?<=[\u3400-\u9fff)）])\s*(?:[①-⑳⑴-⒇ⓐ-ⓩ¹²³†‡※]+|\[(?:注\s*)?\d{1,2}\]|[(（]注\s*\d{0,2}[)）])(?=\s*$|\s*[(（])"
)


def place_name(text: str) -> str:
    """A name of a place as names are compared: Chinese only, no blanks, no number or mark before it (#太原市), no note mark behind."""
    bare = _CODE.sub("", tight(chinese_part(text)))
    return re.sub(r"^(?:[#*·•–—-]+|\d{1,3}[.、])|(?<=[\u4e00-\u9fff])[*①-⑳]+$", "", bare)


_CODE = re.compile(r"^[(\[]?(\d{6})[)\]]?[-_ ]?(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[(\[](\d{6})[)\]]$")


def code_in(text: str) -> str:
    """The code printed in the cell of a name: 140000山西省, [140000]山西, 山西(140000); "" when there is none."""
    found = _CODE.search(tight(text)) if len(text) > 6 else None
    return (found[1] or found[2]) if found else ""


_TITLE = re.compile(
    r"^(?:附?表\s*[\d一二三四五六七八九十.-]*[:：、]?)|(?:19|20)\d{2}\s*(?:[-–—~至]\s*(?:19|20)?\d{2,4}\s*)?年?(?:度|末|底)?|[(（][^()（）]*年[^()（）]*[)）]"
    r"|^(?:(?:全国|我国)?(?:各|分)(?:省|市|县|区|地|州)?(?:份|区|市|州|县)?(?:\([^)]*\))?的?|全国|全省)|(?:情况|统计|统计表|一览表|数据表|表)$"
)


def title(text: str) -> str:
    """A table's title without its number, its years and 各地区: what is left may name the indicator."""
    before, now = None, plain(text)
    while now != before:
        before, now = now, _TITLE.sub("", now).strip(" -—:,，。")
    return now


def unit_of(heading: str) -> str:
    """The unit in the brackets of a heading, "" when there is none: 医院数 (个) Number of Hospitals (unit) has 个."""
    text = plain(heading)
    units = [u for u in UNIT.findall(text) if u not in ("unit", "bed", "person")]
    if not units and CHINESE.search(text):
        units = _TAIL.findall(chinese_part(text))
    if units:
        return units[0].replace("％", "%")
    found = _ENGLISH_UNIT.search(text) if not CHINESE.search(text) else None
    if not found:
        return ""
    scale = _ENGLISH_SCALES.get(re.sub("[ ,]", "", found[1] or "").lower(), "")
    return scale + _ENGLISH_BASES.get(found[2].lower(), ITS_OWN)


# the measure that a name itself ends in: 门急诊人次, 出院人数, 手术例数
_NAMED_UNIT = re.compile(
    r"[\u4e00-\u9fff](人次|台次|例次|床日|人日|家次|剂次|项次|人数|例数|台数|床位数|张数|家数)$"
)
_NAMED = {"人数": "人", "例数": "例", "台数": "台", "床位数": "张", "张数": "张", "家数": "家"}


def named_unit(name: str) -> str:
    """The unit that a name of an indicator ends in, "" when it ends in none.

    >>> named_unit("门急诊人次"), named_unit("出院人数"), named_unit("药占比")
    ('人次', '人', '')
    """
    found = _NAMED_UNIT.search(name)
    return _NAMED.get(found[1], found[1]) if found else ""


ITS_OWN = "unit"  # an English heading's (unit): the measure word of what is counted


def english(text: str) -> str:
    """An English label as labels are compared: small letters, no unit, no "number of", words without their plural and in one order.

    >>> english("Number of Beds in Health Care Institutions (10000 units)")
    'bed health institution'
    """
    low = _ENGLISH_UNIT.sub("", plain(text)).casefold()
    low = re.sub(
        r"^(?:total )?(?:number|no\.?) of ", "", re.sub(r"health[ -]?care|medical and health", "health", low)
    )
    found = [w.removesuffix("s") for w in re.findall(r"\([a-z]+\)|[a-z0-9%+]+", low)]
    kept = [w for w in found if w not in ("of", "in", "the", "at")]
    return " ".join(kept if "per" in kept else sorted(kept))


def label(heading: str) -> str:
    """A heading as labels are compared: Chinese only, no blanks, no unit, no numbering, no 其中."""
    text = _TAIL.sub("", UNIT.sub("", chinese_part(heading)))
    before = None
    text = text.strip()
    while before != text:
        before, text = text, _LEAD.sub("", text, count=1) if _LEAD.match(text) else text
    return tight(text).rstrip(":")
