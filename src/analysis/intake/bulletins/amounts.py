"""Numbers as a passage prints them: where each stands and what it says by itself, without its sentence.

A passage comes with names, dates and markers masked (``masks``, ``times``). What cannot be read is left out or marked damaged.

More than 400 lines because each printed form is a small function of its own, and the list at the end ranks them all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from analysis.clean.numbers import bounds, chinese
from analysis.errors import DataError
from analysis.intake.bulletins import patterns
from analysis.intake.bulletins.kept import remembered
from analysis.intake.bulletins.lexicon import AFTER, BEFORE, SCALES, UNITS


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
    length, meaning = _bound_at_end(text[max(0, start - 8) : start])
    return start - length, meaning


@remembered
def _bound_at_end(tail: str) -> tuple[int, str]:
    for length in range(min(_LONGEST, len(tail)), 0, -1):
        word = tail[-length:]
        if word in BEFORE and not _part_of_a_word(tail, word):
            return length, BEFORE[word]
    return 0, ""


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
    post = found["post"] if "post" in found.re.groupindex else None
    quantifier = _meaning(before, "more_than" if more else "", AFTER.get(post or "", ""))
    value = round_value(value)
    low, high = bounds(quantifier, value)
    return Amount(start, found.end(), value, low, high, unit, quantifier, **extra)  # type: ignore[arg-type]


def _arabic(text: str, found: re.Match[str]) -> list[Amount]:
    first = _number(found["a"])
    scale, unit, per = found["s"] or "", found["u"] or "", (found["p"] or "").lstrip("/")
    more = bool(found["m1"] or found["m2"] or (found["mid"] and unit))
    minus = -1 if found["minus"] and _signed(text, found.start()) else 1
    if unit == "%" and not found["dash"] and text[found.start() - 1 : found.start()] == "前":
        top = round_value(first)
        return [Amount(found.start() - 1, found.end(), top, None, top, "%", "at_most", "rank")]
    if not found["dash"]:
        value = minus * first * SCALES.get(scale, 1)
        amount = _single(text, found, value, UNITS.get(unit, ""), more, scaled=bool(scale), per=per)
        if minus < 0 or not found["minus"]:
            return [amount]
        return [replace(amount, start=max(amount.start, found.start() + 1))]
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


def _between(text: str, found: re.Match[str]) -> list[Amount]:
    """2倍以上5倍以下: one range."""
    unit = UNITS[found["u2"]]
    if found["u"] and UNITS[found["u"]] != unit:
        return []
    scale = found["s2"] or ""
    low = _number(found["a"]) * SCALES.get(found["s"] or ("" if found["u"] else scale), 1)
    high = _number(found["b"]) * SCALES.get(scale, 1)
    if low >= high:
        return []
    ends = round_value(low), round_value(high)
    return [Amount(found.start(), found.end(), None, *ends, unit, "range", "range", bool(scale))]


def _is_range(text: str, found: re.Match[str], unit: str, unit2: str) -> bool:
    if found["dash"] == "到" or found["dash"] == "至":
        if re.search(r"(?:由|从)[^,。;]{0,12}$", text[: found.start()]):
            return False
    return not unit or not unit2 or UNITS[unit] == UNITS[unit2]


def _signed(text: str, start: int) -> bool:
    """Whether a dash is a minus: 结余-2.1亿元 has one, 综合楼-2层 none."""
    return (
        start == 0
        or text[start - 1] in "为达(到至率降:\t,"
        or text[max(0, start - 2) : start] in _MAY_BE_NEGATIVE
        or bool(re.search(r"\d[%万亿元人次天张个]{0,4}[、和及与]$", text[max(0, start - 8) : start]))
    )


_MAY_BE_NEGATIVE = ("结余", "盈余", "利润", "收益", "盈亏", "增幅", "增速")


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


def _counts(text: str, found: re.Match[str], digits: str, unit: str) -> bool:
    """Whether hanzi digits with a measure word count something (not 一家人, 一项重要任务, 两个维护)."""
    if digits == "一":
        return bool(patterns.ONE.search(text[max(0, found.start() - 12) : found.start()])) and unit in (
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


def _clock(text: str, found: re.Match[str]) -> list[Amount]:
    """9分42秒, 1小时20分钟: one time, in minutes."""
    hours, minutes, seconds = (int(found[name] or 0) for name in ("h", "m", "s"))
    if minutes >= 60 or seconds >= 60:
        return []
    return [_single(text, found, round(60 * hours + minutes + seconds / 60, 4), "分钟", False)]


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
    if not patterns.RANK_CONTEXT.search(text[max(0, found.start() - 18) : found.start()]) and found[
        "u"
    ] not in (
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
    """Hanzi durations count only where they bind: 两周内, 为期两年; 三年内 is the time of what stands behind it (``times``)."""
    context = text[max(0, found.start() - 10) : found.start()]
    deadline = found["u"] in ("年", "个月") and (found["post"] or "").endswith("内")
    if (deadline or not found["post"]) and not re.search(
        r"(?:为期|[力争]?用|周期为?|服务期[^,。;]{0,6}|缩短[为至了]?|满)$", context
    ):
        return []
    if found["a"] == "半":
        value = 0.5
    else:
        value = _number(found["a"])
    if value > 60:
        return []
    return [_single(text, found, value, UNITS.get(found["u"], found["u"]), False)]


_FINDERS = [
    (patterns.LOST_NUMBER, _lost), (patterns.BETWEEN, _between), (patterns.HUNDREDTHS, _share), (patterns.TENTHS, _tenths), (patterns.RATIO, _ratio), (patterns.FRACTION, _fraction), (patterns.TWICE, _twice), (patterns.RANK, _rank), (patterns.TOP, _top),
    (patterns.CLOCK, _clock), (patterns.AMOUNT, _arabic), (patterns.VAGUE_BEFORE, _vague), (patterns.HALF, _half), (patterns.FIRST, _first), (patterns.DURATION, _span), (patterns.HANZI_AMOUNT, _hanzi),
]  # fmt: skip


def _word(match: re.Match[str], group: int, value: float | None, unit: str, quantifier: str) -> Amount:
    """A word that states a number; where the pattern gives none, the numeral inside it does (第四批).

    A first of its kind (首家, 首例) and tiers of government (县乡两级) name something and count nothing: they are no numbers."""
    printed = match[group]
    if value is None and quantifier == "exact":
        digits = patterns.DIGITS_IN.search(printed)
        value = _number(digits[0]) if digits else None
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
    for pattern, value, unit, quantifier in patterns.WORDS:
        for match in pattern.finditer(text):
            group = 1 if pattern.groups and match[1] else 0
            found.append(_word(match, group, value, unit, quantifier))
    said = 0
    for match in patterns.DIRECTION.finditer(text):
        way = "down" if patterns.DIRECTIONS_DOWN.search(match["w"]) else "up"
        subject = re.split(r"[,。;:¤]", text[: match.start("w")])[-1]
        # in a clause without end, what an earlier word fell or rose is counted there alone
        own = subject[-max(1, match.start("w") - said) :] if len(subject) > 60 else subject
        listed = [part for part in re.split(r"[、及和与]", own) if patterns.SUBJECT.search(part)]
        said = match.end("w")
        unit = "%" if patterns.SHARES.search(subject) else "元" if re.search(r"费|支出|收入", subject) else ""
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
    if not patterns.ANY.search(text):
        return kept
    arabic = bool(re.search(r"\d", text))
    taken = bytearray(len(text))
    for pattern, read in _FINDERS:
        if not arabic and pattern in (patterns.AMOUNT, patterns.FRACTION):
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
