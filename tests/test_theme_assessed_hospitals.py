"""The page on assessed hospitals: every place with a page says true things in both languages, and weak rows stay out of order."""

import re

import pandas as pd
import pytest

from analysis import catalog, charts, tables
from analysis.errors import MethodError
from analysis.methods import ranking
from analysis.themes import assessed_hospitals as theme
from analysis.themes import assessed_moves as moves
from theme_pages import with_page

LANGS = ("zh", "en")


PLACES = with_page(theme.coverage())


def page(code, lang):
    """The findings of the notebook, in its order."""
    assessed = theme.load(code)
    rows = theme.assessed_rows(assessed, lang)
    table = moves.pairs(assessed)
    noise = moves.noise(table, ranking.noise_needed)
    levels = moves.noise_levels(noise)
    curve = charts.drawn(
        charts.curve,
        levels,
        moves.chance(table, levels),
        moves.marks(assessed, table, noise, lang),
        decimals=0,
        lang=lang,
        **moves.axis(lang),
    )
    return [
        theme.data(assessed),
        theme.results(assessed, charts.drawn(charts.assessed_ranks, rows, lang=lang)),
        moves.moved(assessed, table, noise, curve),
        moves.regression(assessed, ranking.regression_to_mean),
        theme.closing(assessed),
    ]


@pytest.mark.parametrize("code", PLACES)
def test_every_place_reads_in_both_languages(code):
    zh, en = ([f.json(lang) for f in page(code, lang)] for lang in LANGS)
    assert (
        [f["section"] for f in zh]
        == [f["section"] for f in en]
        == ["data", "results", "moves", "regression", "missing"]
    )
    for a, b in zip(zh, en, strict=True):
        assert sorted(a["facts"]) == sorted(b["facts"])
        assert not a["alt"] or (15 <= len(a["alt"]) <= 300 and catalog.region(code).short("zh") in a["alt"])
        assert not b["alt"] or (15 <= len(b["alt"]) <= 300 and catalog.region(code).short("en") in b["alt"])
        said = " ".join(
            "".join(s if isinstance(s, str) else s.get("text", s.get("plain")) for s in sentence["segments"])
            for sentence in b["sentences"]
        )
        assert not re.search(r"[\u3400-\u9fff]", said), said
    assert sum(s["brief"] > 0 for f in zh for s in f["sentences"]) <= 2


@pytest.mark.parametrize("code", PLACES)
def test_ranked_tables_hold_no_grade_c_and_one_category_each(code):
    assessed = theme.load(code)
    assert not (assessed.ranked["source_grade"] == "C").any()
    assert len(assessed.ranked) + len(assessed.rest) == len(assessed.rows)
    drawn = theme.assessed_rows(assessed, "zh")
    weak = assessed.rows[(assessed.rows["source_grade"] == "C") & (assessed.rows["kind"] == "rank")]
    for _, row in weak.iterrows():
        assert not (
            (drawn["kind"] == "rank")
            & drawn["hospital"].str.startswith(row["hospital"] + "（")
            & (drawn["year"] == row["assessment_year"])
        ).any()
    for finding in page(code, "zh")[1].tables:
        if finding.id.startswith("ranked"):
            assert finding.frame["category"].nunique() == 1 and "C" not in set(finding.frame["weight"])


def test_percentile_only_from_the_base_of_the_category():
    computed = 0
    for code in [r.code for r in catalog.provinces() if r.code in PLACES]:
        assessed = theme.load(code)
        for _, row in assessed.rows.iterrows():
            fact = theme.percent_fact(assessed, row)
            if row["n_basis"] in (
                "",
                "all_tertiary",
                "all_western",
                "tcm_ranked",
            ):
                assert fact is None
            if fact is not None:
                computed += 1
                assert (
                    fact.value == pytest.approx(row["rank"] / row["n_compared"] * 100)
                    and 0 < fact.value <= 100
                )
                assert {f.value for f in fact.inputs} == {row["rank"], row["n_compared"]}
    assert computed


def test_two_ranks_without_a_base_give_no_percentile_and_no_verdict():
    assessed = theme.load("140100")
    table = moves.pairs(assessed)
    assert table[["before", "after", "from_year", "to_year"]].values.tolist() == [[280, 179, 2019, 2021]]
    assert round(ranking.noise_needed(280, 179)) == 36
    assert all(theme.percent_fact(assessed, row) is None for _, row in assessed.rows.iterrows())
    readings = moves.readings(assessed, table)
    assert (readings["middle"] > 280).all(), (
        "over the whole list regression to the mean predicts a worse place"
    )
    finding = page("140100", "zh")[3]
    assert "不下结论" in finding.headline.text("zh") and any(
        "第 78 位" in s.text("zh") for s in finding.sentences
    )


def test_province_lists_the_hospitals_of_its_cities():
    province, city = theme.load("140000"), theme.load("140100")
    assert set(city.rows["assessment_id"]) <= set(province.rows["assessment_id"])
    zhejiang = theme.load("330000")
    table = theme.data(zhejiang).tables[0].frame
    assert table["region_code"].nunique() == len(table) == zhejiang.rows["region_code"].nunique() > 1


def test_chance_is_one_in_twenty_at_the_noise_needed_and_rises():
    table = pd.DataFrame({"before": [280.0], "after": [179.0]})
    needed = ranking.noise_needed(280, 179)
    assert moves.chance(table, [needed])[0] == pytest.approx(5, abs=0.01)
    levels = moves.noise_levels(pd.Series([needed]))
    assert (pd.Series(moves.chance(table, levels)).diff().dropna() > 0).all()


def test_a_wording_that_is_no_exact_rank_makes_no_move():
    for code in ("330000", "330100"):
        assessed = theme.load(code)
        loose = assessed.rows[~assessed.rows["exact"]]
        assert len(loose) == 1 and theme.rank_fact(assessed, loose.iloc[0]).text("en").endswith(" or better")
        table = moves.pairs(assessed)
        assert not set(loose.index) & {*table["first"], *table["second"]}


def test_coverage_gives_a_reason_in_both_languages_and_load_refuses():
    coverage = theme.coverage()
    assert {r.code for r in catalog.provinces()} <= set(coverage)
    for code, state in coverage.items():
        assert state is None or (
            state.code in ("E1", "E4") and state.zh and not re.search(r"[\u3400-\u9fff]", state.en)
        ), code
    with pytest.raises(MethodError, match="no assessed hospital"):
        theme.load("540000")
    with pytest.raises(MethodError, match="no assessed hospital"):
        theme.load("140100", as_of="2019-01-01")


def test_every_category_and_base_has_a_name():
    rows = tables.read("assessments")
    assert set(rows["category"]) <= set(theme.CATEGORIES) and set(rows["n_basis"]) <= {
        "",
        *tables.ASSESSED_LISTS,
    }


def test_other_general_hospitals_stand_beside_the_move_as_a_list_without_a_test():
    assessed = theme.load("140000")
    top = moves.pairs(assessed).iloc[0]
    (said,), (table,) = moves._beside(assessed, top)
    assert len(table.frame) == 4 and said.facts[0].value == 4
    assert not set(table.frame["hospital"]) & set(assessed.rows["hospital"]), (
        "its own hospitals are not beside it"
    )
    assert not any(f.style in ("percent", "ratio") for f in said.facts), "no percentile and no p value"
    other = top.copy()
    other["category"] = "psychiatric"  # the mutation: another category has no general hospitals beside it
    assert moves._beside(assessed, other) == ((), ())
    weak = theme.everywhere(assessed).rows
    assert set(weak["source_grade"]) == {"A", "B", "C"} and "C" not in {f.grade for f in said.facts}


def test_one_result_of_unknown_origin_makes_no_page_and_stands_with_the_single_values(processed, monkeypatch):
    from analysis import tables
    from analysis.themes import stated_values

    results, single, asked = tables.read("assessments"), theme.single, []
    monkeypatch.setattr(theme, "single", lambda rows: asked.append(1) or single(rows))
    pages = theme.coverage()
    assert asked == [1], "worked out once, not for each place of the plan"
    values = stated_values.coverage()
    for code in ("370100", "341200", "511500"):
        assert len(results[results["region_code"] == code]) == 1
        assert pages[code].code == "E4" and values[code] is None
        held = stated_values.load(code).rows
        assert set(held["institution_id"]) >= set(
            results.loc[results["region_code"] == code, "institution_id"]
        )
    assert pages["370000"].code == "E4" and pages["140100"] is None and pages["331100"] is None
    better = results.assign(source_grade="A")  # the mutation: one result of the publisher's own is a page
    assert not theme.single(better)
