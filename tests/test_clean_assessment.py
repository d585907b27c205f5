"""The national assessment and policy timing: three kinds of value, bases, conflicts, sources."""

import shutil

import pytest

from analysis import catalog, paths
from analysis.clean import assessment, bulletins, policy
from analysis.errors import DataError

RAW = paths.raw() / "assessment"


@pytest.fixture(scope="module")
def counts() -> list[dict]:
    return assessment.counts(RAW)


@pytest.fixture(scope="module")
def series(counts) -> tuple[list[dict], list[dict]]:
    return assessment.series(RAW, counts)


def test_eighty_six_rows_point_at_their_numbers(series):
    assessed, made = series
    known = {row["observation_id"]: row for row in made}
    assert len(assessed) == 86 and len(known) == len(made)
    for row in assessed:
        first = known[row["observation_id"]]
        assert (first["institution_id"], first["year"]) == (row["institution_id"], row["assessment_year"])
    assert len({row["institution_id"] for row in assessed}) == 56


def test_rank_percentile_and_band_stay_apart(series):
    _, made = series
    kinds = {row["indicator"]: row for row in made}
    assert set(kinds) == {
        "national_assessment_rank",
        "assessment_percentile_top",
        "assessment_score",
        "assessment_grade",
    }
    assert all(
        row["value"] is None and row["quantifier"] == "unquantified"
        for row in made
        if row["indicator"] == "assessment_grade"
    )
    assert all(
        row["quantifier"] == "at_most" for row in made if row["indicator"] == "assessment_percentile_top"
    )


def test_the_ninth_of_2112_is_marked_with_both_readings(series):
    (row,) = [row for row in series[0] if row["n_compared"] == 2112]
    assert row["conflict"] and "1415 general hospitals were ranked in 2022" in row["note"]


def test_a_base_wider_than_the_category_is_said(series):
    row = next(row for row in series[0] if row["n_compared"] == 2413 and row["rank"] == 7)
    assert not row["conflict"] and "no percentile" in row["note"]


def test_no_sentence_of_a_source_comes_through(series):
    assert all("statement" not in row and len(row["note"]) < 200 for row in series[0])


def test_two_ranks_of_the_bulletins_without_category_or_list_length():
    facts = bulletins.observations(paths.raw() / "bulletins")
    rows = assessment.from_bulletins(facts)
    assert [
        (row["assessment_year"], row["rank"], row["n_compared"], row["category"], row["observation_id"])
        for row in rows
    ] == [
        (2019, 280, None, "", "002-002"),
        (2021, 179, None, "", "002-003"),
    ]
    assert {row["institution_id"] for row in rows} == {"H01"} and {row["source_grade"] for row in rows} == {
        "B"
    }


def test_counts_are_observations_of_the_nation(counts):
    by_id = {row["observation_id"]: row for row in counts}
    assert by_id["ga:000000:assessed_hospitals:2022"]["value"] == 2817
    parts = [
        by_id[f"ga:000000:{key}:2023"]["value"]
        for key in ("assessed_general", "assessed_specialised", "assessed_tcm")
    ]
    assert sum(parts) == by_id["ga:000000:assessed_hospitals:2023"]["value"] == 2928
    assert by_id["ga:000000:assessed_general_participating:2022"]["flags"] == "conflict"


def test_the_framework_has_56_indicators_26_of_them_national_and_five_formulas():
    rows = assessment.framework(RAW)
    assert (
        len(rows),
        sum(row["national_monitoring"] for row in rows),
        sum(bool(row["numerator"]) for row in rows),
    ) == (56, 26, 5)


def test_bands_rules_and_province_places():
    bands = {
        (row["category"], row["grade"]): (row["pct_from"], row["pct_to"]) for row in assessment.bands(RAW)
    }
    assert bands[("general", "A+")] == (1, 10) and bands[("TCM", "C")] == (95, 100)
    assert len(assessment.rules(RAW)) == 14
    assert [row["value"] for row in assessment.province_ranks(RAW)] == [1, 1, 5]


def test_every_grade_is_the_registered_one(series, counts):
    for row in (*series[0], *series[1], *counts):
        assert catalog.source(row["source_id"]).grade == row["source_grade"]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "guokao_rank_series.csv",
            "北京协和医院,北京,北京,general,2018",
            "无名医院,北京,北京,general,2018",
            ["row 2 hospital", "institutions.csv", "as an alias"],
        ),
        ("guokao_rank_series.csv", "2018,1,,", "2018,first,,", ["row 2 rank", '"first"', "a number"]),
        (
            "guokao_rank_series.csv",
            "北京协和医院,北京,北京,general,2018",
            "北京协和医院,北平,北京,general,2018",
            ["row 2 province", '"北平"'],
        ),
        (
            "guokao_rank_series.csv",
            "high,北京协和医院网站,A",
            "high,北京协和医院网站,C",
            ["row 2 source_grade", "A as ga-pumch in data/sources.csv"],
        ),
        (
            "guokao_rank_series.csv",
            "北京协和医院网站",
            "某网站",
            ["row 2 source_publication", "某网站", "sources.csv"],
        ),
    ],
)
def test_bad_rows(tmp_path, counts, file, old, new, expected):
    shutil.copytree(RAW, tmp_path / "assessment")
    path = tmp_path / "assessment" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as error:
        assessment.series(tmp_path / "assessment", counts)
    for part in expected:
        assert part in str(error.value)


def test_policies_name_places_or_say_that_the_list_is_unnamed():
    rows = policy.policies(paths.raw() / "policy")
    files = ("policy_timing.csv", "policy_hospital_pilot_2015.csv")
    gathered = [
        line for f in files for line in (paths.raw() / "policy" / f).read_text("utf-8").splitlines()[1:]
    ]
    assert len(rows) == len(gathered)
    assert {row["name"] for row in rows if not row["region_code"]} == {
        "11城",
        "30城",
        "71城",
        "32城",
        "50城 (三批)",
    }
    pilots = {row["region_code"] for row in rows if row["policy"] == "综合医改试点省"}
    assert len(pilots) == 11 and "320000" in pilots
    dated = next(row for row in rows if row["precision"] == "month" and row["date"] == "2019-05")
    assert (dated["date_start"], dated["date_end"]) == ("2019-05-01", "2019-05-31")


def test_centres_keep_an_unknown_batch_blank_and_totals_add_up():
    rows = policy.centres(paths.raw() / "policy")
    assert len(rows) == 45 and any(row["batch"] == "" for row in rows)
    assert any(row["host_id"] or row["project_id"] for row in rows)
    totals = policy.totals(paths.raw() / "policy")
    batches = [row for row in totals if row["indicator"] == "regional_centre_projects_batch"]
    assert (
        sum(row["value"] for row in batches)
        == 125
        == next(
            r["value"]
            for r in totals
            if r["observation_id"] == "po:000000:regional_centre_projects_total:2024-06-23"
        )
    )
    assert [row["source_grade"] for row in batches if "derived" in row["note"]] == ["C"]
