"""What waits for a person: figures that the figures around them do not expect, and what a decision does. All figures here are made up."""

import numpy as np
import pandas as pd
import pytest

from analysis import catalog, paths, tables
from analysis.clean import accounts, checks, confirmed, copied, editions, plausibility
from analysis.clean.editions import Part
from analysis.collection import build as building
from analysis.errors import DataError

PLACES = [f"{code}00" for code in (1401, 1402, 1403, 1404, 1405, 1406, 1407, 3201, 3202, 3203, 3204, 3205)]


def panel(**changes: float) -> pd.DataFrame:
    """Twelve places, 2010-2016, two series; ``doctors_140100_2013=...`` replaces one value."""
    rng, made = np.random.default_rng(3), []
    for n, place in enumerate(PLACES):
        for key, size in (("city_hospital_health_centre_beds", 9000), ("city_doctors", 4000)):
            growth = np.cumsum(rng.normal(0.03, 0.01, 7))
            for year, value in zip(range(2010, 2017), size * (1 + n / 4) * np.exp(growth), strict=True):
                value = round(changes.get(f"{key.removeprefix('city_')}_{place}_{year}", value))
                made.append(row(place, key, year, value))
    return pd.DataFrame(made)


def row(
    place: str, key: str, year: int, value: float, unit: str = "人", source: str = "city-yearbook"
) -> dict:
    return {
        "observation_id": f"{source}:{place}:{key}:{year}", "source_id": source, "region_code": place, "indicator": key, "year": year, "value": float(value), "value_low": value - 0.5,
        "value_high": value + 0.5, "unit": unit, "institution_id": "", "quantifier": "exact", "measure": "rate" if unit == "%" else "level", "as_printed": f"{value:g} {unit}", "flags": "",
        "source_grade": "A",
    }  # fmt: skip


def stopped(frame: pd.DataFrame) -> dict[str, str]:
    return plausibility.doubts(frame).set_index("observation_id").because.to_dict()


def value_of(frame: pd.DataFrame, place: str, year: int) -> float:
    return float(frame.set_index("observation_id").value[f"city-yearbook:{place}:city_doctors:{year}"])


def test_a_quiet_panel_stops_nothing():
    assert stopped(panel()) == {}


@pytest.mark.parametrize("fault", [lambda v: v * 10, lambda v: v / 10, lambda v: 0, lambda v: v * 0.6])
@pytest.mark.parametrize("year", [2010, 2013, 2016])
def test_a_misprint_is_stopped_wherever_it_stands(fault, year):
    value = fault(value_of(panel(), "320200", year))
    assert f"city-yearbook:320200:city_doctors:{year}" in stopped(panel(**{f"doctors_320200_{year}": value}))


def test_two_digits_exchanged_are_recognised():
    value = value_of(panel(), "140200", 2013)
    text = f"{value:.0f}"
    other = float(text[1] + text[0] + text[2:])
    assert abs(np.log(other / value)) > 0.1
    assert "digits" in stopped(panel(doctors_140200_2013=other))["city-yearbook:140200:city_doctors:2013"]


def test_a_repeated_figure_and_more_doctors_than_beds_are_stopped():
    before = value_of(panel(), "140700", 2012)
    assert "repeat" in stopped(panel(doctors_140700_2013=before))["city-yearbook:140700:city_doctors:2013"]
    beds = 9000 * (1 + 6 / 4) * 1.3
    assert "above" in stopped(panel(doctors_140700_2013=beds))["city-yearbook:140700:city_doctors:2013"]


def test_a_year_in_which_every_place_moves_is_a_leap_and_nothing_else():
    frame = panel()
    frame.loc[frame.year >= 2014, ["value", "value_low", "value_high"]] *= 1.2
    assert stopped(frame) == {}
    frame.loc[frame.year >= 2014, ["value", "value_low", "value_high"]] *= 10
    assert set(stopped(frame).values()) == {"jump"} and len(stopped(frame)) == 2 * len(PLACES)


def test_a_share_of_at_most_one_waits_because_it_may_be_a_fraction():
    rows = [
        row(place, "hospital_bed_use_rate", 2020, value, "%")
        for place, value in zip(PLACES, [35, 0.35, 80, 1, 0.796], strict=False)
    ]
    assert [key.split(":")[1] for key in stopped(pd.DataFrame(rows))] == ["140200", "140400", "140500"]


def test_two_publications_that_differ_widely_wait_and_near_ones_do_not():
    near = [
        row("350000", "beds", 2020, 200_000, "张", "nbs-province"),
        row("350000", "beds", 2020, 205_000, "张", "fujian-yearbook-2020"),
    ]
    far = [
        row("350000", "beds", 2021, 210_000, "张", "nbs-province"),
        row("350000", "beds", 2021, 260_000, "张", "fujian-yearbook-2020"),
    ]
    assert (
        set(stopped(pd.DataFrame(near + far)).values()) == {"carriers"}
        and len(stopped(pd.DataFrame(near + far))) == 2
    )


def test_mutation_without_a_rule_its_fault_passes(monkeypatch):
    value = value_of(panel(), "320200", 2013)
    fault = panel(doctors_320200_2013=value * 10)
    assert stopped(fault)
    for rule in ("_own_series", "_digits", "_companions", "_sums"):
        monkeypatch.setattr(plausibility, rule, lambda _: iter(()))
    assert not stopped(fault)


# -------------------------------------------------------------------------------------------------------------- decisions


def decided(folder, *rows: str) -> pd.DataFrame:
    (folder / confirmed.FILE).write_text(
        "observation_id,as_printed,decision,reason\n" + "".join(rows), encoding="utf-8"
    )
    return confirmed.decisions(folder)


def test_a_decision_holds_for_the_figure_as_printed_and_lapses_with_it(tmp_path):
    fault = panel(doctors_320200_2013=70_000)
    key = "city-yearbook:320200:city_doctors:2013"
    held = decided(tmp_path, f"{key},70000 人,doubtful,stands so in the yearbook\n")
    assert confirmed.waiting(fault, [], held).empty
    marked = confirmed.applied(fault, held).set_index("observation_id")
    assert (marked.at[key, "flags"], marked.at[key, "source_grade"]) == ("doubtful", "C")
    assert (marked.source_grade == "C").sum() == 1
    other = panel(doctors_320200_2013=80_000)
    assert confirmed.waiting(other, [], held).observation_id.tolist() == [key]
    assert not (confirmed.applied(other, held)["flags"] == "doubtful").any()


def test_an_old_cell_that_changes_in_a_later_edition_is_asked_about_again(tmp_path):
    key = "city-yearbook:320200:city_doctors:2013"
    old, held = (
        panel(doctors_320200_2013=70_000),
        decided(tmp_path, f"{key},70000 人,kept,two hospitals were counted for the first time\n"),
    )

    def after(value: float) -> list[str]:
        cell = pd.DataFrame([row("320200", "city_doctors", 2013, value)])
        both = editions.joined([Part("a.csv", old), Part("b.csv", cell, "2025-10")])
        return confirmed.waiting(both, [], held).observation_id.tolist()

    assert after(70_000) == []  # the same figure again: the decision stands
    assert after(80_000) == [f"{key}@2025-10"]  # the edition's own cell waits, the one it supersedes does not
    assert after(value_of(panel(), "320200", 2013)) == []  # a figure that fits its series is no doubt
    held = held.assign(observation_id=f"{key}@2025-10", as_printed="80000 人")
    assert after(80_000) == []  # mutation: with a decision on the edition's cell nothing waits


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("x,1 人,right,because\n", "kept or doubtful"),
        ("x,1 人,kept,\n", "a reason"),
        ("x,1 人,kept,a\nx,1 人,kept,b\n", "one decision"),
    ],
)
def test_a_decision_without_reason_or_twice_is_refused(tmp_path, line, said):
    with pytest.raises(DataError, match=said):
        decided(tmp_path, line)


def test_a_batch_is_confirmed_with_one_reason_and_the_others_stay(tmp_path):
    decided(tmp_path, "a,1 人,kept,an older decision\n")
    open_ = confirmed.waiting(panel(doctors_320200_2013=70_000), [], confirmed.decisions(tmp_path))
    confirmed.confirm(open_, tmp_path, "counted again by the bureau")
    found = confirmed.decisions(tmp_path)
    assert found.reason.tolist() == ["an older decision", "counted again by the bureau"]
    with pytest.raises(DataError, match="say why"):
        confirmed.confirm(open_, tmp_path, " ")


def test_a_decision_on_an_internal_figure_goes_to_no_file_that_is_shared(tmp_path, monkeypatch):
    raw = tmp_path / "raw"
    raw.mkdir()
    decided(raw, "a,1 人,kept,an older decision\n")
    public = (raw / confirmed.FILE).read_bytes()
    open_ = confirmed.waiting(panel(doctors_320200_2013=70_000), [], confirmed.decisions(raw))
    monkeypatch.setenv("YIGAI_INTERNAL", "1")
    confirmed.confirm(open_, raw, "the hospital's own count")
    assert (raw / confirmed.FILE).read_bytes() == public, "the tracked file is untouched"
    assert confirmed.decisions(raw).reason.tolist() == ["an older decision", "the hospital's own count"]
    monkeypatch.setenv("YIGAI_INTERNAL", "0")  # mutation: in public mode the same call writes the shared file
    assert confirmed.decisions(raw).reason.tolist() == ["an older decision"]
    confirmed.confirm(open_, raw, "counted again")
    assert (raw / confirmed.FILE).read_bytes() != public


# ------------------------------------------------------------------------------------------------------------- the build stops

HEAD = "region_code,region_zh,year,indicator_zh,value,unit,source_publication,carried_by,note\n"
NBS = "国家统计局 国家数据 data.stats.gov.cn 分省年度数据"
CHSY = "中国卫生健康统计年鉴（及其前身 中国卫生统计年鉴/中国卫生和计划生育统计年鉴）"


@pytest.fixture(scope="module")
def real():
    """Every table of the real raw files, gathered once."""
    return building.gather(paths.raw())


@pytest.fixture
def small(real, tmp_path, monkeypatch):
    """A raw folder with one file of the panel; every other table empty, old tables in place."""
    raw, folder = tmp_path / "data" / "raw", tmp_path / "data" / "processed"
    (raw / "panel").mkdir(parents=True)
    (raw / "user").mkdir()
    folder.mkdir()
    (folder / "observations.parquet").write_bytes(b"the old table")

    def only_panel(raw_folder, *_):
        frames = dict(real.frames)
        mine = tables.conform("observations", editions.joined(building.panel.parts(raw_folder)))
        frames["observations"] = confirmed.applied(checks.flagged(mine), confirmed.decisions(raw_folder))
        return building.Gathered(frames)

    monkeypatch.setattr(building, "gather", only_panel)
    monkeypatch.setattr(building.checks, "all_checks", lambda frame, _: list(checks.ranges(frame)))

    def run(*rows: str, **options):
        (raw / "panel" / "synthetic.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
        return building.build(raw, folder, **options)

    run.raw, run.folder, run.old = (
        raw,
        folder,
        lambda: (folder / "observations.parquet").read_bytes() == b"the old table",
    )
    return run


def test_a_figure_below_zero_stops_the_build(small):
    with pytest.raises(
        DataError, match="row 2 value: found -12.08; expected a 执业（助理）医师数 not below zero"
    ):
        small(f"140000,山西省,2024,执业(助理)医师数,-12.08,万人,{NBS},,\n")
    assert small.old()


def test_a_share_that_may_be_a_fraction_stops_the_build_until_it_is_confirmed(small):
    rows = [f"140000,山西省,2020,医院病床使用率,0.796,%,{CHSY},,\n"]
    with pytest.raises(DataError) as error:
        small(*rows)
    text = str(error.value)
    assert (
        "山西省 2020: 0.796 %, about 79.6 % expected (at most 1 with the unit %" in text
        and "--confirm" in text
    )
    waiting = small.raw.parent / "waiting.csv"
    assert small.old() and "0.796 %" in waiting.read_text(encoding="utf-8")
    # what a person has filled in there so far outlasts another refusal
    waiting.write_text(
        waiting.read_text(encoding="utf-8").replace("0.796 %,,,", "0.796 %,kept,the page says so,"), "utf-8"
    )
    with pytest.raises(DataError):
        small(*rows)
    assert "0.796 %,kept,the page says so," in waiting.read_text(encoding="utf-8")
    small(*rows, confirm="checked against the printed table")
    assert not small.old() and not (small.raw.parent / "waiting.csv").exists()
    assert confirmed.decisions(small.raw).reason.tolist() == ["checked against the printed table"]


def test_a_failed_check_stops_the_build_and_one_that_compares_publications_may_be_let_pass(
    small, monkeypatch
):
    rows = [f"140000,山西省,2020,医院病床使用率,79.6,%,{CHSY},,\n"]
    hopeless, known = (
        checks.Check("failed", "Values outside their own bounds."),
        checks.Check("failed", "A sum is off.", "check:sum"),
    )
    monkeypatch.setattr(building.checks, "all_checks", lambda *_: [hopeless])
    with pytest.raises(DataError, match="outside their own bounds"):
        small(*rows, confirm="no reason helps")
    assert small.old()
    monkeypatch.setattr(building.checks, "all_checks", lambda *_: [known])
    with pytest.raises(DataError, match="A sum is off"):
        small(*rows)
    assert small.old()
    built = small(*rows, confirm="the yearbook was revised")
    assert [check.status for check in built.checks][:2] == ["ok", "noted"]


def _waiting_beside_held() -> pd.DataFrame:
    """Two figures of a file being added (one a later edition), three held ones and a check that no longer fit beside them."""
    columns = ["observation_id", "edition", "source_id", "indicator", "because", "as_printed"]
    rows = [
        ("city-yearbook:140000:city_doctors:2020", "", "city-yearbook", "city_doctors", "carriers", "1 人"),
        ("city-yearbook:410000:city_doctors:2020", "", "city-yearbook", "city_doctors", "carriers", "2 人"),
        ("nbs-province:140000:doctors:2020", "", "nbs-province", "doctors", "carriers", "3 人"),
        ("nbs-province:140000:doctors:2020@2025-10", "2025-10", "nbs-province", "doctors", "jump", "4 人"),
        ("yearbook:140000:doctors:2020", "", "chs-yearbook", "doctors", "jump", "5 人"),
        ("check:sum", None, None, None, "check", "A sum is off."),
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(region_code="140000", year=2020, expected=7.0)


def _said_of(added: dict) -> list[str]:
    return [
        str(p)
        for p in confirmed.refusal(_waiting_beside_held(), paths.home() / "data" / "waiting.csv", added)
    ]


def test_a_refusal_names_the_file_being_added_and_only_counts_what_was_held(monkeypatch):
    monkeypatch.setattr(
        confirmed.catalog, "source", lambda key: type("Source", (), {"title_zh": f"书 {key}"})()
    )
    own, decide = _said_of({("nbs-province:140000:doctors:2020", "2025-10"): "a.csv"})
    assert own.startswith("a.csv: 书 nbs-province › ") and "4 人" in own and "3 人" not in own
    assert "6 rows waiting for a person, 5 of them held before and no longer fitting beside a.csv" in decide
    assert "2 of 书 city-yearbook" in decide and "1 check of the tables" in decide
    assert "correct a.csv where it is wrong" in decide
    (alone,) = _said_of({("nothing", ""): "a.csv"})  # only what was held looks wrong beside it
    assert "6 of them held before" in alone
    # without a file being added each stands for itself; so many series are named, the others counted
    monkeypatch.setattr(confirmed, "SERIES", 2)
    told = _said_of({})
    assert len(told) == 1 + 2 + 1 + 1 and "figures of 1 series more" in told[3]


def test_mutation_without_the_files_being_added_the_held_ones_come_first(monkeypatch):
    monkeypatch.setattr(
        confirmed.catalog, "source", lambda key: type("Source", (), {"title_zh": f"书 {key}"})()
    )
    told = _said_of({})
    assert "A sum is off" in told[0] and not told[1].startswith("a.csv") and len(told) > 2


def test_mutation_a_build_that_only_prints_what_failed_would_move_its_tables_in(small, monkeypatch):
    monkeypatch.setattr(building, "judge", lambda gathered, *_: checks.all_checks(gathered.frames, 0))
    monkeypatch.setattr(building.checks, "all_checks", lambda *_: [checks.Check("failed", "x")])
    small(f"140000,山西省,2020,医院病床使用率,79.6,%,{CHSY},,\n")
    assert not small.old()


KEY = ["region_code", "indicator", "period_end"]


def _tenfold(frame: pd.DataFrame, cells: pd.DataFrame) -> list[str]:
    """Of these cells of the collection, ten times as large, those that pass: neither they nor the publication's own cell is stopped."""
    changed = frame.copy()
    changed.loc[cells.index, ["value", "value_low", "value_high"]] *= 10
    stopped = changed[changed["observation_id"].isin(set(plausibility.doubts(changed)["observation_id"]))]
    seen = set(map(tuple, stopped[KEY].to_numpy()))
    return [
        row["observation_id"] for row in cells.to_dict("records") if tuple(row[k] for k in KEY) not in seen
    ]


def _apart(cells: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Cells of as many places, so that no fault stands beside another of its series or place."""
    return cells.sample(frac=1, random_state=seed).drop_duplicates("region_code").head(n)


@pytest.fixture(scope="module")
def collection(processed):
    """All observations, and of them the cells of the provinces' series and those that two publications hold."""
    frame = tables.read("observations").reset_index(drop=True)
    held = frame[frame["region_code"].ne("") & frame["value"].gt(0) & frame["institution_id"].eq("")]
    held = held.assign(n=held.groupby(KEY)["source_id"].transform("nunique"))
    provinces = held[
        held["source_id"].eq("nbs-province") & held["indicator"].isin(["doctors", "nurses", "beds"])
    ]
    return frame, provinces, held[held["n"] > 1]


def _sampled(collection, seed: int) -> pd.DataFrame:
    _, provinces, twice = collection
    double = _apart(twice, 150, seed)
    rest = provinces[~provinces["region_code"].isin(double["region_code"])]
    return pd.concat([double, _apart(rest, 31, seed)])


def test_a_wrong_unit_in_a_raw_figure_reaches_no_table(collection, monkeypatch):
    cells = _sampled(collection, 1)
    assert len(cells) >= 150 and _tenfold(collection[0], cells) == []
    for rule in ("_own_series", "_companions", "_sums", "_carriers"):
        monkeypatch.setattr(plausibility, rule, lambda panel: iter(()))
    assert len(_tenfold(collection[0], cells)) > 100, "mutation: without the rules most would pass"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 22))
def test_a_wrong_unit_in_any_raw_figure_with_a_second_carrier_or_series_is_stopped(collection, seed):
    assert _tenfold(collection[0], _sampled(collection, seed)) == []


# ------------------------------------------------------------------------------------------------------------- figures that look plausible

RESIDENTS = [300, 420, 250, 610, 380, 500, 340, 290, 450, 520, 330, 470]  # ten thousand people


def per_head(**changes: float) -> pd.DataFrame:
    """Hospitals, beds and residents of twelve cities in 2020: near 3 hospitals and 500 beds a hundred thousand people."""
    made = []
    for n, (place, people) in enumerate(zip(PLACES, RESIDENTS, strict=True)):
        made.append(row(place, "city_population_resident", 2020, people * 10_000))
        for key, rate, unit in (("city_hospitals", 3, "个"), ("city_hospital_beds", 500, "张")):
            value = round(changes.get(f"{key}_{place}", people / 10 * rate * (0.9 + 0.02 * n)))
            made.append(row(place, key, 2020, value, unit))
    return pd.DataFrame(made)


def test_a_rate_per_head_far_from_all_others_is_stopped(monkeypatch):
    """As many hospitals, and beds to go with them, as a city ten times its size has: no series and no companion tells."""
    place = PLACES[4]
    many = {f"city_hospitals_{place}": 1140, f"city_hospital_beds_{place}": 190_000}
    assert stopped(per_head()) == {}
    found = stopped(per_head(**many))
    assert set(found) == {
        f"city-yearbook:{place}:{key}:2020" for key in ("city_hospitals", "city_hospital_beds")
    }
    assert all(one == "per_head" for one in found.values())
    monkeypatch.setattr(
        plausibility, "PER_HEAD", np.inf
    )  # mutation: without the peers' distribution it passes
    assert stopped(per_head(**many)) == {}


def summed(**changes: float) -> pd.DataFrame:
    """Doctors of every prefecture of Shanxi, 2017-2023, with a restless growth, and the province's own figure, which is their sum."""
    rng, made = np.random.default_rng(5), []
    places = [r.code for r in catalog.parts_of("140000")]
    true = {
        p: np.round((3000 + 911 * n) * np.exp(np.cumsum(rng.normal(0.04, 0.04, 7))))
        for n, p in enumerate(places)
    }
    for k, year in enumerate(range(2017, 2024)):
        for place in places:
            made.append(row(place, "city_doctors", year, changes.get(f"{place}_{year}", true[place][k])))
        made.append(row("140000", "doctors", year, sum(v[k] for v in true.values()), source="nbs-province"))
    return pd.DataFrame(made)


def test_two_digits_exchanged_within_a_years_change_are_told_by_the_provinces_sum(monkeypatch):
    frame = summed()
    assert "digits" not in " ".join(stopped(frame).values())
    seeded = [
        (f"{place}_{year}", swap)
        for place in ("140200", "140300", "140500", "140700")
        for year in (2019, 2020, 2021)
        for held in [value_of(frame, place, year)]
        for swap in plausibility._exchanged(held)
        if 0.03 < abs(np.log(swap / held)) < 0.12
    ]

    def caught() -> list[bool]:
        keys = [f"city-yearbook:{at[:6]}:city_doctors:{at[7:]}" for at, _ in seeded]
        return [key in stopped(summed(**{at: value})) for key, (at, value) in zip(keys, seeded, strict=True)]

    assert len(seeded) >= 3
    with_sums = caught()
    monkeypatch.setattr(plausibility, "_sums", lambda _: iter(()))  # mutation: the series alone
    alone = caught()
    assert sum(with_sums) - sum(alone) >= len(seeded) / 2, (seeded, with_sums, alone)


def test_a_leap_of_a_citys_hospitals_is_flagged_and_a_small_number_is_not(monkeypatch):
    def leaps(*values: float) -> list[int]:
        years = range(2018, 2018 + len(values))
        frame = pd.DataFrame(
            [row("320200", "city_hospitals", y, v, "个") for y, v in zip(years, values, strict=True)]
        )
        return frame.loc[checks.jumps(frame.assign(edition="")), "year"].tolist()

    assert leaps(101, 124, 169, 178, 210) == [2019, 2020]  # + 23 %, + 36 %; + 5 % and + 18 % are no leap
    assert leaps(100, 80) == [2019] and leaps(100, 81) == []
    assert leaps(10, 14) == [], "two fifths of ten are four hospitals"
    assert leaps(10, 15) == [2019]
    with (
        monkeypatch.context() as patch
    ):  # mutations: no least number, the limit of beds, hospitals not looked at
        patch.setattr(checks, "FEW_LEAST", 0)
        assert leaps(10, 14) == [2019]
    with monkeypatch.context() as patch:
        patch.setattr(checks, "FEW_JUMP", checks.JUMP)
        assert leaps(100, 81) == [2019]
    with monkeypatch.context() as patch:
        patch.setattr(checks, "FEW_JUMP_SERIES", ())
        assert leaps(101, 124, 169, 178, 210) == []


def test_a_printed_fall_is_no_level_below_zero_and_a_level_below_zero_is_named():
    rows = tables.read("observations").query("measure == 'level' and value > 0").head(3)
    below = rows.assign(value=[-1.0, -0.3, 5.0], direction=["", "down", ""])
    (check, *_) = checks.ranges(below)
    assert check.status == "failed" and below["observation_id"].iloc[0] in check.sentence
    assert below["observation_id"].iloc[1] not in check.sentence
    (check, *_) = checks.ranges(below.iloc[1:])
    assert check.status == "ok"
    (check, *_) = checks.ranges(below.iloc[1:].assign(direction=""))  # without its direction the fall is seen
    assert check.status == "failed"


# ------------------------------------------------------------------------------------------------------------- several figures at once


def hospitals(place: str = "140000", year: int = 2019, **changes: float) -> list[dict]:
    """A row of the health yearbook whose grades and owners come to its hospitals."""
    held = {
        "hospitals": 1399, "hospitals_public": 523, "hospitals_private": 876, "hospitals_tertiary": 60, "hospitals_secondary": 374,
        "hospitals_primary": 284, "hospitals_ungraded": 681,
    }  # fmt: skip
    return [row(place, key, year, value, "个", "health-yearbook") for key, value in (held | changes).items()]


def test_parts_that_do_not_come_to_their_whole_stop_every_figure_of_the_sum(monkeypatch):
    assert stopped(pd.DataFrame(hospitals())) == {}
    # 374 read as 347: a change of 7 % in a figure without a series
    found = stopped(pd.DataFrame(hospitals(hospitals_secondary=347)))
    assert set(found.values()) == {"identity"}
    assert {key.split(":")[2] for key in found} == {
        "hospitals",
        "hospitals_tertiary",
        "hospitals_secondary",
        "hospitals_primary",
        "hospitals_ungraded",
    }
    expected = plausibility.doubts(pd.DataFrame(hospitals(hospitals_secondary=347))).set_index(
        "observation_id"
    )
    assert expected.expected["health-yearbook:140000:hospitals_secondary:2019"] == pytest.approx(374)
    monkeypatch.setattr(accounts, "EQUAL", ())  # mutation: without the sums it passes
    assert stopped(pd.DataFrame(hospitals(hospitals_secondary=347))) == {}


def test_parts_above_their_whole_and_a_share_that_is_not_its_parts_are_stopped(monkeypatch):
    def beds(**changes: float) -> pd.DataFrame:
        held = {"beds": 300_000, "hospital_beds": 230_000, "primary_beds": 60_000} | changes
        return pd.DataFrame(
            [row("140000", key, 2019, value, "张", "nbs-province") for key, value in held.items()]
        )

    def old(share: float) -> pd.DataFrame:
        return pd.DataFrame(
            [
                row("140000", "sample_population", 2019, 30_000, source="nbs-province"),
                row("140000", "sample_population_65", 2019, 3_300, source="nbs-province"),
                {**row("140000", "sample_share_65", 2019, share, "%", "nbs-province"), "value_low": share - 0.005, "value_high": share + 0.005},
            ]
        )  # fmt: skip

    assert stopped(beds()) == {} and stopped(old(11.0)) == {}
    assert set(stopped(beds(primary_beds=96_000)).values()) == {"identity"}
    assert set(stopped(old(11.01)).values()) == {"identity"} and len(stopped(old(11.01))) == 3
    monkeypatch.setattr(accounts, "WITHIN", ())
    monkeypatch.setattr(accounts, "SHARES", ())
    assert stopped(beds(primary_beds=96_000)) == {} and stopped(old(11.01)) == {}


def nation(**changes: float) -> pd.DataFrame:
    """Hospitals of 31 provinces in three years and the nation's, which another publication prints as well."""
    rng, made = np.random.default_rng(4), []
    codes = [r.code for r in catalog.provinces()][:31]
    for year in (2017, 2018, 2019):
        values = {
            code: round(900 * np.exp(0.05 * (year - 2017)) + n * 10 + rng.integers(5))
            for n, code in enumerate(codes)
        }
        whole = sum(values.values())
        for code, value in values.items():
            made.append(
                row(code, "hospitals", year, changes.get(f"{code}_{year}", value), "个", "nbs-province")
            )
        made.append(row("000000", "hospitals", year, whole, "个", "nbs-province"))
        made.append(row("000000", "hospitals", year, whole - 34, "个", "nhc-bulletin-2019"))
    return pd.DataFrame(made)


def test_provinces_that_do_not_come_to_the_nation_are_stopped_and_one_fitting_publication_is_enough(
    monkeypatch,
):
    frame = nation()
    assert len(catalog.provinces()) >= 31 and stopped(frame) == {}
    held = float(frame.set_index("observation_id").value["nbs-province:140000:hospitals:2018"])
    found = stopped(nation(**{"140000_2018": held + 18}))
    assert found["nbs-province:000000:hospitals:2018"] == "nation"
    assert found["nbs-province:140000:hospitals:2018"] == "nation", "the province that explains it is named"
    assert len(found) == 3
    monkeypatch.setattr(accounts, "NATION", {"hospitals": 0.1})  # mutation: with slack it passes
    assert stopped(nation(**{"140000_2018": held + 18})) == {}


def test_two_publications_that_agree_wherever_both_print_are_held_to_each_other(monkeypatch):
    def printed(other: float) -> pd.DataFrame:
        return pd.DataFrame(
            [
                row("140000", "beds", 2020, 200_123, "张", "nbs-province"),
                row("140000", "beds", 2020, other, "张", "health-yearbook"),
            ]
        )

    assert stopped(printed(200_123)) == {}
    assert set(stopped(printed(200_132)).values()) == {"carriers"}
    monkeypatch.setattr(plausibility, "TWINS", {})
    assert stopped(printed(200_132)) == {}


def test_a_row_pasted_under_another_place_or_year_is_stopped_and_a_chance_is_not(monkeypatch):
    frame = panel()

    def values(place: str, year: int) -> tuple[float, float]:
        held = frame.set_index("observation_id").value
        return tuple(
            held[f"city-yearbook:{place}:city_{key}:{year}"]
            for key in ("hospital_health_centre_beds", "doctors")
        )

    def pasted(place: str, year: int, beds: float, doctors: float) -> pd.DataFrame:
        at = f"{place}_{year}"
        return panel(**{f"hospital_health_centre_beds_{at}": beds, f"doctors_{at}": doctors})

    # another place of the province, and one elsewhere; two years before
    for place, year, source in (
        ("140200", 2013, ("140300", 2013)),
        ("140200", 2013, ("320200", 2013)),
        ("140200", 2015, ("140200", 2013)),
    ):
        changed = pasted(place, year, *values(*source))
        found = stopped(changed)
        for at in ((place, year), source):
            assert "copied" in found[f"city-yearbook:{at[0]}:city_doctors:{at[1]}"], (place, year, source)
    beds, doctors = values("140300", 2013)
    assert not any("copied" in why for why in stopped(pasted("140200", 2013, beds, doctors + 1)).values())
    monkeypatch.setattr(copied, "FEWEST", 3)  # mutation: a row of two figures is never one that repeats
    assert not any("copied" in why for why in stopped(pasted("140200", 2013, beds, doctors)).values())


def test_round_figures_that_two_places_share_are_chance():
    at = {f"{key}_{place}_2013": value for place in ("140200", "140300") for key, value in (("hospital_health_centre_beds", 11_000), ("doctors", 5_000))}  # fmt: skip
    assert not any("copied" in why for why in stopped(panel(**at)).values())


def test_a_figure_below_zero_is_named_by_the_check_and_stops_no_rule_half_way():
    frame = panel(doctors_140200_2013=-5230)
    assert isinstance(stopped(frame), dict)  # a minus among the digits was read as one and raised ValueError
    assert [c.status for c in checks.ranges(frame.assign(direction="", locator=""))][0] == "failed"
