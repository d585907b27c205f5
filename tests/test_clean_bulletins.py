"""The documents' statements: every fact stands in observations, links hold, traps are read the right way, bad rows are refused."""

import csv
import shutil

import pytest

from analysis import paths
from analysis.clean import bulletins
from analysis.errors import DataError

RAW = paths.raw() / "bulletins"


@pytest.fixture(scope="module")
def facts() -> dict[str, dict]:
    return {row["observation_id"]: row for row in bulletins.observations(RAW)}


def test_every_fact_stands_in_observations_with_its_place_in_the_text(facts):
    raw = [
        row for path in sorted(RAW.glob("doc-*.csv")) for row in csv.DictReader(path.open(encoding="utf-8"))
    ]
    assert len(raw) == 207 and set(facts) == {row["fact_id"] for row in raw}
    for row in raw:
        made = facts[row["fact_id"]]
        assert made["as_printed"] == row["as_printed"] and made["status"] == row["status"]
        assert made["locator"].endswith(f"字符 {row['char_start']}–{row['char_end']}")
        assert made["value"] == (float(row["value"]) if row["value"] else None)


def test_what_is_printed_beside_a_number_goes_with_it_in_both_languages(facts):
    assert (facts["002-002"]["qualifier"], facts["002-002"]["qualifier_en"]) == (
        "共建前",
        "before co-building",
    )
    assert facts["001-006"]["qualifier"] == "新技术（新手术）" and facts["004-030"]["qualifier"].endswith(
        "全职"
    )
    assert all(bool(row["qualifier"]) == bool(row["qualifier_en"]) for row in facts.values())
    assert sum(bool(row["qualifier"]) for row in facts.values()) == 120


def test_near_is_just_under_with_an_upper_bound_only(facts):
    for fact in ("001-008", "002-005"):
        made = facts[fact]
        assert (
            made["quantifier"] == "just_under"
            and made["value_low"] is None
            and made["value_high"] == made["value"]
        )


def test_a_range_has_no_midpoint(facts):
    for made in facts.values():
        if made["quantifier"] == "range":
            assert made["value"] is None and made["value_low"] < made["value_high"]


def test_relative_dates_follow_the_source_date_not_the_web_date(facts):
    assert facts["004-061"]["year"] == 2022
    assert (facts["004-026"]["period_start"], facts["004-026"]["period_end"]) == ("2020-03-03", "2023-03-03")


def test_both_readings_of_the_multiple_are_carried(facts):
    made = facts["004-062"]
    assert made["flags"] == "two_readings" and "3.6" in made["note"] and "2.6" in made["note"]


def test_a_fall_is_negative_and_damage_is_marked(facts):
    assert facts["001-015"]["value"] == -21.7 and facts["001-015"]["direction"] == "down"
    assert facts["004-060"]["damaged"] and facts["004-060"]["repair_confidence"] == "medium"
    assert sum(made["damaged"] for made in facts.values()) == 13


def test_the_academy_and_the_hospital_are_one_institution(facts):
    assert {facts[fact]["institution_id"] for fact in ("000-007", "000-011")} == {"H01"}


def test_a_month_of_publication_counts_to_its_last_day(facts):
    assert facts["002-004"]["period_end"] == "2023-06-30"


def test_targets_measures_and_links(facts):
    targets, measures = bulletins.targets(RAW, facts), bulletins.measures(RAW, facts)
    assert len(targets) == 18 and len(measures) == 143
    assert all(facts[t["observation_id"]]["status"] == "target" for t in targets)
    assert {m["region_code"] for m in measures} >= {
        "520100",
        "350200",
    }  # 贵阳 and 厦门 have measures and no number
    assert not {"520100", "350200"} & {made["region_code"] for made in facts.values()}


def test_derived_checks_follow_from_the_printed_numbers(facts):
    derived = {row["derived_id"]: row for row in bulletins.derived_checks(RAW, facts)}
    assert len(derived) == 25

    def value(fact):
        return facts[fact]["value"]

    expected = {
        "D01": value("000-008") / value("000-007"),
        "D02": value("002-002") - value("002-003"),
        "D03": value("004-072") / value("004-086") * 100,
        "D04": value("004-078") / value("004-087") * 100,
        "D09": value("004-061") / (1 + value("004-062")),
        "D10": value("004-061") / value("004-062"),
        "D12": value("004-103") - value("004-102"),
        "D16": value("004-026") - value("004-030"),
        "D18": value("004-022") / value("004-023"),
        "D22": value("004-009") * value("004-010") - value("004-011"),
        "D23": (1 + value("001-014") / 100) / (1 + value("001-013") / 100) - 1,
    }
    for key, number in expected.items():
        assert derived[key]["result"] == pytest.approx(number, rel=2e-3), key


def test_anomalies_are_cited_at_their_place():
    rows = bulletins.anomalies(RAW)
    assert len(rows) == 35 and all(
        row["locator"].startswith("正文 · 字符 ") and row["source_id"].startswith("doc-") for row in rows
    )


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(RAW, tmp_path / "bulletins")
    return tmp_path / "bulletins"


def edit(folder, file, fact, column, value):
    path = folder / file
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    next(row for row in rows if fact in row.values())[column] = value
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        (
            "as_printed",
            "25名",
            ["doc-000.csv row 8 as_printed", '"25名" read as (25.0', "correct the coding of the row"],
        ),
        ("as_printed", "24名30个", ["doc-000.csv row 8 as_printed", "24名30个", "one number with its unit"]),
        ("region_code", "140199", ["doc-000.csv row 8", "140199", "did you mean"]),
        ("indicator_key", "phd_interview", ["doc-000.csv row 8", "phd_interview", "phd_interviewed"]),
        ("value", "twenty", ["doc-000.csv row 8 value", '"twenty"', "a number, a blank"]),
        ("period_start", "2020-13-01", ["doc-000.csv row 8 period_start", "2020-13-01"]),
        ("damaged", "maybe", ["doc-000.csv row 8 damaged", '"maybe"', "true or false"]),
        (
            "qualifier",
            "疫情期间；首轮",
            ["doc-000.csv row 8 qualifier_en", "one English part", "translate every part"],
        ),
        ("doc_id", "009", ["doc-000.csv row 8 doc_id", "doc-009", "sources.csv"]),
    ],
)
def test_bad_statements(copy, column, value, expected):
    edit(copy, "doc-000.csv", "000-007", column, value)
    with pytest.raises(DataError) as error:
        bulletins.observations(copy)
    for part in expected:
        assert part in str(error.value)


def test_links_to_nothing_and_contradicting_rows_are_listed_together(copy, facts):
    edit(copy, "targets.csv", "T01", "evidence_fact_ids", "999-001")
    edit(copy, "targets.csv", "T02", "as_printed", "11 个左右")
    with pytest.raises(DataError) as error:
        bulletins.targets(copy, facts)
    assert "row 2 evidence_fact_ids" in str(error.value) and '"10 个左右" as in 003-007' in str(error.value)
    edit(copy, "measures.csv", "M001", "region_code", "140000")
    with pytest.raises(DataError, match="140100 for 山西省太原市"):
        bulletins.measures(copy, facts)


def _edited(tmp_path, old: str, new: str):
    """The folder of bulletins with one cell of derived_checks.csv changed."""
    for path in (paths.raw() / "bulletins").glob("*.csv"):
        text = path.read_text("utf-8")
        if path.stem == "derived_checks":
            assert text.count(old) == 1
            text = text.replace(old, new)
        (tmp_path / path.name).write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("004-072;004-086,237.6", "004-072;004-086,238.6", "found 238.6; expected 237.6"),
        ("a * b + c * d", "a * b + c", "input d unused"),
        ("a * b + c * d", "a * b + c * len", "expected arithmetic on a, b, c"),
    ],
)
def test_a_derived_check_that_its_formula_does_not_give_is_refused(tmp_path, old, new, said):
    folder = _edited(tmp_path, old, new)
    facts = {row["observation_id"]: row for row in bulletins.observations(folder)}
    with pytest.raises(DataError, match=said):
        bulletins.derived_checks(folder, facts)
