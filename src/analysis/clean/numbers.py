"""What a printed number says: value, bounds, unit and quantifier. Pure functions; they refuse rather than guess.

Only the characters of ``FOLDED`` and ``BLANKS`` are normalised before reading; every other character that is no part of a number
is refused or, where it is a note mark (``MARKS``) behind the number, kept as one. A blank inside a number is a thousands
separator or the cell is refused.

Bounds follow the coding conventions of the evidence: exact -> low = high = value; 余 and 多 -> low only; 近 -> high only (just
under); 约 and 左右 -> neither (the text gives no tolerance); 至少, 不低于, 以上 -> low, inclusive; 最高, 以内, 以下 -> high,
inclusive; a range has a low and a high and no value, never its midpoint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from analysis.errors import DataError, Problem

MISSING = {"", "-", "--", "---", "—", "——", "–", "…", "……", "...", "*"}
# the whole of what is folded: full-width forms of ASCII and the minus sign; nothing else becomes a digit, a sign or a point
FOLDED = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x2212: "-"}
# blanks, line ends and invisible characters; one of SPACES may part thousands, the others never stand inside a number
SPACES = " \u00a0\u2005\u2009\u202f"
BLANKS = SPACES + "\u2002\u2003\u3000\t\r\n\v\f\u2028\u2029\u200b\u200c\u200d\u2060\ufeff"
# marks of a note when they stand behind a number; superscripts of three and below only, since 10⁶ is a power
MARKS = (
    "".join(chr(code) for code in (*range(0x2460, 0x2474), *range(0x2474, 0x2488), *range(0x24D0, 0x24EA)))
    + "¹²³*†‡※★☆△▲"
)
_PRINTED = re.compile(
    rf"(?P<number>[-+]?(?:0|[1-9][0-9]*|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+|[1-9][0-9]{{0,2}}(?:[{SPACES}][0-9]{{3}})+)(?:\.[0-9]+)?)"
    rf"[{SPACES}]?(?P<mark>[{re.escape(MARKS)}]*)"
)


@dataclass(frozen=True)
class Meaning:
    """One of several things a printed number may mean; ``factor`` multiplies the base it is compared with."""

    name: str
    factor: float
    zh: str
    en: str


@dataclass(frozen=True)
class Printed:
    """A numeric cell as it is printed: the number, the decimals shown, and the note marks behind it ("" when there is none)."""

    number: Decimal
    decimals: int
    mark: str


@dataclass(frozen=True)
class Reading:
    """What a printed string says. Numbers in base units (元, 人, %, pp); ``unit`` is "" when none is printed.

    ``meanings`` holds both readings of 增长 N 倍; ``damaged`` is true when the unit that must have stood there is lost.
    """

    text: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    quantifier: str
    meanings: tuple[Meaning, ...] = ()
    damaged: bool = False


DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
PLACES = {"十": 10, "百": 100, "千": 1000}
SCALES = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}

# printed measure word -> base unit; a word that is not here is refused
UNITS = {
    **{
        word: word
        for word in "人 人次 次 项 篇 份 种 家 所 户 张 台 套 台(套) 件 平方米 元 年 月 日 天 期 级 岁 倍 % ‰ 个 座 条 例 辆 工作日".split()
    },
    "": "",
    "名": "人",
    "位": "人",
    "批": "批次",
    "百分点": "pp",
    "个百分点": "pp",
    "个工作日": "工作日",
    "个月": "月",
    "床": "张",
    "方": "个",
    "大": "个",
    "维": "个",
    "块": "个",
    "支": "个",
    "类": "个",
}
# nouns that may follow a measure word without changing what is counted
NOUNS = ("实体", "党委", "牌子", "任务", "体系", "真", "周期", "工作主线")

# words that state a number without a digit: (value, unit, quantifier)
LONGEST = 200  # characters of one printed number with its words: longer texts are passages
WORDS = {
    "全覆盖": (100, "%", "exact"), "全部": (100, "%", "exact"), "零": (0, "", "exact"), "百强": (100, "名次", "at_most"), "百年": (100, "年", "about"),
    "首批": (1, "批次", "exact"), "首个": (1, "个", "exact"), "首例": (1, "例", "exact"), "唯一": (1, "个", "exact"),
    "第一": (1, "名次", "exact"), "规模最大": (1, "名次", "exact"), "每天": (1, "次/日", "exact"), "每日": (1, "次/日", "exact"),
}  # fmt: skip
# claims and directions: words that carry no number at all
CLAIMS = {"部分", "数名", "多名", "若干", "全国前列", "前列", "率先", "省内先河", "首创", "首席科学家"}
DIRECTION = re.compile(
    r"(持续|大幅|明显|显著|稳步|逐步)?(向好|提升|提高|改善|下降|降低|上涨|上升|增长|增加|减少)"
)
COMPARED = {
    "不低于": "at_least",
    "不少于": "at_least",
    "高于": "more_than",
    "不高于": "at_most",
    "不超过": "at_most",
}

BEFORE = {
    "近": "just_under", "将近": "just_under", "约": "about", "大约": "about", "不低于": "at_least", "不少于": "at_least", "至少": "at_least", "超过": "more_than", "高于": "more_than",
    "超": "more_than", "不高于": "at_most", "不超过": "at_most", "至多": "at_most", "最多": "at_most", "最高": "at_most", "前": "at_most",
}  # fmt: skip
AFTER = {
    "以上": "at_least",
    "以下": "at_most",
    "以内": "at_most",
    "之内": "at_most",
    "内": "at_most",
    "左右": "about",
    "上下": "about",
}

_NUMBER = r"[0-9]+(?:\.[0-9]+)?|[零〇一二两三四五六七八九十百]+"
_SCALE = "百万|千万|万亿|千|万|亿"
_PATTERN = re.compile(
    rf"(?P<before>{'|'.join(sorted(BEFORE, key=len, reverse=True))})?(?P<ordinal>第|这)?(?P<minus>-)?(?P<first>{_NUMBER})(?P<scale1>{_SCALE})?"
    rf"(?:[-~–—至到](?P<second>{_NUMBER}))?(?P<more1>[余多])?(?P<scale>{_SCALE})?(?P<more2>[余多])?"
    rf"(?P<unit>.*?)(?P<after>{'|'.join(sorted(AFTER, key=len, reverse=True))})?"
)


def refused(
    text: str, expected: str, fix: str = "correct the cell, or code the statement by hand"
) -> DataError:
    """The error of every refusal here; callers put file, row and column in front."""
    shown = text if len(text) <= LONGEST else text[:40] + "…"
    return DataError(Problem("number", f'"{shown}"', expected, fix))


def folded(text: str) -> str:
    """The text with full-width forms of ASCII and the minus sign as ASCII (``FOLDED``), without blanks at its ends."""
    return (text if text.isascii() else text.translate(FOLDED)).strip(BLANKS)


def normal(text: str) -> str:
    """A printed statement as it is compared: folded, without blanks, markup (``**``) and quotes, thousands separators taken out.

    Raises DataError where two numbers stand beside each other with only a blank, a line end or markup between them: taken out,
    it would make one number of the two.
    """
    plain = folded(text)
    if re.search(rf"(?<![0-9.,])[1-9][0-9]{{0,2}}(?:[{SPACES}][0-9]{{3}})+(?![0-9{SPACES}])", plain):
        plain = re.sub(rf"(?<=[0-9])[{SPACES}](?=[0-9]{{3}}(?![0-9]))", "", plain)
    if re.search(rf"[0-9.,][{BLANKS}*⏎“”\"]+[0-9.,]", plain):
        raise refused(text, "one number, its thousands parted by single blanks or commas if at all")
    plain = re.sub(rf"[{BLANKS}*⏎“”\"]+", "", plain)
    if re.search(r"(?<![0-9.,])[1-9][0-9]{0,2}(,[0-9]{3})+(?![0-9,])", plain):
        plain = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", plain)
    return plain


def chinese(numeral: str) -> int:
    """An integer below 10,000 in Chinese numerals (十五 -> 15, 一百零二 -> 102). Raises DataError when it is not well formed."""
    total, digit, lowest = 0, None, 10_000
    for char in numeral:
        if char in PLACES:
            if PLACES[char] >= lowest or (digit is None and (char != "十" or total)) or digit == 0:
                raise refused(numeral, "Chinese numerals in falling order, e.g. 一百零二")
            lowest = PLACES[char]
            total += (1 if digit is None else digit) * lowest
            digit = None
        elif char in DIGITS and (digit is None or digit == 0):
            digit = DIGITS[char]
        else:
            raise refused(numeral, "Chinese numerals, e.g. 一百零二")
    return total + (digit or 0)


def printed(text: str) -> Printed | None:
    """A numeric table cell as a person reads it (1 234.5, 1,234.5, -3, 38227①); None when it is blank or a dash.

    Raises DataError for anything else: two numbers, groups of other than three digits, a sign, unit, remark or character that is
    not stated in this module, a mark alone.

    >>> printed("38,227①")
    Printed(number=Decimal('38227'), decimals=0, mark='①')
    """
    plain = folded(text)
    if plain in MISSING:
        return None
    found = _PRINTED.fullmatch(plain)
    if not found or (found["mark"][:1] in "¹²³" and found["mark"] and found["number"] == "10"):
        fix = "type the number as the publisher prints it, without unit or remark"
        if re.fullmatch(r"-?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})", plain):
            fix = "a comma parts thousands here: write decimals with a point, 17.1"
        raise refused(text, "a number, a blank or --", fix)
    number = re.sub(rf"[,{SPACES}]", "", found["number"])
    return Printed(Decimal(number), len(number.partition(".")[2]), found["mark"])


def cell(text: str) -> float | None:
    """The number of a table cell, without its note marks; None when it is blank or a dash. Raises DataError as ``printed`` does."""
    found = printed(text)
    return None if found is None else float(found.number)


def decimals(text: str) -> int:
    """Decimals printed in a numeric cell. Raises DataError as ``printed`` does."""
    found = printed(text)
    return 0 if found is None else found.decimals


def bounds(quantifier: str, value: float | None) -> tuple[float | None, float | None]:
    """Low and high of a single printed number under the coding conventions (a range has its own)."""
    low = value if quantifier in ("exact", "ratio", "at_least", "more_than") else None
    high = value if quantifier in ("exact", "ratio", "at_most", "just_under") else None
    return low, high


def _amount(number: str, scale: str | None) -> float:
    figure = Decimal(number) if number[0] in "0123456789" else Decimal(chinese(number))
    return float(figure * SCALES[scale or ""])


def _unit(text: str, found: re.Match) -> str:
    word = found["unit"]  # a dash behind it is a range whose end is lost, and no unit
    if (found["ordinal"] == "第" or found["before"] == "前") and word in ("名", "位", ""):
        return "名次"
    if word == "级乙等" or word == "级甲等":
        return "级"
    for noun in NOUNS:
        if word.endswith(noun) and word.removesuffix(noun) in ("", *UNITS):
            word = word.removesuffix(noun) or "个"
    if word not in UNITS:
        raise refused(text, "a number with one of the units " + " ".join(sorted({w for w in UNITS if w})))
    return UNITS[word]


def _word(text: str, plain: str) -> Reading | None:
    if plain in MISSING:
        return Reading(text, None, None, None, "", "unquantified")
    if plain in WORDS:
        value, unit, quantifier = WORDS[plain]
        return Reading(text, float(value), *bounds(quantifier, float(value)), unit, quantifier)
    if plain in CLAIMS or DIRECTION.fullmatch(plain):
        return Reading(text, None, None, None, "", "unquantified")
    if plain in COMPARED:  # what it is compared with stands elsewhere in the sentence
        return Reading(text, None, None, None, "", COMPARED[plain])
    campuses = re.fullmatch(r"一院([二两三四五六七八九])区", plain)
    if campuses:
        number = float(chinese(campuses[1]))
        return Reading(text, number, number, number, "个", "exact")
    ratio = re.fullmatch(rf"({'|'.join(COMPARED)})?([0-9]+(?:\.[0-9]+)?):([0-9]+(?:\.[0-9]+)?)", plain)
    if ratio:
        if not float(ratio[3]):
            raise refused(text, "a ratio with a second term above zero")
        times, quantifier = float(Decimal(ratio[2]) / Decimal(ratio[3])), COMPARED.get(ratio[1], "ratio")
        return Reading(text, times, *bounds(quantifier, times), "比值", quantifier)
    return None


_HANZI = "一二两三四五六七八九十"
_TENTHS = re.compile(rf"([0-9]+(?:\.[0-9]+)?|[{_HANZI}])成([{_HANZI[:-1]}半])?")
_PARTS = re.compile(rf"([{_HANZI}百]+)分之([{_HANZI}]+)")
_AGAINST = re.compile(rf"([0-9.]+|[{_HANZI}])比([0-9.]+|[{_HANZI}])")
_DOUBLINGS = re.compile(rf"翻了?([{_HANZI}]|[0-9])番")


def _figure(text: str) -> Decimal:
    return Decimal(text) if text[0] in "0123456789" else Decimal(chinese(text))


def _tenths(found: re.Match) -> str:
    more = found[2] or ""
    share = 10 * _figure(found[1]) + (5 if more == "半" else chinese(more) if more else 0)
    return f"{share.normalize():f}%"


def _spelled(plain: str) -> str:
    """Shares and ratios in words as figures: 三成 is 30%, 七成五 75%, 五分之一 20%, 1比1 is 1:1."""
    plain = "50%" if plain in ("一半", "半数") else _TENTHS.sub(_tenths, plain)
    parts = _PARTS.fullmatch(plain)
    if (
        parts and 100 % chinese(parts[1]) == 0
    ):  # a third is no whole number of per cent and stays with a person
        plain = f"{100 // chinese(parts[1]) * chinese(parts[2])}%"
    against = _AGAINST.fullmatch(plain)
    return f"{_figure(against[1])}:{_figure(against[2])}" if against else plain


def _doubled(text: str, plain: str) -> Reading | None:
    """翻一番 is twice the base, 翻两番 four times: there is one reading."""
    found = _DOUBLINGS.fullmatch(plain)
    if not found:
        return None
    value = float(2 ** int(_figure(found[1])))
    return Reading(text, value, *bounds("exact", value), "倍", "exact")


def _times(value: float) -> tuple[Meaning, ...]:
    return (
        Meaning(
            "literal",
            1 + value,
            f"增加了{value:g}倍，为原来的{1 + value:g}倍",
            f"grew by {value:g} times its base: {1 + value:g} times the base",
        ),
        Meaning("loose", value, f"为原来的{value:g}倍", f"is {value:g} times its base"),
    )


def parse(text: str, expected_unit: str = "") -> Reading:
    """Read a number as a document printed it (15334.55万张, 近60%, 30余名, 1-2 个, 不低于200万元, 1:1, 第四批, 全覆盖).

    ``expected_unit``: the unit that the statement must have; a bare number with % or pp expected is marked ``damaged``.
    Raises DataError for two numbers, contradicting quantifiers, a falling range, an unknown unit or no number at all.
    """
    if len(text) > LONGEST:
        raise refused(text, f"one number, in at most {LONGEST} characters")
    plain = _spelled(normal(text))
    read = _word(text, plain) or _doubled(text, plain)
    if read is not None:
        return read
    found = _PATTERN.fullmatch(plain)
    if not found or re.search(r"\d", found["unit"]):
        raise refused(
            text, "one number with its unit, a range, a ratio, or a word listed in clean/numbers.py"
        )
    marks = {
        BEFORE.get(found["before"] or ""),
        AFTER.get(found["after"] or ""),
        "more_than" if found["more1"] or found["more2"] else None,
    } - {None}
    if (
        len(marks) > 1
        or (found["more1"] and found["more2"])
        or (found["scale1"] and found["scale"] and not found["second"])
    ):
        raise refused(text, "one quantifier and one scale", "code the statement by hand")
    unit = _unit(text, found)
    sign = -1 if found["minus"] else 1
    scale = found["scale"] if found["second"] else found["scale1"] or found["scale"]
    first = sign * _amount(found["first"], (found["scale1"] or scale) if found["second"] else scale)
    if found["second"]:
        second = _amount(found["second"], scale)
        if marks or first >= second:
            raise refused(text, "a rising range without another quantifier")
        return Reading(text, None, first, second, unit, "range")
    quantifier = marks.pop() or "exact" if marks else "exact"
    meanings = _times(first) if unit == "倍" and quantifier == "exact" else ()
    return Reading(
        text,
        first,
        *bounds(quantifier, first),
        unit,
        quantifier,
        meanings,
        damaged=not unit and expected_unit in ("%", "pp"),
    )
