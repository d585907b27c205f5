"""What printed dates and spans say, against the document's own date."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.clean import periods
from analysis.errors import DataError


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019年", "2019-01-01", "2019-12-31"),
        ("2019年1-10月", "2019-01-01", "2019-10-31"),
        ("**2019 年 1-10 月**", "2019-01-01", "2019-10-31"),
        ("２０１９年１—１０月", "2019-01-01", "2019-10-31"),
        ("2020年1月至2月", "2020-01-01", "2020-02-29"),
        ("2011年1月", "2011-01-01", "2011-01-31"),
        ("2015年第3季度", "2015-07-01", "2015-09-30"),
        ("2011年一季度", "2011-01-01", "2011-03-31"),
        ("2020年上半年", "2020-01-01", "2020-06-30"),
        ("2012-09", "2012-09-01", "2012-09-30"),
        ("2018-2023", "2018-01-01", "2023-12-31"),
        ("2015年至2019年", "2015-01-01", "2019-12-31"),
        ("2023-03-03", "2023-03-03", "2023-03-03"),
        ("2024/1/24", "2024-01-24", "2024-01-24"),
        ("2023年6月17日", "2023-06-17", "2023-06-17"),
        ("2020年底", "2020-12-31", "2020-12-31"),
        ("到2022年底", "", "2022-12-31"),
    ],
)
def test_explicit(text, start, end):
    assert periods.parse(text) == periods.Period(start, end, "explicit")


@pytest.mark.parametrize(
    ("text", "start", "end", "basis"),
    [
        ("去年", "2022-01-01", "2022-12-31", "relative_resolved"),
        ("今年以来", "2023-01-01", "2023-03-03", "relative_resolved"),
        ("三年来", "2020-03-03", "2023-03-03", "relative_resolved"),
        ("近3年", "2020-03-03", "2023-03-03", "relative_resolved"),
        ("5年内", "2023-03-03", "2028-03-03", "relative_resolved"),
        ("2018年以来", "2018-01-01", "2023-03-03", "relative_resolved"),
        ("2020年底以来", "2020-12-01", "2023-03-03", "relative_resolved"),
        ("目前", "", "2023-03-03", "as_of_publication"),
        ("近日", "", "2023-03-03", "inferred"),
        ("", "", "", "undated"),
    ],
)
def test_relative_to_the_documents_date(text, start, end, basis):
    assert periods.parse(text, "2023-03-03") == periods.Period(start, end, basis)


@pytest.mark.parametrize(
    "text",
    ["2023", "2023年", "２０２３年", "2023年度", "2023年末", "2023年底", "截至2023年末", "2023-12-31", "2023/12/31", "2023.12.31", "20231231", "2023年12月31日", "2023-12-31 00:00:00", "2023年12月末",
     "2023年12月", "二〇二三年", "2023年1-12月"],
)  # fmt: skip
def test_a_stock_at_the_end_of_a_year_has_one_key_however_it_is_written(text):
    found = periods.parse(text)
    assert (found.key("stock"), found.year_of("stock")) == ("2023", 2023)


def test_mutation_a_key_of_the_text_as_printed_would_make_two_of_one_period():
    forms = ("2023", "2023年末", "2023-12-31")
    assert len({periods.parse(form).key("stock") for form in forms}) == 1 < len(set(forms))


@pytest.mark.parametrize(
    ("forms", "key"),
    [
        (("2015年第3季度", "2015年三季度", "2015Q3", "2015年7-9月"), "2015年7-9月"),
        (("2022年3月", "2022-03", "2022/03", "2022年3月份"), "2022年3月"),
        (("2018-2023", "2018年至2023年"), "2018-2023"),
        (("2024-06-30", "2024年6月末", "2024/6/30"), "2024-06-30"),
    ],
)
def test_one_key_a_period(forms, key):
    assert {periods.parse(form).key("flow") for form in forms} == {key}


def test_a_spreadsheets_day_number_is_a_day_only_where_the_spreadsheet_says_so():
    assert periods.serial(45291).end == "2023-12-31"
    with pytest.raises(DataError, match="it would be 2023-12-31"):
        periods.parse("45291")


def test_a_month_that_may_be_two_is_refused():
    with pytest.raises(DataError, match="January or October"):
        periods.parse("2023.1")


def test_the_web_date_would_move_last_year():
    assert (
        periods.parse("去年", "2024-01-24").start == "2023-01-01" != periods.parse("去年", "2023-03-03").start
    )


def test_leap_day_goes_back_to_a_day_that_exists():
    assert periods.parse("一年来", "2020-02-29").start == "2019-02-28"


@pytest.mark.parametrize("text", ["去年", "三年来", "目前"])
def test_a_relative_word_needs_the_documents_date(text):
    with pytest.raises(DataError, match="pass document_date"):
        periods.parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019年13月", "months from 1 to 12"),
        ("2019年10-1月", "rising order"),
        ("2023-02-30", "a day that exists"),
        ("1066", "a year from 1949"),
        ("2023-2018", "rising order"),
        ("上年同期", "a year, a month"),
        ("不久前", "a year, a month"),
        ("3年", "a year, a month"),
        ("20191", "a year, a month"),
    ],
)
def test_refusals(text, expected):
    with pytest.raises(DataError, match=expected):
        periods.parse(text, "2023-03-03")


def test_only_a_whole_calendar_year_has_a_year():
    assert periods.parse("2019年").year == 2019
    assert (
        periods.parse("2019年1-10月").year is None
        and periods.parse("2018-2023").year is None
        and periods.parse("").year is None
    )


@settings(deadline=None)
@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)))
def test_every_day_is_read_in_three_forms(day):
    forms = (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}")
    assert {periods.parse(form).end for form in forms} == {day.isoformat()}


@settings(deadline=None)
@given(st.text(max_size=12), st.sampled_from([None, "2023-03-03"]))
def test_any_text_is_read_or_refused_with_a_data_error(text, document_date):
    try:
        found = periods.parse(text, document_date)
    except DataError:
        return
    assert not found.start or not found.end or found.start <= found.end
