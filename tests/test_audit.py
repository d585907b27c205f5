"""The audit of a site passes what is sound, each of its checks has a mutation, and faults seeded between raw figures and page are caught."""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import audit
from analysis import paths, tables
from analysis.errors import DataError
from analysis.report.pages import page
from analysis.report.plan.promises import Entry
from analysis.themes import panel
from theme_pages import findings

MIME = "application/vnd.yigai.finding+json"
PANEL = ("01_region_profile", "140000")


def write(
    folder: Path, stem: str, code: str, langs: tuple[str, ...] = ("zh", "en"), page_of: str = ""
) -> None:
    """A page as the site holds it: HTML in each language, facts.json, CSV files. page_of: the place that it claims to be about."""
    place = page_of or code
    home = folder / place
    home.mkdir(parents=True, exist_ok=True)
    for lang in langs:
        shown = [finding.json(lang) | {"place": code} for finding in findings(stem, code, lang)]
        outputs = [{"output_type": "display_data", "data": {MIME: one}} for one in shown]
        cells = [{"cell_type": "code", "source": "", "outputs": [one]} for one in outputs]
        title = {"zh": "题", "en": "T"}
        entry = Entry(place, stem, lang, 1, f"{stem}.ipynb", "", "region", title, {})
        parts = page.build({"cells": cells}, entry=entry)
        ending = ".html" if lang == "zh" else ".en.html"
        (home / f"{stem}{ending}").write_text(parts.html, encoding="utf-8")
    (home / f"{stem}.facts.json").write_text(page.facts_text(parts.facts), encoding="utf-8")
    (home / stem).mkdir(exist_ok=True)
    for name, rows in parts.csvs.items():
        with (home / stem / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)


@pytest.fixture(autouse=True)
def rendering(monkeypatch):
    monkeypatch.setenv("YIGAI_RENDER", "page")


@pytest.fixture(scope="module")
def sound(processed, tmp_path_factory):
    """Three pages: a panel, coded statements, hospitals."""
    folder = tmp_path_factory.mktemp("audited")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIGAI_RENDER", "page")
        for stem, code in (PANEL, ("07_stated_values", "140100"), ("04_assessed_hospitals", "330000")):
            write(folder, stem, code)
    return folder


@pytest.fixture(scope="module")
def raw() -> audit.Raw:
    return audit.Raw(paths.raw())


def faults(folder: Path, raw: audit.Raw) -> Counter:
    return Counter(kind for kind, *_ in audit.audit(folder, paths.raw(), raw=raw).faults)


def test_sound_pages_have_no_fault_and_every_check_was_made(sound, raw):
    told = audit.audit(sound, paths.raw(), raw=raw)
    assert told.faults == []
    home = Path(audit.__file__).with_name("audited")
    rooms = "".join((home / f"{name}.py").read_text("utf-8") for name in ("pages", "tables"))
    every = set(re.findall(r'check\(\s*"([^"]+)"', rooms))
    assert len(every) > 20
    # these three pages have no workbook, no number from draws, a solver, a coding or a list, and none that leaves its qualifier to its sentence
    assert every - set(told.seen) <= {"xlsx", "stated", "qualifier"}, every - set(told.seen)
    assert told.seen["raw"] > 2000 and told.seen["recomputed"] > 50


def edited(folder: Path, name: str, change: Callable[[str], str]) -> None:
    file = folder / name
    before = file.read_text(encoding="utf-8-sig" if name.endswith("csv") else "utf-8")
    after = change(before)
    assert after != before, "the mutation changes something"
    file.write_text(after, encoding="utf-8-sig" if name.endswith("csv") else "utf-8")


def in_fact(label: str, /, **values) -> Callable[[str], str]:
    def change(text: str) -> str:
        held = json.loads(text)
        fact = next(f for f in held["facts"].values() if f["label"]["en"] == label)
        fact.update(values)
        return json.dumps(held, ensure_ascii=False)

    return change


def tenfold_values(text: str) -> str:
    """The cells ten times as large, with the strings as they were printed."""
    held = json.loads(text)
    columns, cells = held["cells"]["columns"], audit.cells_of(held)
    columns |= {
        "printed": [c["printed"] for c in cells],
        "value": [10 * c["value"] for c in cells],
        "digits": {"all": None},
    }
    return json.dumps(held, ensure_ascii=False)


DOCTORS, RATE = (
    "Shanxi, Licensed (assistant) doctors, 2023",
    "Shanxi, Licensed (assistant) doctors per 1,000 residents, 2023",
)
HOME = f"140000/{PANEL[0]}"


@pytest.mark.parametrize(
    ("kind", "name", "change"),
    [
        ("value", f"{HOME}.facts.json", in_fact(DOCTORS, value=118_500.0)),
        ("printed", f"{HOME}.facts.json", in_fact(DOCTORS, as_printed="11.48 万人")),
        ("unit", f"{HOME}.facts.json", in_fact(DOCTORS, unit="张")),
        ("text", f"{HOME}.facts.json", in_fact(DOCTORS, text={"zh": "118.4 万人", "en": "1.18 million"})),
        ("grade", f"{HOME}.facts.json", in_fact(DOCTORS, grade="C")),
        ("period", f"{HOME}.facts.json", in_fact(DOCTORS, period=["2024-12-31", "2024-12-31"])),
        ("recomputed", f"{HOME}.facts.json", in_fact(RATE, value=3.52)),
        ("place", f"{HOME}.facts.json", in_fact(DOCTORS, label={"zh": "河北 2023 年执业（助理）医师数", "en": DOCTORS})),
        ("basis", "140100/07_stated_values.facts.json", lambda t: t.replace('"period_basis":"undated"', '"period_basis":"explicit"')),
        ("shown", f"{HOME}.en.html", lambda t: t.replace(">3.42</data>", ">3.24</data>")),
        ("shown value", f"{HOME}.html", lambda t: re.sub(r'value="?3\.41[^">\s]*"?', 'value="3.52"', t)),
        ("record", f"{HOME}.html", lambda t: t.replace("<dd>11.84 万人", "<dd>18.14 万人")),
        ("region of the page", f"{HOME}.html", lambda t: t.replace('name="yigai-region" content="140000"', 'name="yigai-region" content="610000"')),
        ("known", f"{HOME}.html", lambda t: re.sub(r"data-fact=f[0-9a-f]{8}", "data-fact=f00000000", t, count=1)),
        ("csv number", f"{HOME}/position.csv", lambda t: re.sub(r",118400,", ",118500,", t)),
        ("csv record", f"{HOME}/position.csv", lambda t: t.replace(",A,nbs-province", ",B,nbs-province", 1)),
        ("csv printed", f"{HOME}/position.csv", lambda t: t.replace("11.84 万人", "11.48 万人")),
        ("csv fact", f"{HOME}/position.csv", lambda t: re.sub(r"f[0-9a-f]{8}(,\d+\n)", r"f00000000\1", t, count=1)),
        ("csv place", f"{HOME}/trends.csv", lambda t: t.replace("\n140000,", "\n14000,", 1)),
        ("place of the page", f"{HOME}.facts.json", lambda t: t.replace('"region_code":"140000"', '"region_code":"610000"')),
        ("raw", f"{HOME}.facts.json", lambda t: t.replace("执业(助理)医师数", "注册护士数")),
        ("raw value", f"{HOME}.facts.json", tenfold_values),
        ("table", f"{HOME}.html", lambda t: re.sub(r"(<td[^>]*>(?:<data[^>]*>)?)10\.81", r"\g<1>10.18", t)),
        ("csv derived", f"{HOME}/trends.csv", lambda t: re.sub(r"(140000,[^\n]*,value,[^\n]*?,)(\d\.\d{9,})", r"\g<1>2.345678901", t, count=1)),
        ("files", f"{HOME}.facts.json", lambda t: t.replace('"csvs":["', '"csvs":["lost","')),
    ],
)  # fmt: skip
def test_each_check_has_a_mutation(sound, raw, tmp_path, kind, name, change):
    place = name.split("/")[0]
    shutil.copytree(sound / place, tmp_path / place)
    edited(tmp_path, name, change)
    assert faults(tmp_path, raw)[kind], kind


# ------------------------------------------------------------------------------------------------- fifty seeded faults


def _tables(folder: Path, frame: pd.DataFrame, processed: Path) -> None:
    folder.mkdir()
    for file in processed.iterdir():
        if file.name != "observations.parquet":
            (folder / file.name).symlink_to(file)
    tables.write("observations", frame, folder)


def _cells(rng: random.Random) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The observations, and the cells of the panel that a fault may strike: of the shown years, in a random order."""
    held = tables._whole("observations").drop(columns=tables.HASH).copy()
    struck = held[
        (held["source_id"] == panel.SOURCE)
        & held["indicator"].isin([*panel.RANKED, panel.POPULATION])
        & held["year"].between(2015, 2022)
    ]
    return held, struck.sample(frac=1, random_state=rng.randrange(2**31))


VALUES = ["value", "value_low", "value_high", "as_printed"]


def swapped(held: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    one = cells.iloc[0]
    other = cells[(cells["indicator"] == one["indicator"]) & (cells["year"] == one["year"])].iloc[1]
    held.loc[[one.name, other.name], VALUES] = held.loc[[other.name, one.name], VALUES].to_numpy()
    return held


def shifted(held: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    one = cells.iloc[0]
    same = (held["indicator"] == one["indicator"]) & (held["region_code"] == one["region_code"])
    after = held[same & (held["source_id"] == panel.SOURCE) & (held["year"] == one["year"] + 1)].index[0]
    held.loc[one.name, VALUES] = held.loc[after, VALUES].to_numpy()
    return held


def tenfold(held: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    name = cells.index[0]
    held.loc[name, VALUES[:3]] = held.loc[name, VALUES[:3]].to_numpy(dtype=float) * 10
    return held


def earlier(held: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """A figure as another edition prints it, a little off."""
    name = cells.index[0]
    value = float(held.loc[name, "value"]) * 1.01
    held.loc[name, VALUES[:3]] = [value, value - 50, value + 50]
    held.loc[name, "as_printed"] = f"{value / 1e4:.2f} 万人"
    return held


@pytest.mark.slow
def test_fifty_seeded_faults_between_raw_and_page_reach_no_page_unmarked(
    processed, sound, raw, tmp_path, monkeypatch, capsys
):
    rng, caught, seeded = random.Random(12), Counter(), Counter()

    def note(kind: str, found: bool) -> None:
        seeded[kind] += 1
        caught[kind] += bool(found)

    for change, times in ((swapped, 10), (shifted, 10), (tenfold, 8), (earlier, 6)):
        for n in range(times):
            folder = tmp_path / f"{change.__name__}-{n}"
            held, cells = _cells(rng)
            _tables(folder, change(held, cells), processed)
            with monkeypatch.context() as patch:
                patch.setenv("YIGAI_PROCESSED", str(folder))
                write(folder / "site", *PANEL, langs=("zh",))
            note(change.__name__, faults(folder / "site", raw))
    for n in range(8):  # a page of other tables beside today's facts.json
        folder = tmp_path / f"stale-{n}"
        shutil.copytree(sound, folder / "site")
        held, cells = _cells(rng)
        cells = cells.assign(of=held["region_code"]).query("of == '140000'")
        held.loc[(held["region_code"] == "140000") & (held["year"] == 2023), "value"] *= 1.03 + n / 100
        _tables(folder / "tables", held, processed)
        with monkeypatch.context() as patch:
            patch.setenv("YIGAI_PROCESSED", str(folder / "tables"))
            write(folder / "old", *PANEL, langs=("zh",))
        shutil.copy(folder / "old" / f"{HOME}.html", folder / "site" / f"{HOME}.html")
        note("stale page", faults(folder / "site", raw))
    others = rng.sample(["130000", "150000", "210000", "610000", "320000", "440000", "510000", "650000"], 8)
    for other in others:  # a theme that reads another place than the page's
        try:
            write(tmp_path / f"other-{other}", PANEL[0], other, langs=("zh",), page_of="140000")
            note("another place", faults(tmp_path / f"other-{other}", raw))
        except DataError:
            note("another place", True)
    with capsys.disabled():
        print("\nseeded faults caught:", {kind: f"{caught[kind]} of {n}" for kind, n in seeded.items()})
    assert sum(seeded.values()) == 50 and caught == seeded
