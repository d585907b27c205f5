"""Facts print themselves the same way everywhere, and refuse to exist without provenance."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import facts
from analysis.errors import MethodError
from analysis.facts import (
    Fact,
    State,
    beside,
    derived,
    number_text,
    observed,
    ordinal,
    provenance,
    round_half_up,
)
from analysis.findings import Column, Table
from analysis.sentences import words


def row(**changes) -> dict:
    return {
        "observation_id": "s:140000:doctors:2023",
        "region_code": "140000",
        "institution_id": "",
        "institution": "",
        "indicator": "doctors",
        "value": 118400.0,
        "value_low": 118350.0,
        "value_high": 118450.0,
        "unit": "人",
        "quantifier": "exact",
        "status": "actual",
        "period_start": "2023-12-31",
        "period_end": "2023-12-31",
        "period_basis": "explicit",
        "as_printed": "11.84 万人",
        "qualifier": "",
        "qualifier_en": "",
        "source_id": "nbs-province",
        "locator": "分省年度数据 › 执业（助理）医师数 › 山西省 › 2023年",
        "source_grade": "A",
        "damaged": False,
    } | changes


@pytest.mark.parametrize(
    ("value", "how", "zh", "en"),
    [
        (118400, {"style": "count", "unit": "人", "step": 100}, "11.84 万人", "118,400"),
        (118432, {"style": "count", "unit": "人", "step": 100}, "11.84 万人", "118,400"),
        (34660000, {"style": "count", "unit": "人", "step": 10000}, "3466 万人", "34.66 million"),
        (9, {"style": "count", "unit": "人"}, "9 人", "9"),
        (6200, {"style": "count", "unit": "人", "step": 100, "signed": True}, "+6200 人", "+6,200"),
        (-30100, {"style": "count", "unit": "人", "step": 100, "signed": True}, "−3.01 万人", "−30,100"),
        (3000000, {"style": "money"}, "300 万元", "CNY 3 million"),
        (12035, {"style": "count", "unit": "张"}, "1.20 万张", "12,035"),
        (12000, {"style": "count", "unit": "张"}, "1.2 万张", "12,000"),
        (3.415, {"style": "rate"}, "3.42", "3.42"),
        (11, {"style": "rank"}, "第 11 位", "11th"),
        (31.84, {"style": "percent"}, "31.8%", "31.8%"),
        (8, {"style": "pp", "decimals": 0}, "8 个百分点", "8 points"),
        (61.6, {"style": "number"}, "61.6", "61.6"),
    ],
)
def test_number_text(value, how, zh, en):
    assert (number_text(value, lang="zh", **how), number_text(value, lang="en", **how)) == (zh, en)


@pytest.mark.parametrize(
    ("place", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12, "12th"), (21, "21st"), (112, "112th")],
)
def test_ordinal(place, text):
    assert ordinal(place) == text


def test_rounds_half_away_from_zero_as_printed_tables_do():
    assert (
        str(round_half_up(2.675, 2)) == "2.68"
        and str(round_half_up(-0.125, 2)) == "-0.13"
        and str(round_half_up(0.5, 0)) == "1"
    )


@given(st.integers(0, 10**9), st.sampled_from([1, 100, 10000]))
def test_a_count_never_shows_digits_beyond_its_step(value, step):
    text = number_text(value, "count", "en", step=step)
    if "million" not in text and "billion" not in text:
        assert int(text.replace(",", "")) % step == 0


@pytest.mark.parametrize(
    ("quantifier", "low", "high", "value", "zh"),
    [
        ("more_than", 30, None, 30, "超过 30 人"),
        ("at_least", 60, None, 60, "至少 60 人"),
        ("at_most", None, 30, 30, "至多 30 人"),
        ("about", None, None, 15, "约 15 人"),
        ("range", 1, 2, None, "1–2 人"),
    ],
)
def test_quantifiers(quantifier, low, high, value, zh):
    fact = observed(row(quantifier=quantifier, value=value, value_low=low, value_high=high))
    assert fact.text("zh") == zh


@pytest.mark.parametrize(
    ("printed", "value", "low", "high", "quantifier", "shown"),
    [("13.36%", 13.36, 13.36, 13.36, "exact", "13.36%"), ("近 60%", 60, None, 60, "just_under", "不到 60%"), ("78 %", 78, 77.95, 78.05, "exact", "78.0%"),
     ("27 %", 27, 26.5, 27.5, "exact", "27%"), ("全覆盖", 100, 100, 100, "exact", "100%"), ("86.8 %", 86.8, 86.795, 86.805, "exact", "86.80%")],
)  # fmt: skip
def test_a_percentage_keeps_the_decimals_it_was_printed_with(printed, value, low, high, quantifier, shown):
    fact = observed(
        row(
            indicator="hospital_bed_use_rate",
            unit="%",
            as_printed=printed,
            value=value,
            value_low=low,
            value_high=high,
            quantifier=quantifier,
        )
    )
    assert fact.text("zh") == shown and fact.text("en") == shown.replace("不到", "under")


def test_facts_that_print_differently_are_not_one_record():
    fact = observed(row())
    others = [replace(fact, signed=True), replace(fact, step=10_000.0), replace(fact, decimals=1)]
    assert len({one.id for one in (fact, *others)}) == len({one.text("zh") for one in (fact, *others)}) == 4


def test_observed_carries_everything():
    fact = observed(row())
    record = fact.record([[0, 0]])
    assert (
        tuple(fact.observations) == ("s:140000:doctors:2023",)
        and record.rows == [[0, 0]]
        and record.as_printed == "11.84 万人"
        and record.source_ids == ("nbs-province",)
    )
    assert record.text == {"zh": "11.84 万人", "en": "118,400"} and record.called("zh").startswith(
        "山西 2023 年"
    )


def test_rank_interval_prints_as_a_range():
    fact = derived(
        11,
        ("位次", "place"),
        ("排位", "rank"),
        rows=row(),
        style="rank",
        low=8,
        high=22,
        quantifier="interval",
    )
    assert (fact.text("zh"), fact.text("en")) == ("第 8–22 位", "8th–22nd")
    same = derived(
        11,
        ("位次", "place"),
        ("排位", "rank"),
        rows=row(),
        style="rank",
        low=11,
        high=11,
        quantifier="interval",
    )
    assert same.text("zh") == "第 11 位"
    signed = derived(
        0.1,
        ("差", "gap"),
        ("差", "difference"),
        rows=row(),
        style="rate",
        low=-0.15,
        high=0.29,
        quantifier="interval",
        signed=True,
    )
    assert signed.text("zh") == "−0.15 至 +0.29"


def test_derived_sums_up_its_inputs():
    a, b = (
        observed(row()),
        observed(
            row(
                observation_id="x",
                source_id="doc-003",
                source_grade="C",
                status="target",
                period_start="2018-01-01",
            )
        ),
    )
    fact = derived(2.0, ("比", "ratio"), ("甲 ÷ 乙", "a ÷ b"), inputs=(a, b), style="ratio")
    assert (
        fact.grade == "C"
        and fact.status == "mixed"
        and set(fact.observations) == {"s:140000:doctors:2023", "x"}
        and fact.period == ("2018-01-01", "2023-12-31")
    )
    assert [f.id for f in fact.with_inputs()] == [fact.id, a.id, b.id]


def test_provenance_of_a_frame_and_of_rows_agree():
    rows = [row(), row(observation_id="y", source_grade="B")]
    assert provenance(rows) == provenance(pd.DataFrame(rows))


def test_equal_facts_share_an_id_and_others_do_not():
    assert observed(row()).id == observed(row()).id != observed(row(value=118500.0)).id


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Fact(("数", "number"), 3.0), "no observation behind"),
        (lambda: Fact(("数", "number"), None, observations=("o",)), "neither value nor bounds"),
        (lambda: Fact(("数", "number"), float("nan"), observations=("o",)), "a finite number"),
        (lambda: Fact(("数", "number"), 1.0, style="pie", observations=("o",)), "a style of"),
        (lambda: derived(1.0, ("数", "number"), ("式", "formula")), "no rows and no inputs"),
        (lambda: provenance([]), "at least one observation"),
        (lambda: State("E12", ("", "")), "E0 to E9"),
    ],
)
def test_refuses(build, message):
    with pytest.raises(MethodError, match=message):
        build()


def test_every_style_prints_in_both_languages():
    for style in facts.STYLES:
        for lang in ("zh", "en"):
            assert any(ch.isdigit() for ch in number_text(12.5, style, lang))


def test_what_limits_a_number_is_printed_with_it_wherever_the_number_stands():
    printed = row(qualifier="共建前", qualifier_en="before co-building")
    fact = observed(printed)
    assert fact.text("zh").endswith("（共建前）") and fact.text("en").endswith(" (before co-building)")
    said = words("s", "此前为 {n}", "It was {n}", n=fact)
    assert "（共建前）" in said.text("zh") and "(before co-building)" in said.text("en")
    table = Table(
        "t",
        ("表", "Table"),
        pd.DataFrame({"who": ["甲"], "n": pd.Series([fact], dtype=object)}),
        (
            Column("who", ("谁", "Who"), "name"),
            Column("n", ("数", "Number"), "count", source_ids=("nbs-province",)),
        ),
    )
    line = table.lines()[0]
    assert (
        line.printed
        == (fact.text("zh"), fact.text("en"))
        == tuple(table.tell(x).rows[0][1].text for x in ("zh", "en"))
    )
    assert fact.record().qualifier == {"zh": "共建前", "en": "before co-building"}
    assert fact.id != observed(row()).id, "the same number without its qualifier is another statement"
    bare = replace(fact, qualifier=("", ""))  # the mutation: a fact that loses it prints the number alone
    assert "共建前" not in bare.text("zh") and bare.record().qualifier is None


def test_a_year_named_by_its_distance_is_printed_with_the_year_it_means():
    when = {"period_start": "2022-01-01", "period_end": "2022-12-31"}
    fact = observed(row(qualifier="去年；累计", qualifier_en="last year; cumulative", **when))
    assert fact.text("zh").endswith("（去年，即 2022 年；累计）")
    assert fact.text("en").endswith(" (last year, that is 2022; cumulative)")
    longer = replace(
        fact, period=("2021-01-01", "2022-12-31")
    )  # the mutation: which year is meant is not known
    assert "即" not in longer.text("zh")


def test_rows_that_disagree_lend_no_qualifier():
    before, after = row(qualifier="共建前", qualifier_en="before co-building"), row()
    assert beside([before]) == ("共建前", "before co-building") and beside([before, after]) == ("", "")


def test_a_batch_or_an_issue_is_a_place_in_order_and_no_number_of_them():
    assert (
        number_text(1, "count", "zh", unit="批次") == "第 1 批"
        and number_text(4, "count", "en", unit="批次") == "batch 4"
    )
    assert (
        number_text(6, "count", "zh", unit="期") == "第 6 期"
        and number_text(6, "count", "zh", unit="个") == "6 个"
    )


def _measures(**columns) -> pd.DataFrame:
    rows = {"source_id": ["doc-001"], "locator": ["第二段"], "source_grade": ["A"], "region_code": ["140000"]}
    return pd.DataFrame(rows | {name: [value] for name, value in columns.items()})


def test_an_id_of_counted_rows_names_one_row():
    facts.registered(_measures(), ["pilot-of-one-list"])
    facts.registered(_measures(), ["pilot-of-one-list"])
    with pytest.raises(MethodError, match="one id for one row"):
        facts.registered(_measures(locator="第九段"), ["pilot-of-one-list"])
    with pytest.raises(MethodError, match="grade C"):
        facts.registered(_measures(source_grade="C"), ["pilot-of-one-list"])


def test_a_count_is_dated_as_firmly_as_the_rows_it_counts():
    assert facts.registered(_measures(), ["m-1"]).basis == "explicit"
    assert facts.registered(_measures(period_basis="undated"), ["m-2"]).basis == "undated"
    assert facts.registered(_measures(period_basis=float("nan")), ["m-3"]).basis == "explicit"


def test_a_count_of_listed_rows_is_of_the_editions_that_list_them():
    assert facts.registered(_measures(), ["m-4"]).period == ("", "")
    assert facts.registered(_measures(edition_year=2023), ["m-5"]).period == ("2023-01-01", "2023-12-31")
    assert facts.remembered("m-5").start == "2023-01-01"
