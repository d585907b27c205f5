"""A new year and a new edition show, and every part of a page agrees on the years. All added figures are made up."""

from __future__ import annotations

import re
from collections.abc import Collection

import pandas as pd
import pytest

from analysis import tables
from analysis.findings import edition_sentences
from analysis.report.pages import page
from analysis.report.plan.promises import Entry
from analysis.themes import panel
from theme_pages import findings

MIME = "application/vnd.yigai.finding+json"
CODE, STEM, EDITION = "140000", "01_region_profile", "2025-10"


def doctors(year: int) -> pd.DataFrame:
    held = tables._whole("observations").drop(columns=tables.HASH)
    return held[
        (held["source_id"] == panel.SOURCE) & (held["indicator"] == "doctors") & (held["year"] == year)
    ]


def next_year(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as if printed a year later."""
    later = rows.copy()
    for column in ("observation_id", "locator", "period_start", "period_end"):
        later[column] = later[column].str.replace("2023", "2024")
    grown = {column: later[column] * 1.02 for column in ("value", "value_low", "value_high")}
    return later.assign(year=later["year"] + 1, **grown)


def revised(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows as a later edition prints them, 200 doctors more each."""
    return rows.assign(
        revises=rows["observation_id"],
        observation_id=rows["observation_id"] + f"@{EDITION}",
        edition=EDITION,
        value=rows["value"] + 200,
        value_low=rows["value_low"] + 200,
        value_high=rows["value_high"] + 200,
        as_printed=[f"{(v + 200) / 1e4:.2f} 万人" for v in rows["value"]],
    )


@pytest.fixture
def with_rows(tmp_path, monkeypatch, processed):
    """Puts rows beside the held ones, in tables of a temporary folder."""

    def add(*parts: pd.DataFrame, superseded: Collection[str] = ()) -> None:
        held = tables._whole("observations").drop(columns=tables.HASH)
        held.loc[held["observation_id"].isin(superseded), "superseded_on"] = EDITION
        for file in processed.iterdir():
            if file.name != "observations.parquet":
                (tmp_path / file.name).symlink_to(file)
        tables.write("observations", pd.concat([held, *parts], ignore_index=True), tmp_path)
        monkeypatch.setenv("YIGAI_PROCESSED", str(tmp_path))
        monkeypatch.setenv("YIGAI_RENDER", "page")

    return add


def made(stem: str, lang: str) -> tuple[page.PageParts, dict[str, dict], str]:
    """The page, its payloads by section, and its text."""
    tables.reset_reads()
    shown = [finding.json(lang) for finding in findings(stem, CODE, lang)]
    for payload in shown:
        payload["place"] = CODE  # the page is closed when the payload is taken
    cells = [
        {"cell_type": "code", "source": "", "outputs": [{"output_type": "display_data", "data": {MIME: one}}]}
        for one in shown
    ]
    title = {"zh": "题", "en": "T"}
    entry = Entry(CODE, "t", lang, 1, f"{stem}.ipynb", "", "region", title, {})
    parts = page.build({"cells": cells}, entry=entry)
    text = re.sub(r"<style.*?</style>|<svg.*?</svg>", "", parts.html, flags=re.S)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))
    return parts, {one["section"]: one for one in shown}, text


def years_drawn(shown: dict[str, dict]) -> set[str]:
    return {
        year
        for one in shown.values()
        if one["kind"] == "figure"
        for year in re.findall(r">(20\d\d)<", one["drawings"]["wide"])
    }


def agree(stem: str) -> bool:
    """Whether masthead, subtitle, headline and chart of a page end with the same year."""
    _, shown, text = made(stem, "en")
    masthead = re.search(r"Period(\d{4})–(\d{4})", text)
    subtitle = "".join(s if isinstance(s, str) else s["plain"] for s in shown["trends"]["subtitle"])
    headline = "".join(s if isinstance(s, str) else s["plain"] for s in shown["trends"]["headline"])
    ends = {masthead[2], max(re.findall(r"20\d\d", subtitle)), max(re.findall(r"20\d\d", headline))}
    return ends == {max(years_drawn(shown))}


def test_a_year_that_one_indicator_alone_has_is_named_and_moves_no_part_of_the_page(with_rows, monkeypatch):
    with_rows(next_year(doctors(2023)))
    assert agree(STEM)
    _, _, text = made(STEM, "en")
    assert "Newer figures are held for Shanxi: doctors (2024)" in text
    assert re.search(r"Newer rates per thousand residents are held for Shanxi: doctors 3\.50 \(2024\)", text)

    # mutation: each indicator runs to its own newest year
    monkeypatch.setattr(panel, "shared_year", lambda rates: 9999 if len(rates) > 1000 else 2023)
    monkeypatch.setattr(panel.Panel, "last_year", 2023)
    assert not agree(STEM)


@pytest.mark.slow
def test_a_year_that_all_indicators_have_moves_every_part_of_the_page(with_rows):
    held = tables._whole("observations").drop(columns=tables.HASH)
    rows = held[
        (held["source_id"] == panel.SOURCE)
        & held["indicator"].isin({*panel.RANKED, "health_personnel", "institutions"})
        & (held["year"] == 2023)
    ]
    with_rows(next_year(rows))
    assert agree(STEM)
    _, shown, text = made(STEM, "en")
    assert max(years_drawn(shown)) == "2024" and "Newer" not in text


def test_some_provinces_alone_move_no_comparison(with_rows):
    with_rows(next_year(doctors(2023)).head(3))
    found = panel.load(("doctors",))
    assert found.last_year == 2023 and found.rates["year"].max() == 2023
    assert found.newest("doctors", "000000") is None and found.newest("doctors", "110000")[0] == 2024


def test_a_page_shows_a_revised_edition_and_says_so(with_rows, monkeypatch):
    rows = doctors(2023)
    with_rows(revised(rows), superseded=rows["observation_id"].tolist())
    parts, _, text = made(STEM, "en")
    assert (
        f"EditionNational Data, annual data by province: 31 of the values read are of the edition of {EDITION}, "
        "31 of them revise what was published before" in text
    )
    assert "11.86 万人" in text and f"{EDITION}; published before as 11.84 万人" in text and "118,600" in text
    assert f"Sources published up to{EDITION}" in text
    assert parts.facts["sections"][-1]["id"] == "editions"
    assert f"所读数据中有 31 个出自 {EDITION} 版，其中 31 个修订了先前公布的值" in shown_zh()

    # mutation: readings forget which rows a later edition printed
    monkeypatch.setattr(tables, "later_editions", lambda: pd.DataFrame())
    assert edition_sentences() == ()


def shown_zh() -> str:
    return " ".join(sentence.text("zh") for sentence in edition_sentences())


def test_a_page_of_first_editions_says_nothing_of_editions(processed, monkeypatch):
    monkeypatch.setenv("YIGAI_RENDER", "page")
    parts, _, text = made(STEM, "en")
    assert "Edition" not in text and all(s["id"] != "editions" for s in parts.facts["sections"])
