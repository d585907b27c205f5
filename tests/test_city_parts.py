"""Parts of a province that a document names: sums of their cities in raw, nothing where no document names one, and what breaks it."""

import csv
from dataclasses import replace

import pytest

from analysis import catalog, paths
from analysis.themes import between_cities, city_parts

YEARBOOK = "raw/panel/city_yearbook_all.csv"
DOCTORS, PEOPLE = "执业(助理)医师数", "常住人口"
UNIT = 1000 / 10_000  # residents are printed in 万人


@pytest.fixture(scope="module")
def jiangsu() -> between_cities.Cities:
    return between_cities.load("320000")


@pytest.fixture(scope="module")
def both(jiangsu: between_cities.Cities) -> tuple[city_parts.Part, city_parts.Part]:
    found = city_parts.parts(jiangsu)
    assert found is not None
    return found


def printed(codes: set[str], indicator: str, year: str) -> float:
    """The sum of what the yearbook's file holds for these cities, read without the project."""
    with (paths.data() / YEARBOOK).open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["region_code"] in codes and r["year"] == year]
    values = {r["region_code"]: float(r["value"]) for r in rows if r["indicator_zh"] == indicator}
    assert set(values) == codes
    return sum(values.values())


def test_a_part_is_the_sum_of_the_cities_that_the_document_names(both: tuple) -> None:
    part, others = both
    named = {g.region_code for g in catalog.city_groups("320000")}
    assert set(part.codes) == named and len(part.codes) + len(others.codes) == 13
    for one in both:
        doctors, people = (printed(set(one.codes), k, "2023") for k in (DOCTORS, PEOPLE))
        assert one.rate(2023).number == pytest.approx(doctors / people * UNIT, rel=1e-9)
        before = printed(set(one.codes), DOCTORS, "2016")
        assert one.growth(one.codes).number == pytest.approx((doctors / before - 1) * 100, rel=1e-9)


def test_no_document_no_part() -> None:
    shanxi = between_cities.load("140000")
    assert city_parts.parts(shanxi) is None and city_parts.beside(shanxi) == ((), ())


def test_the_sentence_follows_the_gap(both: tuple) -> None:
    """The part against itself with one city less: where the gap does not grow, the sentence may not say that it did."""
    part, others = both
    assert "the gap widened" in city_parts.said(both)[0].text("en")
    without_nanjing = part.codes.drop("320100")
    poorer = replace(part, codes=without_nanjing), others
    widened = [one.rate(y).number for y in (2020, 2023) for one in poorer]
    says = "the gap widened" in city_parts.said(poorer)[0].text("en")
    assert says == (abs(widened[2] / widened[3] - 1) > abs(widened[0] / widened[1] - 1))
    assert "did not widen" in city_parts.said((part, replace(part, codes=without_nanjing)))[0].text("en")


def test_a_city_or_a_document_that_no_dictionary_has_is_refused(tmp_path, monkeypatch) -> None:
    """Mutation: a row of another register."""
    for change in ({"region_code": "329900"}, {"source_id": "no-such-plan"}):
        row = {**vars(catalog.city_groups("320000")[0]), **change}
        monkeypatch.setattr(catalog, "_dictionary", wrapped(row))
        with pytest.raises(Exception, match=next(iter(change.values()))):
            catalog.city_groups("320000")
        monkeypatch.undo()


def wrapped(row: dict):
    genuine = catalog._dictionary
    group = catalog.CityGroup(**row)
    return lambda file, kind: {group.region_code: group} if file == "city_groups.csv" else genuine(file, kind)
