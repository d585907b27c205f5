"""The dictionaries and the raw files hold together: every name in raw leads to one entry, nothing stands twice, nothing is lost."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from analysis import catalog, paths, tables
from analysis.clean import places
from analysis.errors import ParameterError
from analysis.report.pages import reference
from analysis.report.pages.shown import Plan, Site
from analysis.words import common

CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
RAW = sorted(paths.raw().glob("*/*.csv"))
GATHERED = paths.home().parent / "shared" / "data"
DICTIONARIES = ("regions", "indicators", "sources", "institutions")
# cells of the gathered files that held a sentence of a source (data/raw/README.md names them)
REWORDED = {
    ("guokao_rank_series.csv", "statement"),
    ("guokao_rules_and_manuals.csv", "basis"),
    ("guokao_grade_bands.csv", "basis"),
}
# replaced by all cities (tests/test_city_figures.py compares them), sums that the build makes itself, and lists completed since
ENTERED_OTHERWISE = {
    "city_yearbook.csv",
    "city_yearbook_all.csv",
    "city_yearbook_sums.csv",
    "regional_centre_projects_partial.csv",
    "regional_centre_totals.csv",
}
IN_SOURCES = {"doc_title", "issuer", "published", "published_basis"}
CODED_LATER = {"qualifier", "qualifier_en"}  # columns that the gathered coding does not have


@lru_cache(maxsize=64)
def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache(maxsize=64)
def below_raw(path: Path) -> str:
    return path.relative_to(paths.raw()).as_posix()


@lru_cache(maxsize=1)
def _whole_files() -> dict[str, str]:
    return {row["file"]: row["source_publication"] for row in rows(paths.raw() / "publications.csv")}


def publication(where: str, row: dict[str, str]) -> str:
    """The publication of a raw row: its own, or its file's."""
    return row.get("source_publication") or _whole_files().get(where, "")


def raw_named(column: str) -> list[tuple[str, dict[str, str]]]:
    return [(below_raw(path), row) for path in RAW for row in rows(path) if column in row]


@pytest.mark.parametrize(
    "path", [*RAW, *(paths.data() / f"{name}.csv" for name in DICTIONARIES)], ids=lambda p: p.name
)
def test_files_are_plain_utf8_with_whole_rows(path):
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw and raw.endswith(b"\n")
    table = list(csv.reader(raw.decode("utf-8").splitlines(), strict=True))
    assert {len(row) for row in table} == {len(table[0])}


# regions


def test_region_codes_and_parents():
    regions = catalog.regions()
    assert list(regions) == sorted(regions) and all(re.fullmatch(r"\d{6}", code) for code in regions)
    for r in regions.values():
        assert r.level in ("nation", "province", "city", "county", "sar")
        assert (r.parent in regions) == (r.level != "nation"), r.code
        if r.level == "city":
            assert (
                r.parent == r.code[:2] + "0000"
                and r.code.endswith("00")
                and regions[r.parent].level == "province"
            )
        if r.level == "county":
            assert r.parent == r.code[:4] + "00" and regions[r.parent].level == "city"


def test_areas_are_the_yearbooks():
    assert Counter(r.area for r in catalog.provinces()) == {"east": 11, "central": 8, "west": 12}
    assert all(not r.area for r in catalog.regions().values() if r not in catalog.provinces())


def test_tiles_are_unique_and_complete():
    tiles = [r.tile for r in catalog.regions().values() if r.tile]
    assert len(tiles) == len(set(tiles)) == 34
    assert {r.code for r in catalog.regions().values() if r.state == "not_in_sources"} == {
        "710000",
        "810000",
        "820000",
    }
    assert all(r.tile for r in catalog.provinces())


@pytest.mark.parametrize(
    ("west", "east"),
    [
        ("新疆", "黑龙江"),
        ("西藏", "四川"),
        ("四川", "湖北"),
        ("云南", "广东"),
        ("甘肃", "陕西"),
        ("陕西", "山东"),
        ("广西", "广东"),
        ("湖北", "江苏"),
    ],
)
def test_tiles_keep_west_and_east(west, east):
    assert catalog.region(west).tile[1] < catalog.region(east).tile[1]


@pytest.mark.parametrize(
    ("north", "south"),
    [
        ("内蒙古", "山西"),
        ("山西", "河南"),
        ("河南", "湖北"),
        ("湖北", "湖南"),
        ("湖南", "广东"),
        ("江苏", "浙江"),
        ("浙江", "福建"),
        ("黑龙江", "220000"),
        ("广东", "海南"),
    ],
)
def test_tiles_keep_north_and_south(north, south):
    assert catalog.region(north).tile[0] < catalog.region(south).tile[0]


def test_chinese_names_are_one_region_each_but_jilin_and_shared_english_names_are_never_guessed():
    shared = {name for name, codes in catalog._region_names(paths.data()).items() if len(codes) > 1}
    assert {name for name in shared if CJK.search(name)} == {"吉林"}
    plain = {name for name in shared if not CJK.search(name) and not name.endswith(" city")}
    assert plain == {"jilin", "suzhou", "taizhou", "fuzhou", "yichun", "yulin", "hainan"}
    for name in plain:
        with pytest.raises(ParameterError, match="one region; it may be"):
            catalog.region(name)
    shown = [r.name_en for r in catalog.regions().values()]
    assert sorted(n for n, k in Counter(shown).items() if k > 1) == ["Jilin"]
    jilin = [catalog.regions()[code] for code in ("220000", "220200")]
    assert [(r.short("zh"), r.short("en")) for r in jilin] == [("吉林", "Jilin"), ("吉林市", "Jilin City")]


# counties and changes


def test_every_prefecture_and_county_of_the_code_list_is_a_region_in_both_languages():
    cities = [r for r in catalog.regions().values() if r.level == "city" and r.state != "former"]
    counties = [r for r in catalog.counties().values() if not r.state]
    held = [r for r in catalog.regions().values() if r.level == "county"]
    assert len(cities) == 333 and len(counties) + len(held) == 2844
    for r in [*cities, *counties]:
        assert r.name_en and not CJK.search(r.name_en_full) and r.name_en_full != r.name_en, r.code
        assert r.parent in catalog.regions() and catalog.regions()[r.parent].level in ("province", "city")


def test_no_county_has_the_english_name_of_its_neighbour_or_of_its_city():
    """阿克苏市 lies in 阿克苏地区, 和田市 beside 和田县: in English the kind of place tells them apart."""
    counties = [r for r in catalog.counties().values() if not r.state]
    seen = Counter((r.parent, r.short("en")) for r in counties)
    assert [key for key, times in seen.items() if times > 1] == []
    above = catalog.regions()
    assert [
        r.code for r in counties if r.parent in above and r.short("en") == above[r.parent].short("en")
    ] == []
    named = catalog.counties()
    assert (named["652901"].short("en"), named["653221"].short("en"), named["320282"].short("en")) == (
        "Aksu City",
        "Hotan County",
        "Yixing",
    )


def test_counties_are_found_by_code_and_full_name_and_are_not_gone_through():
    assert "350405" in catalog.regions() and catalog.regions()["350405"].name_zh == "沙县区"
    assert "350405" not in list(catalog.regions()) and "350499" not in catalog.regions()
    assert catalog.regions().get("350499") is None and catalog.region("Shuyang County").code == "321322"
    with pytest.raises(ParameterError, match="南京市鼓楼区 Gulou District .320106. or 徐州市鼓楼区"):
        catalog.region("鼓楼区")


@pytest.mark.parametrize(
    ("name", "code", "until", "gone"),
    [
        ("襄樊", "420600", "2010-10", "2010-12"),
        ("思茅市", "530800", "2006-12", "2007-12"),
        ("沙县", "350405", "2021-01", "2023-06"),
        ("偃师", "410307", "2021-01", "2023-06"),
        ("巢湖", "341400", "2010-12", "2011-10"),
        ("莱芜", "371200", "2019-04", "2021-01"),
    ],
)
def test_an_old_name_resolves_and_says_between_which_lists_it_went(name, code, until, gone):
    assert catalog.region(name).code == code
    change = catalog.former(name)[0]
    assert (change.listed_until, change.gone_by) == (until, gone)


@pytest.mark.parametrize(
    ("code", "english"),
    [
        ("540422", "Milin"),  # 米林县 became 米林市
        ("542623", "Milin"),  # by way of 540422
        ("652100", "Turpan"),  # 吐鲁番地区 became 吐鲁番市
        ("642226", "Pengyang County"),  # the same name under another code
        ("110103", "崇文区"),  # its heir has another name
    ],
)
def test_a_place_that_went_has_its_heirs_english_name_where_the_name_stayed(code, english):
    gone = catalog.counties()[code]
    assert gone.state == "former" and english in (gone.name_en, gone.name_en_full)


def test_mutation_an_heir_of_another_name_does_not_lend_its_english_name():
    renamed = {"通什市": "五指山市", "中甸县": "香格里拉县", "马塘区": "弋江区"}
    gone = [c for c in catalog.changes() if renamed.get(c.name_zh) == c.became_zh]
    assert {c.name_zh for c in gone} == set(renamed)
    assert [catalog.counties()[c.region_code].name_en for c in gone] == [c.name_zh for c in gone]


def test_a_dissolved_prefecture_is_one_that_was_and_stands_in_no_list_of_its_provinces():
    assert catalog.regions()["371200"].state == "former"
    assert "371200" not in [r.code for r in catalog.cities_of("370000")]
    with pytest.raises(ParameterError, match="341400.*or 合肥市巢湖市"):
        catalog.region("巢湖市")


def test_every_change_names_two_lists_and_where_it_led_if_anywhere():
    assert len(catalog.changes()) > 1000
    for c in catalog.changes():
        assert c.listed_until < c.gone_by and bool(c.became_code) == bool(c.became_zh), c
        assert not c.became_code or c.became_code[:2] == c.region_code[:2], c


def test_mutation_a_county_list_that_is_gone_through_would_make_every_loop_over_places_long():
    assert len(list(catalog.regions())) < 400 < len(catalog.counties())


def test_every_region_code_in_raw_belongs_to_the_name_beside_it():
    pairs = {
        (
            row["region_code"],
            row.get("region_zh") or row.get("region_name") or row.get("city") or row.get("province", ""),
        )
        for _, row in raw_named("region_code")
    }
    for code, printed in pairs:
        place = catalog.regions()[code]
        known = (place.name_zh, *place.aliases)
        assert not printed or printed in known or places.resolve(printed, "000000") is place, (code, printed)


def test_every_short_place_name_in_raw_is_one_region_of_its_province():
    for where, row in raw_named("province"):
        if row["province"]:
            province = [r for r in catalog.provinces() if row["province"] in (r.name_zh, r.short_zh)]
            assert len(province) == 1, (where, row["province"])
            if row.get("city") and row["city"] not in (province[0].name_zh, province[0].short_zh):
                inside = [
                    r
                    for r in catalog.regions().values()
                    if row["city"] in (r.name_zh, r.short_zh) and r.code[:2] == province[0].code[:2]
                ]
                assert len(inside) == 1 and inside[0].level in ("city", "county"), (where, row["city"])


# indicators


def test_english_labels_are_english():
    labels = Counter(i.label_en for i in catalog.indicators().values())
    assert [label for label, n in labels.items() if n > 1] == []
    for key, i in catalog.indicators().items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", key)
        assert not CJK.search(i.label_en + i.unit_en + i.definition_en), key
        assert " " in i.label_en or i.label_en[0].isupper(), key
        assert "_" not in i.label_en and i.label_en != key and len(i.label_en) > 4, key
        assert CJK.search(i.label_zh), key
        assert bool(i.definition_zh) == bool(i.definition_en) == bool(i.definition_basis), key
        assert bool(i.unit) == bool(i.unit_en), key
        assert bool(i.needed_zh) == bool(i.needed_en) and not CJK.search(i.needed_en), key
        assert not i.needed_zh or CJK.search(i.needed_zh), key


def test_indicator_vocabularies():
    for key, i in catalog.indicators().items():
        assert i.polarity in ("higher", "lower", "none") and i.kind in (
            "stock",
            "flow",
            "rate",
            "index",
            "claim",
        ), key
        assert f"theme_{i.theme}" in catalog.terms(), i.theme
        for change in i.breaks:
            assert 1990 < change.start_year <= (change.end_year or change.start_year) < 2030
            assert CJK.search(change.zh) and not CJK.search(change.en)


def test_ranked_indicators_can_be_ranked():
    ranked = {key for key, i in catalog.indicators().items() if i.ranked}
    assert ranked == {"doctors", "nurses", "health_technicians", "beds", "hospital_beds", "primary_beds"}
    for key in ranked:
        i = catalog.indicator(key)
        assert i.polarity != "none" and i.print_step == 0.01 and i.print_unit.startswith("万"), key


def test_more_of_what_a_document_counts_is_not_better():
    """Groups founded, papers, CVs received: a document counts them, nobody ranks by them."""
    counted = [
        i for i in catalog.indicators().values() if i.kind in ("stock", "flow", "claim") and not i.ranked
    ]
    directed = {key.theme for key in counted if key.polarity != "none"}
    assert len(counted) > 150 and directed <= {"resources", "workforce"}, directed


def test_breaks_that_the_figures_are_known_for():
    spans = {(key, b.start_year, b.end_year) for key, i in catalog.indicators().items() for b in i.breaks}
    assert {
        ("public_health_institutions", 2015, 2022),
        ("health_technicians", 2014, None),
        ("city_hospital_beds", 2017, None),
        ("health_expenditure", 2014, None),
        ("population", 2011, 2019),
    } <= spans


def _panel():
    return [(where, row) for where, row in raw_named("indicator_zh") if where.startswith("panel/")]


def test_every_raw_indicator_is_one_entry_and_its_precision_is_known():
    for where, row in _panel():
        source = catalog.source_of(publication(where, row), where)
        indicator = catalog.indicator_of(row["indicator_zh"], source.id)
        assert indicator.step(row["unit"], source.id), (where, row["indicator_zh"], row["unit"], source.id)
    for where, row in raw_named("indicator_key"):
        assert catalog.indicator_of(row["indicator_zh"]).key == row["indicator_key"], (where, row["fact_id"])


def test_no_value_is_printed_finer_than_its_step():
    # the compiler's four decimals in the health yearbook's rates and fees are no print resolution; stay has two decimals to 2017
    finer = Counter()
    for where, row in _panel():
        source = catalog.source_of(publication(where, row), where)
        indicator = catalog.indicator_of(row["indicator_zh"], source.id)
        decimals = len(row["value"].partition(".")[2])
        if decimals and 10**-decimals < indicator.step(row["unit"], source.id) * 0.999:
            finer[indicator.key, source.id] += 1
    assert {key for key in finer} <= {
        ("hospital_stay_days", "nbs-province"),
        ("outpatient_fee", "health-yearbook"),
        ("inpatient_fee", "health-yearbook"),
        ("beds_per_1000", "health-yearbook"),
        ("doctors_per_1000", "health-yearbook"),
        ("nurses_per_1000", "health-yearbook"),
        ("health_technicians_per_1000", "health-yearbook"),
    }


def test_every_alias_is_met_in_raw():
    met = set()
    for where, row in raw_named("indicator_zh"):
        if publication(where, row):
            source = catalog.source_of(publication(where, row), where)
            met.add(f"{row['indicator_zh']}@{source.id}")
        met.add(row["indicator_zh"])
    met |= {row["metric"] for _, row in raw_named("metric")} | {row["fact"] for _, row in raw_named("fact")}
    # a monthly report's label over whole years is met where the label is
    met |= {f"{label}@year" for label in met}
    unmet = {alias for i in catalog.indicators().values() for alias in i.aliases} - met
    assert unmet == set()


# sources


def test_sources_are_complete():
    for key, s in catalog.sources().items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)
        assert s.kind in (
            "bulletin",
            "newspaper",
            "plan",
            "series",
            "assessment",
            "policy",
            "list",
        ) and s.grade in tuple("ABC"), key
        assert s.published_basis in ("printed", "inferred", "web", "edition", "not_stated") and bool(
            s.published
        ) == (s.published_basis != "not_stated"), key
        assert not s.published or re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", s.published), key
        assert (
            s.title_zh
            and s.producer_zh
            and s.licence_note_zh
            and s.licence_note_en
            and s.caveats_zh
            and s.caveats_en
            and s.title_en
            and s.producer_en
        ), key
        assert not CJK.search(s.title_en + s.producer_en + s.caveats_en + s.licence_note_en), key
        assert s.url == "" or s.url.startswith(("http://", "https://")), key
    assert {"doc-000", "doc-001", "doc-002", "doc-003", "doc-004"} <= set(catalog.sources())


def test_no_address_of_a_carrier_is_a_sources_address():
    code_hosts = ("github.com", "gitee.com", "raw.githubusercontent")
    assert not [s.id for s in catalog.sources().values() if any(host in s.url for host in code_hosts)]


def test_every_publication_in_raw_is_one_source_with_its_grade():
    met = set()
    every = [*raw_named("source_publication"), *_panel()]
    for where, row in every:
        source = catalog.source_of(publication(where, row), where)
        met.add(source.id)
        grade = row.get("source_grade", source.grade)
        assert catalog.stands("C" if grade == "derived" else grade, source), (
            where,
            row["source_publication"],
        )
    documents = {f"doc-{path.stem[4:]}" for path in RAW if path.stem.startswith("doc-")}
    groupings = {g.source_id for code in catalog.regions() for g in catalog.city_groups(code)}
    assert met | documents | groupings == set(catalog.sources())


def test_publications_are_listed_once():
    counted = Counter(text for s in catalog.sources().values() for text in s.publications)
    assert [text for text, n in counted.items() if n > 1] == []


# institutions


def test_institutions_are_complete_and_unique():
    names = Counter(
        name for i in catalog.institutions().values() for name in (i.name_zh, i.name_en, *i.aliases)
    )
    assert [name for name, n in names.items() if n > 1] == []
    for key, i in catalog.institutions().items():
        assert i.region_code in catalog.regions() and i.name_zh and i.name_en and not CJK.search(i.name_en), (
            key
        )
        assert i.parent_id == "" or i.parent_id in catalog.institutions(), key
        assert not {"同济", "省卫生健康委", "市卫生健康委"} & set(i.aliases), key


def test_every_hospital_in_raw_is_one_institution():
    for column in ("hospital", "project_hospital", "output_hospital", "host_partner_hospital", "institution"):
        for where, row in raw_named(column):
            if row[column] and row[column] != "无锡市" and not where.startswith("lists/"):
                assert catalog.institution_of(row[column]), (where, row[column])
    for where, row in raw_named("hospital"):
        if where.startswith("lists/"):  # hundreds of hospitals that nothing else speaks of: named as listed
            continue
        assert (
            catalog.regions()[catalog.institution_of(row["hospital"]).region_code].short_zh == row["city"]
        ), row["hospital"]
    for _, row in raw_named("unit"):
        if row["unit"] == "hospital":
            assert catalog.institution_of(row["name"]), row["name"]


# terms


def test_terms_have_both_languages():
    terms = catalog.terms()
    assert list(terms) == sorted(terms)
    for key, t in terms.items():
        assert re.fullmatch(r"[A-Za-z0-9_]+", key)
        assert t.zh and t.en and not CJK.search(t.en), key
    assert {f"state_E{n}" for n in range(10)} <= set(terms)
    for _, row in raw_named("quantifier"):
        assert f"quantifier_{row['quantifier']}" in terms
    for _, row in raw_named("period_basis"):
        assert f"period_basis_{row['period_basis']}" in terms and f"status_{row['status']}" in terms
    for _, row in raw_named("theme"):
        assert f"theme_{row['theme']}" in terms


# nothing lost


def test_row_counts_are_those_of_the_readme():
    text = (paths.raw() / "README.md").read_text("utf-8")
    stated = {name: int(n) for name, n in re.findall(r"^\| `([^`]+\.csv)` \| (\d+) \|", text, re.M)}
    assert stated == {below_raw(path): len(rows(path)) for path in RAW}
    assert f"| together | {sum(stated.values())} |" in text


def test_facts_have_unique_ids_and_stand_under_their_document():
    ids = [
        (path.stem[4:], row["fact_id"]) for path in RAW if path.stem.startswith("doc-") for row in rows(path)
    ]
    assert len(ids) == len(set(ids)) == 207 and all(fact.startswith(doc + "-") for doc, fact in ids)


# rows of the documents that were read again against the documents' own words, and rows that were missing
READ_AGAIN = {
    "001-008", "001-009", "001-015", "002-005", "003-014", "003-015", "003-016", "003-017", "003-018", "003-020",
    "004-042", "004-095", "004-097", "D03", "D04", "T07", "T08", "T09", "T10", "T11", "T18", "M001", "M007", "M045", "M046", "M065", "M076", "M008", "M015", "M038", "M056", "M058", "M059", "M060", "M061", "M062", "M102", "M117", "M044", "M081",
    *(f"M{n}" for n in range(118, 144)),
}  # fmt: skip


def same_but(gathered: list[dict], held: list[dict], key: str, again: set[str]) -> None:
    """Row by row the same, except the rows that were read again, each of which does differ."""
    if not key:
        assert gathered == held
        return
    before, now = {row[key]: row for row in gathered}, {row[key]: row for row in held}
    differing = {one for one in {*before, *now} if before.get(one) != now.get(one)}
    assert differing == again & {*before, *now}


@pytest.mark.skipif(
    not GATHERED.is_dir(), reason="the folder of gathered figures is not beside this repository"
)
def test_every_gathered_row_stands_in_raw_or_in_a_dictionary():
    for path in sorted(
        p for kind in ("panel", "assessment", "policy") for p in (GATHERED / kind).glob("*.csv")
    ):
        if path.name in ENTERED_OTHERWISE:
            continue
        drop = {column for name, column in REWORDED if name == path.name}
        gathered = rows(path)
        kept = [
            column for column in gathered[0] if column not in drop
        ]  # raw has columns more: what was coded later
        assert [[row[column] for column in kept] for row in gathered] == [
            [row[column] for column in kept] for row in rows(paths.raw() / path.parent.name / path.name)
        ], path.name
    coded = GATHERED / "evidence"
    facts = [
        {k: v for k, v in row.items() if k not in CODED_LATER}
        for path in RAW
        if path.stem.startswith("doc-")
        for row in rows(path)
    ]
    gathered_facts = [
        {k: v for k, v in row.items() if k not in IN_SOURCES} for row in rows(coded / "facts.csv")
    ]
    same_but(gathered_facts, facts, "fact_id", READ_AGAIN)
    for name, key in (
        ("targets", "target_id"), ("measures", "measure_id"), ("text_anomalies", ""), ("derived_checks", "derived_id"),
    ):  # fmt: skip
        gathered = rows(coded / f"{name}.csv")
        held = [
            {column: row[column] for column in gathered[0]}
            for row in rows(paths.raw() / "bulletins" / f"{name}.csv")
        ]
        same_but(gathered, held, key, READ_AGAIN)
    assert {row["indicator_key"] for row in rows(coded / "indicators.csv")} <= set(catalog.indicators())
    for row in rows(coded / "entities.csv"):
        if row["type"] == "region":
            assert row["name_zh"] in {r.name_zh for r in catalog.regions().values()}
        else:
            assert catalog.institution_of(row["name_zh"]), row["entity_id"]


# how each source was read ------------------------------------------------------------------------------------------------------


def test_every_source_says_how_it_was_read_and_no_grade_is_better_than_the_rule_gives():
    read, known = catalog.carriers(), catalog.sources()
    assert read.keys() == known.keys()
    assert better(known, read) == []
    lower = {key for key, s in known.items() if s.grade > read[key].best_grade}
    assert all(read[key].carrier == "repository" for key in lower), (
        "a single copy that nothing checks may stand lower"
    )


def better(known, read):
    return [key for key, s in known.items() if s.grade < read[key].best_grade]


def test_a_broadcaster_a_paper_and_a_repost_as_grade_a_turn_the_rule_red():
    known, read = dict(catalog.sources()), catalog.carriers()
    for key in ("po-cctv-news", "ga-shine", "nhc-bulletin-2019", "po-fphar-2021", "ga-unlocated-rules"):
        assert better(known | {key: replace(known[key], grade="A")}, read) == [key]


def test_what_is_not_held_of_a_source_has_its_reason_and_no_reason_stands_beside_what_is_held():
    words = common().group("pages")
    for key, s in catalog.sources().items():
        read = catalog.carriers()[key]
        assert bool(read.no_date) != bool(s.published), key
        assert bool(read.no_address) != bool(s.url), key
        for name in ("original", "carrier", "no_date", "no_address", "no_title"):
            code = getattr(read, name)
            assert not code or f"{name}_{code}" in words, (key, name)
        assert not read.carried_on or re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", read.carried_on), key


def test_addresses_and_days_of_the_register_stand_in_the_raw_rows():
    """An address of a page is one that a raw row was read at; a day of a copy stands in what the rows say of it."""
    told = {}
    for where, row in [*raw_named("source_publication"), *_panel()]:
        said = " ".join(row.get(name) or "" for name in ("carried_by", "locator", "source_date", "note"))
        told.setdefault(catalog.source_of(publication(where, row), where).id, set()).add(said)
    for key, s in catalog.sources().items():
        said = " ".join(told.get(key, ())).replace("www.fdygs.com ", "www.fdygs.com/")
        page = s.url.split("://")[-1].rstrip("/")
        if "/" in page and not page.startswith("doi.org"):
            assert page in said or page.rsplit("/", 1)[-1] in said, (key, s.url)
        day = catalog.carriers()[key].carried_on
        digits = re.sub(r"\D", "", day)
        if day and told.get(key):
            assert digits[:6] in re.sub(r"\D", "", said), (key, day)


def test_ranked_indicators_have_a_definition():
    from analysis import comparison
    from analysis.themes import panel

    ranked = {k for k, i in catalog.indicators().items() if i.ranked}
    for key in sorted(ranked | {*comparison.INDICATORS, *comparison.CITY, *panel.RANKED}):
        one = catalog.indicator(key)
        assert one.definition_zh and one.definition_en and one.definition_basis, key


def _lacking_what_the_publisher_says(held: reference.Reference) -> list[str]:
    """Ranked or compared indicators without the publisher's name, our definition, or where the publisher's stands or why it is not held."""
    from analysis import comparison
    from analysis.themes import panel

    page = reference.indicators_page("en", Site(Plan()), held)
    ranked = {key for key, one in catalog.indicators().items() if one.ranked}
    keys = sorted(ranked | {*comparison.INDICATORS, *comparison.CITY, *panel.RANKED})
    words = ("Publisher’s name for it", "Definition", "Publisher’s definition")
    entries = {key: html.unescape(page.partition(f'id="{key}"')[2].partition("<section")[0]) for key in keys}
    return [
        key
        for key, entry in entries.items()
        if not all(word in entry for word in (*words, catalog.indicator(key).definition_en))
    ]


def test_every_ranked_or_compared_indicator_has_the_publishers_name_and_says_where_its_definition_stands(
    processed,
):
    rows = tables.read("observations", indicator=["doctors", "nurses"])
    lacking = _lacking_what_the_publisher_says(reference.Reference(rows))
    assert "doctors" not in lacking and "beds" in lacking, "the mutation: without rows no publisher names it"
    assert _lacking_what_the_publisher_says(reference.Reference(tables.read("observations"))) == []


def test_the_pages_say_how_a_source_was_read_and_what_the_publisher_calls_an_indicator(processed):
    held = reference.Reference(tables.read("observations", indicator=["doctors", "nurses"]))
    sources, indicators = (
        reference.sources_page("en", Site(Plan()), held, {}),
        reference.indicators_page("en", Site(Plan()), held),
    )
    entry = sources.partition('id="nhc-bulletin-2019"')[2].partition("<section")[0]
    for said in (
        "a government body",
        "a repost (dated 2020-06-08)",
        "prints no day of publication",
        "in a copy that",
    ):
        assert said in entry
    entry = indicators.partition('id="doctors"')[2].partition("<section")[0]
    named = {row["indicator_zh"] for _, row in _panel() if "国家数据" in row.get("source_publication", "")}
    assert "执业(助理)医师数" in named and "执业(助理)医师数" in entry and "address is not held" in entry


def test_the_terms_of_a_source_all_begin_with_a_capital(processed, monkeypatch):
    held = reference.Reference(tables.read("observations", indicator=["doctors"]))
    others = {"doc-000": {"measures": 22, "targets": 3}}

    def small() -> list[str]:
        return re.findall(r"<dt>([a-z][^<]*)", reference.sources_page("en", Site(Plan()), held, others))

    assert small() == []
    monkeypatch.setattr(reference, "capital", str)
    assert len(small()) == 2, "the mutation: words of a sentence as terms of a list"


def test_a_capital_in_a_countys_name_is_read_du():
    """都 is read dōu in speech and dū in names of places; a transcription letter by letter takes the first."""
    wrong = [
        c.name_en for c in catalog.counties().values() if "都" in c.name_zh and "dou" in c.name_en.lower()
    ]
    assert wrong == []
