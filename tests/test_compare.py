"""Places side by side: what is compared, what is summed, what is refused, and the pages that print it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pandas as pd
import pytest

import analysis
import audit
from analysis import catalog, cli, comparison, paths
from analysis.errors import ParameterError
from analysis.report.gate import gate, scan
from analysis.report.pages import compare
from analysis.report.pages import site as around
from analysis.report.pages.shown import Plan, Site
from analysis.report.publish import compared, indexes
from analysis.themes import panel
from analysis.words import LANGS

# what is changed on a page that compares, the check that sees it, and what it says
MUTATED = (
    (r"(r-f[^ >]*><data value=)[^ >]*", r"\g<1>7.5", 13, "facts.json has"),
    (r"r-f[^ >]*><data", "r-f0><data", 13, "not in facts.json"),
    (r"(<td data-v=)[^ >]*(>)[^<]*", r"\g<1>7.5\g<2>7.50", 13, "not in the CSV"),
    (r"<button class=n[^>]*>(.*?)</button>", r"\1", 18, "neither opens a record"),
    (r'href="#c-[^"]*"', 'href="#about"', 18, "no record"),
)
DELTA = ("310000", "320000", "330000", "340000")


@pytest.fixture(scope="module")
def held(processed):
    return comparison.provinces()


def test_an_indicator_has_every_province_most_first_with_bounds_and_ranges(held):
    found = comparison.indicator("nurses", held)
    frame = found.finding.tables[0].frame
    assert (
        len(frame) == 31 and frame["rate"].is_monotonic_decreasing and list(frame.index) == list(found.places)
    )
    assert (frame["low"] <= frame["rate"]).all() and (frame["rate"] <= frame["high"]).all()
    assert (frame["first_place"] <= frame["rank"]).all() and (frame["rank"] <= frame["last_place"]).all()
    assert {one.code for one in found.sparks} == set(found.places)
    series = found.finding.tables[1].frame
    for one in found.sparks:  # every plotted point stands in the table of the years
        assert [series.at[one.code, f"y{year}"] for year, _ in one.points] == [v for _, v in one.points]


def test_no_change_is_stated_across_a_new_definition(held):
    for key in comparison.INDICATORS:
        found = comparison.indicator(key, held)
        assert found.finding.tables[0].frame["change"].isna().all() == bool(found.breaks), key


def test_an_area_of_ones_own_is_summed_and_has_no_place(held):
    area = comparison.Area(("长三角", "Yangtze delta"), DELTA)
    found = comparison.side_by_side([comparison.area("山西"), area], ["nurses"], held).finding
    year = held.last_year
    rates = (
        held.rates[(held.rates["indicator"] == "nurses") & (held.rates["year"] == year)]
        .set_index("region_code")
        .loc[list(DELTA)]
    )
    value = found.tables[0].frame.at[0, "a1"].value
    assert value == pytest.approx(rates["count"].sum() / rates["population"].sum() * 1000)
    assert value != pytest.approx(rates["value"].mean(), rel=1e-4), "never the mean of the rates"
    assert [c.key for c in found.tables[0].columns] == ["indicator", "a0", "r0", "a1"]
    assert set(found.tables[0].frame.at[0, "a1"].regions) == set(DELTA)


@pytest.mark.parametrize(
    ("places", "keys", "words"),
    [
        (["山西"], [], "2 to 6"),
        (["山西", "140000"], [], "each place once"),
        (["山西", "太原"], [], "provinces alone, or cities alone"),
        (["太原", "大同"], ["nurses"], "city_doctors, city_hospital_beds, city_hospitals"),
        (["太原", "140100"], [], "each place once"),
        (["全国", "太原"], [], "provinces, or cities"),
        (["山西", "台湾"], [], "provinces"),
        (["山西", "陕西"], ["hospital_stay_days"], "cannot be summed"),
    ],
)
def test_what_makes_no_comparison_is_refused_with_a_way_out(places, keys, words):
    with pytest.raises(ParameterError, match=re.escape(words)):
        comparison.side_by_side([comparison.area(p) for p in places], keys)


def test_cities_of_any_province_are_compared_and_joined_never_averaged(held, monkeypatch):
    area = comparison.Area(("晋北", "North Shanxi"), ("140200", "140600"))
    found = comparison.side_by_side([comparison.area("苏州"), comparison.area("太原"), area]).finding
    frame = found.tables[0].frame
    rows = comparison.city_rows()
    wide = rows[(rows["year"] == 2023) & rows["region_code"].isin(area.members)].pivot(index="region_code", columns="indicator", values="value")  # fmt: skip
    value = frame.at[0, "a2_2023"].value
    assert value == pytest.approx(wide["city_doctors"].sum() / wide["city_population_resident"].sum() * 1000)
    rates = wide["city_doctors"] / wide["city_population_resident"] * 1000
    assert value != pytest.approx(rates.mean(), rel=1e-4), "never the mean of the rates"
    assert set(frame.at[0, "a2_2023"].regions) == set(area.members)
    assert [c.style for c in found.tables[0].columns] == ["name", "text", *["rate"] * 6], (
        "no place among cities of other provinces"
    )
    one = rows[
        (rows["region_code"] == "140200") & (rows["year"] == 2023) & (rows["indicator"] == "city_doctors")
    ].index[0]
    doubted = rows.assign(flags=rows["flags"].where(rows.index != one, "doubtful"))
    monkeypatch.setattr(comparison, "city_rows", lambda: doubted)
    again = comparison.side_by_side([comparison.area("苏州"), comparison.area("太原"), area]).finding
    assert again.tables[0].frame.at[0, "a2_2023"] is None, (
        "a member without a firm figure: no sum of the others"
    )
    with pytest.raises(ParameterError, match="fewer than two with figures"):
        comparison.side_by_side([comparison.area("大同"), area], ["doctors"])


def test_a_comparison_comes_as_a_notebook_that_runs_and_is_never_written_over(processed, tmp_path, capsys):
    import nbformat

    path, own = tmp_path / "own.ipynb", tmp_path / "own.toml"
    own.write_text('peers = ["苏州"]\n', "utf-8")
    ask = ["compare", "太原", "大同", "--indicator", "doctors", "--peers", str(own), "--notebook", str(path)]
    assert cli.main(ask) == 0 and capsys.readouterr().out.strip() == str(path)
    made = nbformat.read(path, 4)
    nbformat.validate(made)
    space: dict = {}
    *before, last = "\n".join(c.source for c in made.cells if c.cell_type == "code").splitlines()
    exec("\n".join(before), space)
    shown = eval(last, space)
    assert [
        s["id"] for s in shown._repr_mimebundle_()["application/vnd.yigai.finding+json"]["sentences"]
    ] == []
    held = path.read_bytes()
    assert (
        cli.main(ask) == cli.USAGE and "another file" in capsys.readouterr().err and path.read_bytes() == held
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no peer and no area"),
        ('peer = ["江苏"]', "the key peer"),
        ('[[area]]\nname_zh = "甲"\nmembers = ["江苏", "浙江"]', "name_zh, name_en and members"),
        ('[[area]]\nname_zh = "甲"\nname_en = "A"\nmembers = ["江苏"]', "two provinces or more"),
        ('[[area]]\nname_zh = "甲"\nname_en = "A"\nmembers = ["江苏", "320000"]', "each once"),
        ("peers = [", "readable TOML"),
    ],
)
def test_a_file_of_own_peers_that_is_wrong_names_what_is_wrong(tmp_path, text, words):
    file = tmp_path / "own.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ParameterError, match=re.escape(words)):
        comparison.own_areas(file)


def test_cities_are_compared_inside_their_province_in_the_years_with_residents(held):
    found = comparison.cities("140000")
    assert set(found.places) <= {r.code for r in catalog.cities_of("140000")} and len(found.places) == 11
    assert {c.key[-4:] for c in found.finding.tables[0].columns[1:-1]} == {"2020", "2023"}
    assert comparison.cities("110000") is None, "a municipality has no cities to compare"
    codes = {line.region_code for line in comparison.cities("220000").finding.tables[0].lines()}
    assert "220200" in codes and "220000" not in codes, "the city of Jilin is not the province of its name"


def test_a_doubtful_figure_of_a_city_is_shown_and_marked_and_has_no_place(monkeypatch):
    def beds(places):
        return places.of("540100").finding.tables[0].frame.iloc[1]

    found = beds(comparison.Overviews())
    assert pd.isna(found["rank"]) and found["value"] > 0 and "2023 doubtful" in found["marks_en"]
    table = comparison.cities("540000").finding.tables[0].frame
    assert table["marks_en"].str.contains("hospital beds 2020 doubtful").any()
    assert "doctors 2023" in table["marks_en"].iloc[-1], "below all that may be compared"
    few = comparison.Overviews().of("630200").finding.tables[0].frame
    assert few[["rank", "cities"]].isna().all(axis=None), (
        "two cities of Qinghai: the second of two is no place"
    )
    monkeypatch.setattr(comparison.city_panel, "comparable", lambda rows: rows)
    found = beds(comparison.Overviews())  # mutation: without the rule it is ranked
    assert found["rank"] > 0 and not found["marks_en"]


def test_a_place_is_seen_in_all_indicators_with_its_peers_and_the_nation(held):
    found = comparison.Overviews()
    shanxi = found.of("140000")
    frame = shanxi.finding.tables[0].frame.set_index("indicator_en")
    own = comparison.indicator("nurses", held).finding.tables[0].frame.loc["140000"]
    row = frame.loc[catalog.indicator("nurses").label("en")]
    assert (row["value"], row["rank"], row["best"], row["last"]) == (
        own["rate"],
        own["rank"],
        own["first_place"],
        own["last_place"],
    )
    assert row["nation"] == pytest.approx(held.nation_fact("nurses", held.last_year).value)
    assert [one.code for one in shanxi.sparks] == ["140000"] * len(frame)
    shown = compare.overview(shanxi, "en")
    assert len(shown["rows"]) == len(frame) and all("<svg" in row["spark"] for row in shown["rows"])
    taiyuan = found.of("140100").finding.tables[0].frame
    assert taiyuan["rank"].iloc[:2].between(1, 11).all() and pd.isna(taiyuan["rank"].iloc[2]), "not hospitals"
    assert found.of("000000") is None and found.of("710000") is None and found.of("632600") is None


def test_a_site_of_few_places_shows_each_as_the_whole_site_does(processed, monkeypatch):
    def told(few, code):
        found = comparison.Overviews(few).of(code)
        return found.told("zh"), found.sparks

    whole = told((), "140000")
    assert told(("140000", "320100"), "140000") == whole == told(("320000",), "140000")
    placed = comparison._placed  # mutation: the range of places of somebody else
    monkeypatch.setattr(comparison, "_placed", lambda key, held, units: placed(key, held, ["320000"]))
    assert told(("140000",), "140000") != whole


def test_a_collection_of_few_places_or_an_early_day_compares_nothing(held, monkeypatch):
    few = held.observations[held.observations["region_code"].isin(["140000", "320000"])]
    for rows in (few, few.iloc[:0]):
        monkeypatch.setattr(
            comparison, "provinces", lambda rows=rows: panel.from_observations(rows, comparison.INDICATORS)
        )
        monkeypatch.setattr(comparison, "city_rows", lambda: few.iloc[:0])
        found = comparison.Overviews()
        assert comparison.every(found) == [] and found.of("140000") is None and found.of("140100") is None


def test_the_command_writes_a_page_in_both_languages_and_jupyter_shows_the_same(processed, tmp_path, capsys):
    own = tmp_path / "own.toml"
    own.write_text('[[area]]\nname_zh = "晋陕"\nname_en = "Jin-Shaan"\nmembers = ["山西", "陕西"]\n', "utf-8")
    options = ["--indicator", "nurses", "--peers", str(own), "--out", str(tmp_path / "out")]
    assert cli.main(["compare", "山西", "江苏", *options]) == 0
    made = [line for line in capsys.readouterr().out.splitlines() if line.endswith(".html")]
    zh, en = (scan.Page(name, open(name, encoding="utf-8").read()) for name in made)
    assert "晋陕" in zh.html and "Jin-Shaan" in en.html
    assert {n.fact for n in zh.numbers} == {n.fact for n in en.numbers}
    assert all(n.fact or n.in_table for n in zh.numbers) and [t.values for t in zh.tables] == [
        t.values for t in en.tables
    ]
    shown = analysis.compare("山西", "江苏", indicator="nurses", peers=own)
    payload = shown._repr_mimebundle_()["application/vnd.yigai.finding+json"]
    assert [c["text"] for c in payload["tables"][0]["rows"][0]][1:] == [
        n.text for n in zh.numbers if n.in_table
    ]
    assert cli.main(["compare", "山西", "--out", str(tmp_path / "out")]) == cli.USAGE


def test_a_comparison_that_was_asked_for_is_made_again_by_the_next_run(held, tmp_path, monkeypatch):
    areas, keys = [comparison.area("山西"), comparison.area("江苏")], ["nurses"]
    found = comparison.side_by_side(areas, keys, held)
    compared.write(found, tmp_path, [], areas, keys)
    page = f"compare/{found.name}.html"
    header = SimpleNamespace(site_files={})
    state = SimpleNamespace(header=header)
    told = indexes.Around(SimpleNamespace(folder=tmp_path), state, None, {}, {})
    assert told.newly_asked() == {found.name}, "a page that the last run did not know"
    monkeypatch.setattr(comparison, "provinces", lambda: held)
    texts, troubles = compared.again(told.asked, [])
    assert not troubles and texts[page] == (tmp_path / page).read_text("utf-8")
    header.site_files[page] = None
    assert not told.newly_asked()
    # mutation: data that no longer hold the indicator, and a request that nobody can read
    told.asked[found.name]["indicators"] = ["no_such_indicator"]
    told.asked["odd"] = {"areas": 3}
    texts, troubles = compared.again(told.asked, [])
    assert not texts and {name for name, _ in troubles} == {f"compare/{found.name}", "compare/odd"}
    assert not indexes.Around(None, state, None, {}, {}, issue="2026-11").asked, "an issue has none"


def test_a_small_line_breaks_at_a_new_definition_and_marks_a_jump():
    line = comparison.Spark("140000", tuple((y, float(y % 5)) for y in range(2014, 2024)), (2018,))
    drawn = compare.spark(line, (2017,))
    assert drawn.count("<polyline") == 2 and drawn.count('class="bk"') == 1 and drawn.count('class="jp"') == 1
    assert compare.spark(line, ()).count("<polyline") == 1


def test_years_of_jumps_are_listed_as_each_language_lists():
    marks = comparison._marks({"a": (2015, 2016), "b": ()}, (), ["a", "b"])
    assert marks == {"marks": ["2015、2016 年跳变", ""], "marks_en": ["jump 2015, 2016", ""]}


def test_every_comparing_page_passes_the_static_checks(held, tmp_path):
    found = [comparison.indicator("beds", held), comparison.cities("320000")]
    pages = {n: t for lang in LANGS for n, t in compare.pages(lang, found, Site(Plan())).items()}
    site = gate.Site(tmp_path, pages=[scan.Page(name, text) for name, text in pages.items()])
    for one in found:  # what stands beside the pages
        files = {f"compare/{name}": rows for name, rows in compare.csvs(one).items()}
        texts = {name: around.csv_text(rows) for name, rows in files.items()}
        for name, text in (texts | {f"compare/{one.name}.facts.json": compare.facts(one)}).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
    for number in (2, 3, 4, 6, 10, 12, 13, 14, 18):
        assert list(gate.STATIC[number][1](site)) == [], gate.STATIC[number][0]
    for pattern, new, number, said in MUTATED:
        html, n = re.subn(pattern, new, pages["compare/beds.html"], count=1)
        wrong = gate.Site(tmp_path, pages=[scan.Page("compare/beds.html", html)])
        assert n and any(said in line for line in gate.STATIC[number][1](wrong)), said
    assert max(len(text.encode()) for text in pages.values()) <= 150_000
    csvs = compare.csvs(found[0])
    assert set(csvs) == {"beds.csv", "beds-series.csv"} and isinstance(
        pd.DataFrame(csvs["beds.csv"]), pd.DataFrame
    )


def test_the_audit_reads_a_comparing_page_and_sees_what_is_wrong(held, tmp_path):
    found = comparison.indicator("beds", held)
    texts = {n: t for lang in LANGS for n, t in compare.pages(lang, [found], Site(Plan())).items()}
    texts |= {f"compare/{n}": around.csv_text(rows) for n, rows in compare.csvs(found).items()}
    texts["compare/beds.facts.json"] = compare.facts(found)
    raw = audit.Raw(paths.raw())

    def faults(name="", old="", new=""):
        for file, text in texts.items():
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(
                text.replace(old, new, 1) if file == name else text, encoding="utf-8"
            )
        assert not name or old in texts[name]
        told = audit.Told()
        audit.audit_comparison(told, tmp_path / "compare" / "beds.facts.json", raw)
        assert sum(told.seen.values()) > 300
        return {kind for kind, *_ in told.faults}

    assert faults() == set()
    series, first = texts["compare/beds-series.csv"], texts["compare/beds.csv"]
    alone = next(v for v in re.findall(r",(\d\.\d{9,}),", series) if v not in first)
    printed = re.search(r"r-f[^ >]*><data value=([^ >]*)", texts["compare/beds.html"])
    grade = '"grade": "A"' if '"grade": "A"' in texts["compare/beds.facts.json"] else '"grade":"A"'
    assert "csv derived" in faults("compare/beds-series.csv", alone, "9.87654321")
    rate = re.search(r"230000,黑龙江,Heilongjiang,rate,[^\n]*\n", first)[0]
    assert "table" in faults("compare/beds.csv", rate, rate.replace("8.93,8.93", "8.39,8.39"))
    assert "compared unit" in faults("compare/beds.csv", rate, rate.replace("per 1,000 residents", "no unit"))
    rows = re.findall(r'<tr id="?p-\d{6}"?>.*?(?=<tr|</tbody)', texts["compare/beds.html"], re.DOTALL)
    assert "compared" in faults("compare/beds.html", rows[0] + rows[1], rows[1] + rows[0]), "order of rows"
    place = re.search(r"230000,黑龙江,Heilongjiang,rank,[^\n]*\n", first)[0]
    assert "compared" in faults("compare/beds.csv", place, place.replace(",1,,,", ",2,,,"))
    assert "shown value" in faults("compare/beds.html", printed[0], printed[0].replace(printed[1], "1.5"))
    assert "grade" in faults("compare/beds.facts.json", grade, grade.replace("A", "B"))
