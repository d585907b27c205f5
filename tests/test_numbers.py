"""What printed numbers say: every form in the bulletins, and what must be refused."""

import csv
import math
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import paths
from analysis.clean import numbers
from analysis.clean.bulletins import CODED_BEYOND_PRINT
from analysis.errors import DataError


@pytest.mark.parametrize(
    ("text", "value", "low", "high", "unit", "quantifier"),
    [
        ("15334.55万张", 153345500, 153345500, 153345500, "张", "exact"),
        ("近60%", 60, None, 60, "%", "just_under"),
        ("30余名", 30, 30, None, "人", "more_than"),
        ("3.68万余人次", 36800, 36800, None, "人次", "more_than"),
        ("84万余户", 840000, 840000, None, "户", "more_than"),
        ("500多名", 500, 500, None, "人", "more_than"),
        ("1-2 个", None, 1, 2, "个", "range"),
        ("3—5 年", None, 3, 5, "年", "range"),
        ("3至5年", None, 3, 5, "年", "range"),
        ("不低于200万元", 2000000, 2000000, None, "元", "at_least"),
        ("不少于60个工作日", 60, 60, None, "工作日", "at_least"),
        ("最高300万元", 3000000, None, 3000000, "元", "at_most"),
        ("1年内", 1, None, 1, "年", "at_most"),
        ("1:1", 1, 1, 1, "比值", "ratio"),
        ("不低于1：1", 1, 1, None, "比值", "at_least"),
        ("5 个以上", 5, 5, None, "个", "at_least"),
        ("10 个左右", 10, None, None, "个", "about"),
        ("约9000次", 9000, None, None, "次", "about"),
        ("前 20 名", 20, None, 20, "名次", "at_most"),
        ("百强", 100, None, 100, "名次", "at_most"),
        ("第280名", 280, 280, 280, "名次", "exact"),
        ("第四批", 4, 4, 4, "批次", "exact"),
        ("16个百分点", 16, 16, 16, "pp", "exact"),
        ("46 台(套)", 46, 46, 46, "台(套)", "exact"),
        ("二级以下", 2, None, 2, "级", "at_most"),
        ("五个“真”", 5, 5, 5, "个", "exact"),
        ("一院三区", 3, 3, 3, "个", "exact"),
        ("两块牌子", 2, 2, 2, "个", "exact"),
        ("全覆盖", 100, 100, 100, "%", "exact"),
        ("１２８０家", 1280, 1280, 1280, "家", "exact"),
        ("1,280家", 1280, 1280, 1280, "家", "exact"),
        ("**13.36%**", 13.36, 13.36, 13.36, "%", "exact"),
        ("1.53亿张", 153000000, 153000000, 153000000, "张", "exact"),
        ("-21.7%", -21.7, -21.7, -21.7, "%", "exact"),
        ("持续下降", None, None, None, "", "unquantified"),
        ("数名", None, None, None, "", "unquantified"),
        ("高于", None, None, None, "", "more_than"),
        ("", None, None, None, "", "unquantified"),
        ("--", None, None, None, "", "unquantified"),
    ],
)
def test_forms(text, value, low, high, unit, quantifier):
    read = numbers.parse(text)
    assert (read.value, read.low, read.high, read.unit, read.quantifier) == (
        value,
        low,
        high,
        unit,
        quantifier,
    )


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "12名30个",
        "1.2.3个",
        "5-3个",
        "近30余名",
        "不低于200万元以下",
        "30余余名",
        "12光年",
        "1,28家",
        "第",
        "约1-2个",
        "1:0",
        "3十5个",
        "十百个",
        "5万3万个",
        "约",
        "去年",
        *("12-", "12%-", "12.5−", "30人-", "12-15-", "约12-"),  # a range whose end is lost
    ],
)
def test_refusals(text):
    with pytest.raises(DataError) as error:
        numbers.parse(text)
    assert text in str(error.value) or "numerals" in str(error.value)


def test_both_meanings_of_times():
    literal, loose = numbers.parse("2.6倍").meanings
    assert (literal.factor, loose.factor) == (3.6, 2.6)
    # both bases round to a whole number that gives 2.6 back
    assert [round(47 / m.factor) for m in (literal, loose)] == [13, 18]
    assert numbers.parse("2.6%").meanings == ()


def test_a_lost_percent_sign_is_damage_only_where_one_was_expected():
    assert (
        numbers.parse("61.6", "%").damaged
        and not numbers.parse("61.6%", "%").damaged
        and not numbers.parse("45", "次").damaged
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("--", None),
        ("…", None),
        ("1,234.5", 1234.5),
        (" 12 ", 12),
        ("１２．５", 12.5),
        ("-3", -3),
    ],
)
def test_cells(text, value):
    assert numbers.cell(text) == value


@pytest.mark.parametrize("text", ["12张", "1 2 3x", "约5", "1,23", "0x10", "1e5", "nan", "十"])
def test_cells_that_are_no_numbers(text):
    with pytest.raises(DataError, match="expected a number, a blank or --"):
        numbers.cell(text)


# ------------------------------------------------------------------------------- a printed cell is read as a person reads it


@pytest.mark.parametrize(
    ("text", "value", "mark"),
    [
        ("38227①", 38227, "①"),
        ("12.3²", 12.3, "²"),
        ("1 950", 1950, ""),
        ("12\u00a0345\u00a0678", 12345678, ""),
        ("1,234.5 ⑴", 1234.5, "⑴"),
        ("−3.5", -3.5, ""),
        ("\t2.00\t", 2, ""),
        ("１，２３４", 1234, ""),
        ("12*", 12, "*"),
    ],
)
def test_a_mark_or_a_blank_never_becomes_a_digit(text, value, mark):
    assert numbers.cell(text) == value and numbers.printed(text).mark == mark


REFUSED = [
    "19 50", "123\n456", "12\t345", "1  234", "12 34", "①", "²", "10⁶", "10²", "12.3④5", "1²3", "½", "12½", "Ⅻ", "١٢", "12 .5", "- 5", "--5", "12-", "1,2345", "1234,567", "0,123",
    "1,234 567", "1.234.5", "12。5", "12·5", "1*2", "12**3", "(12)", "12，34", "００７", "12％", "≤5", "O", "1e5", "12\u200b34", "1'234", "12_345", "⒈", "1⒉", "㈠", "𝟏𝟐",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_no_person_reads_as_one_number_is_refused(text):
    with pytest.raises(DataError, match="expected a number, a blank or --"):
        numbers.cell(text)


@pytest.mark.parametrize("text", ["19 50名", "123\n456张", "12**3个", "12 3456元", "3①个"])
def test_two_numbers_of_a_statement_are_never_joined(text):
    with pytest.raises(DataError):
        numbers.parse(text)


GROUPS = {"": "", "comma": ",", "wide": "，", "blank": " ", "thin": "\u2009", "fixed": "\u00a0"}
JUNK = [*" \t\n\u00a0\u3000\u200b,，.．*①²⁴½'’_-–~～/|:：", "", ", ", "  "]


def _printed_cells(draw):
    """(text, the number a person reads, or None where it has to be refused): written the other way round than it is read."""
    sign, whole = draw(st.sampled_from(["", "-", "−", "－", "+"])), draw(st.integers(0, 10**10))
    places = draw(st.integers(0, 3))
    rest = draw(st.integers(0, 10**places - 1)) if places else 0
    part = draw(st.sampled_from(list(GROUPS.values())))
    body = f"{whole:,}".replace(",", part) + (f".{rest:0{places}}" if places else "")
    if draw(st.booleans()):
        body = body.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789."})
    mark = draw(st.sampled_from(["", "①", "③", "⑿", "³", "*", " ①", "†"]))
    value = (whole + rest / 10**places) * (-1 if sign in ("-", "−", "－") else 1)
    power = str(whole) == "10" and not places and mark == "³"
    return sign + body + mark, None if power else value


@st.composite
def printed_cells(draw):
    return _printed_cells(draw)


@st.composite
def joined_cells(draw):
    """Two numbers with junk between them that makes no grouped or decimal number of the two."""
    first, junk, second = (
        draw(st.integers(0, 10**6)),
        draw(st.sampled_from(JUNK)),
        draw(st.integers(0, 10**6)),
    )
    text = f"{first}{junk}{second}"
    grouped = junk in GROUPS.values() and len(str(second)) == 3 and 0 < first < 1000
    whole = junk == "" and (first or not second) or junk in (".", "．") or grouped
    return text, bool(whole or junk == "" and first == 0 and len(text) == 1)


def _read(reader, text):
    try:
        return reader(text)
    except DataError:
        return "refused"


def _breaks(reader, cases) -> bool:
    """Whether a reader returns, for one of the cells, another number than a person reads."""
    return any(
        _read(reader, text) not in ("refused",)
        and not (value is not None and math.isclose(_read(reader, text), value))
        for text, value in cases
    )


@settings(max_examples=300)
@given(printed_cells())
def test_a_well_printed_cell_is_read_as_it_was_written(case):
    text, value = case
    found = _read(numbers.cell, text)
    assert found == "refused" if value is None else math.isclose(found, value, rel_tol=1e-12), text


@settings(max_examples=300)
@given(joined_cells())
def test_two_numbers_in_a_cell_are_refused(case):
    text, whole = case
    assert whole or _read(numbers.cell, text) == "refused", text


@settings(max_examples=500)
@given(st.text(alphabet="0123456789０５,， .．-−①②²¹½Ⅳ万*\n\t\u00a0\u2009", max_size=9))
def test_whatever_is_read_keeps_the_digits_in_their_order_and_adds_none(text):
    found = _read(numbers.printed, text)
    if found not in ("refused", None):
        digits = [str(int(char)) for char in text if char in "0123456789０５"]
        assert "".join(digits) == "".join(char for char in str(found.number) if char.isdigit())


def _as_before(text: str) -> float:
    """The reader as it was: every compatibility form folded, every blank and asterisk dropped."""
    plain = re.sub(r"[\s*]+", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", plain):
        raise numbers.refused(text, "a number")
    return float(plain)


def test_mutation_a_reader_that_folds_all_forms_or_drops_all_blanks_is_caught():
    cases = [("38227①", 38227), *((text, None) for text in REFUSED)]
    assert _breaks(_as_before, cases) and not _breaks(numbers.cell, cases)


# ------------------------------------------------------------------------------------------------------- hanzi and statements


def _numeral(n: int) -> str:
    digits, out, gap = "零一二三四五六七八九", "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // place % 10
        if digit:
            out += ("零" if gap and out else "") + digits[digit] + name
            gap = False
        else:
            gap = True
    return out or "零"


@settings(deadline=None)
@given(st.integers(0, 9999))
def test_chinese_numerals_round_trip(n):
    assert numbers.chinese(_numeral(n)) == n


@settings(deadline=None)
@given(st.integers(10, 19))
def test_ten_may_stand_without_one(n):
    assert numbers.chinese(_numeral(n).removeprefix("一")) == n


@settings(deadline=None)
@given(
    st.decimals(0, 99999, places=2),
    st.sampled_from(["", "万", "亿"]),
    st.sampled_from(["张", "人次", "元", "%"]),
    st.sampled_from(["", "近", "约", "不低于", "最高"]),
)
def test_digits_scale_and_quantifier_compose(figure, scale, unit, before):
    read = numbers.parse(f"{before}{figure}{scale}{unit}")
    assert (
        math.isclose(read.value, float(figure) * numbers.SCALES[scale], rel_tol=1e-12) and read.unit == unit
    )
    assert (read.low, read.high) == numbers.bounds(read.quantifier, read.value)


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_read_or_refused_with_a_data_error(text):
    try:
        read = numbers.parse(text)
    except DataError:
        return
    assert read.quantifier in {
        "exact",
        "at_least",
        "more_than",
        "at_most",
        "just_under",
        "about",
        "range",
        "ratio",
        "unquantified",
    }


def _facts():
    return [
        row
        for file in sorted((paths.raw() / "bulletins").glob("doc-*.csv"))
        for row in csv.DictReader(file.open(encoding="utf-8"))
    ]


def test_every_printed_fact_is_read_as_it_was_coded_or_the_difference_is_explained():
    def number(text):
        return float(text) if text else None

    differing = set()
    for fact in _facts():
        read = numbers.parse(fact["as_printed"], fact["unit"])
        coded = tuple(number(fact[c]) for c in ("value", "value_low", "value_high"))
        if (read.value, read.low, read.high, read.quantifier) != (*coded, fact["quantifier"]):
            differing.add(fact["fact_id"])
        unit = fact["unit"] if fact["unit"] == "次/日" else fact["unit"].split("/")[0]
        assert read.unit in ("", unit), fact["fact_id"]
        assert read.damaged == (fact["damaged"] == "true" and fact["unit"] == "%"), fact["fact_id"]
    assert len(_facts()) == 207
    assert differing == set(CODED_BEYOND_PRINT)


@pytest.mark.parametrize(
    ("text", "value", "low", "high", "unit", "quantifier"),
    [
        ("三成", 30, 30, 30, "%", "exact"),
        ("七成五", 75, 75, 75, "%", "exact"),
        ("近三成", 30, None, 30, "%", "just_under"),
        ("五成以上", 50, 50, None, "%", "at_least"),
        ("五分之一", 20, 20, 20, "%", "exact"),
        ("1比1", 1, 1, 1, "比值", "ratio"),
        ("九比一", 9, 9, 9, "比值", "ratio"),
        ("翻一番", 2, 2, 2, "倍", "exact"),
        ("翻了两番", 4, 4, 4, "倍", "exact"),
    ],
)
def test_shares_ratios_and_doublings_in_words(text, value, low, high, unit, quantifier):
    read = numbers.parse(text)
    assert (read.text, read.value, read.low, read.high, read.unit, read.quantifier) == (
        text,
        value,
        low,
        high,
        unit,
        quantifier,
    )
    assert read.meanings == ()  # twice the base has one reading, unlike an increase by so many times


@pytest.mark.parametrize("text", ["三分之一", "成", "0比0", "三成到五成", "翻番", "1" * 100_000])
def test_what_has_no_one_value_stays_with_a_person(text):
    with pytest.raises(DataError) as error:
        numbers.parse(text)
    assert len(str(error.value)) < 800
