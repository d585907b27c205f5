"""Places, indicators and years, and what can be asked of them: table, trend, rank with interval, map, comparison with own peers.

One source an indicator: the one that holds most of what was asked; the others are named in a note and never joined. Provinces are ranked
among provinces, a city among the cities of its province; an indicator without a better side is never ranked. Stocks of staff and beds
are ranked per 1,000 residents where the population of the same publisher is held.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from analysis import catalog, charts, paths, tables, words
from analysis.errors import refuse
from analysis.facts import observed
from analysis.lab import search
from analysis.lab.answers import Answer
from analysis.methods import ranking
from analysis.themes import panel
from analysis.words import nth, pick

ERROR = panel.RELATIVE_ERROR
CITY_RATED, CITY_PEOPLE, CITY_SOURCE = (
    ("city_doctors", "city_hospital_beds"),
    "city_population_resident",
    "city-yearbook",
)
TEXT = words.catalogue(Path(__file__).with_name("lab.toml"))
WORDS = TEXT.group("select")


def _said(lang: str, key: str, **values: object) -> str:
    return pick(WORDS[key], lang).format(**values)


def _name(code: str, lang: str) -> str:
    """A place's short name; another unit (a source) keeps its own."""
    return catalog.region(code).short(lang) if code in catalog.regions() else code


class Words(str):
    """What a command said; a notebook shows it line by line, not as a literal."""

    __repr__ = str.__str__


@dataclass(frozen=True)
class Selection:
    """What was picked: codes of places, keys of indicators, first and last year, language."""

    places: tuple[str, ...]
    indicators: tuple[str, ...]
    first: int
    last: int
    lang: str = "zh"

    def __repr__(self) -> str:
        named = ", ".join(_name(one, self.lang) for one in self.places)
        labels = ", ".join(catalog.indicator(one).label(self.lang) for one in self.indicators)
        return f"{named} · {labels} · {self.first}–{self.last}"

    @cached_property
    def _read(self) -> pd.DataFrame:
        return tables.read(
            "observations",
            region_code=list(self.places),
            indicator=list(self.indicators),
            year=(self.first, self.last),
            institution_id="",
        )

    @cached_property
    def _main(self) -> dict[str, str]:
        """Indicator -> the source that holds most of what was asked."""
        counted = self._read.groupby(["indicator", "source_id"]).size().reset_index(name="n")
        counted = counted.sort_values(["indicator", "n", "source_id"], ascending=[True, False, True])
        return dict(counted.drop_duplicates("indicator")[["indicator", "source_id"]].itertuples(index=False))

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Rows of `observations` that were picked, one source an indicator."""
        main = self._read["indicator"].map(self._main)
        found = self._read[self._read["source_id"] == main]
        return found.sort_values(["indicator", "region_code", "year"], kind="stable", ignore_index=True)

    def _notes(self, indicators: Sequence[str] = ()) -> tuple[str, ...]:
        notes = []
        for key in indicators or self.indicators:
            found = catalog.indicator(key)
            others = sorted(set(self._read.loc[self._read["indicator"] == key, "source_id"]) - {self._main.get(key)})  # fmt: skip
            if others:
                notes.append(_said(self.lang, "other", label=found.label(self.lang), n=len(others), ids=", ".join(others)))  # fmt: skip
            for one in found.breaks:
                last = one.end_year or one.start_year
                if self.first < one.start_year <= self.last or self.first < last <= self.last:
                    years = f"{one.start_year - 1}–{last}"
                    notes.append(_said(self.lang, "break", label=found.label(self.lang), years=years, what=one.text(self.lang)))  # fmt: skip
            if definition := found.definition(self.lang):
                notes.append(f"{found.label(self.lang)}{pick(('：', ': '), self.lang)}{definition}")
        return tuple(notes)

    def table(self) -> Answer:
        """Every value picked, with the string as printed."""
        rows = self.rows
        i = nth(self.lang)
        frame = pd.DataFrame(
            {
                WORDS["place"][i]: [_name(c, self.lang) for c in rows["region_code"]],
                ("指标", "Indicator")[i]: [catalog.indicator(k).label(self.lang) for k in rows["indicator"]],
                WORDS["year"][i]: rows["year"].astype(str),
                WORDS["value"][i]: [observed(row).text(self.lang) for _, row in rows.iterrows()],
                ("原文写法", "As printed")[i]: rows["as_printed"],
                ("来源", "Source")[i]: rows["source_id"],
            }
        )
        return Answer(repr(self), frame, rows, self.lang, notes=self._notes())

    def trend(self) -> Answer:
        """Years as rows and places as columns, one figure an indicator."""
        drawings, frames, i = [], [], nth(self.lang)
        for key in self.indicators:
            rows = self.rows[self.rows["indicator"] == key]
            if rows.empty:
                continue
            said = [observed(row).text(self.lang) for _, row in rows.iterrows()]
            cells = pd.DataFrame({"year": rows["year"].astype(int), "name": [_name(c, self.lang) for c in rows["region_code"]], "text": said})  # fmt: skip
            wide = cells.pivot_table(index="year", columns="name", values="text", aggfunc="first").fillna(_said(self.lang, "missing")).rename_axis(columns=None)  # fmt: skip
            order = [n for n in (_name(c, self.lang) for c in self.places) if n in wide]
            wide = wide[order].reset_index().rename(columns={"year": WORDS["year"][i]}).astype(str)
            if len(self.indicators) > 1:
                wide.insert(0, ("指标", "Indicator")[i], catalog.indicator(key).label(self.lang))
            frames.append(wide)
            lines = pd.DataFrame({"code": rows["region_code"], "name": cells["name"], "year": cells["year"], "value": rows["value"]})  # fmt: skip
            if lines["value"].notna().sum() > 1:
                breaks = [
                    (b.start_year - 1, b.end_year or b.start_year) for b in catalog.indicator(key).breaks
                ]
                drawings.append(charts.lines(lines, region=self.places[0] if self.places[0] in set(lines["code"]) else None, named=self.places[1:5], decimals=0 if lines["value"].max() > 100 else 2, breaks=breaks, lang=self.lang))  # fmt: skip
        frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
        labels = ", ".join(catalog.indicator(k).label(self.lang) for k in self.indicators)
        key = "one" if self.first == self.last else "trend"
        return Answer(_said(self.lang, key, label=labels, a=self.first, b=self.last), frame, self.rows, self.lang, tuple(drawings), self._notes())  # fmt: skip

    # ------------------------------------------------------------------------------------------- among places

    def _universe(self) -> tuple[str, list[str]]:
        """("provinces" or "cities", codes) among which the first place is ranked."""
        level = catalog.region(self.places[0]).level
        if level == "city":
            return "cities", [r.code for r in catalog.cities_of(self.places[0][:2] + "0000")]
        return "provinces", [r.code for r in catalog.provinces()]

    def _measured(self, key: str, year: int) -> tuple[pd.DataFrame, pd.DataFrame, int, bool]:
        """(value, low, high by code; rows; year; whether per 1,000 residents) of an indicator among its universe."""
        among, codes = self._universe()
        if among == "provinces" and key in panel.RANKED:
            held = panel.load((key,))
            year = year or min(self.last, held.last_year)
            rates = held.rates[(held.rates["indicator"] == key) & (held.rates["year"] == year)]
            rows = held.observations[held.observations["year"] == year]
            return rates.set_index("region_code")[["value", "low", "high"]], rows, year, True
        if key in CITY_RATED:
            return self._city_rates(key, year)
        rows = tables.read("observations", region_code=codes, indicator=key, year=(self.first, year or self.last), institution_id="")  # fmt: skip
        rows = rows[rows["value"].notna()]
        if rows.empty:
            raise refuse(
                "rank",
                f"no value of {key} for {among}",
                "an indicator that several places have",
                "see search() or table()",
            )
        held = rows.groupby(["year", "source_id"])["region_code"].nunique().reset_index(name="n")
        if year:
            held = held[held["year"] == year]
        if held.empty or held["n"].max() < 3:
            raise refuse(
                "rank",
                f"{0 if held.empty else held['n'].max()} places in {year or self.last}",
                "three places or more",
                "name another year",
            )
        wide = held[held["n"] >= 0.9 * held["n"].max()].sort_values(["year", "n"]).iloc[-1]
        rows = rows[(rows["year"] == wide["year"]) & (rows["source_id"] == wide["source_id"])]
        frame = rows.set_index("region_code")[["value", "value_low", "value_high"]].set_axis(["value", "low", "high"], axis=1)  # fmt: skip
        return frame.astype(float), rows, int(wide["year"]), False

    def _city_rates(self, key: str, year: int) -> tuple[pd.DataFrame, pd.DataFrame, int, bool]:
        """Rates of cities, for the years whose residents the same yearbook prints; other years would mix definitions of population."""
        _, codes = self._universe()
        rows = tables.read(
            "observations", region_code=codes, indicator=[key, CITY_PEOPLE], source_id=CITY_SOURCE
        )
        years = set(rows.loc[rows["indicator"] == CITY_PEOPLE, "year"]) & set(rows.loc[rows["indicator"] == key, "year"])  # fmt: skip
        held = sorted(int(y) for y in years if self.first <= y <= self.last and year in (0, y))
        if not held:
            raise refuse(
                "rank",
                f"{year or f'{self.first} to {self.last}'} without residents of the cities",
                f"a year with residents: {', '.join(str(int(y)) for y in sorted(years))}",
                "name one of these years",
            )
        rows = rows[rows["year"] == held[-1]]
        counts, people = (rows[rows["indicator"] == k].set_index("region_code") for k in (key, CITY_PEOPLE))
        frame = pd.DataFrame(
            {
                "value": 1000 * counts["value"] / people["value"],
                "low": 1000
                * counts["value_low"].fillna(counts["value"])
                / people["value_high"].fillna(people["value"]),
                "high": 1000
                * counts["value_high"].fillna(counts["value"])
                / people["value_low"].fillna(people["value"]),
            }
        ).astype(float)
        return frame.dropna(subset=["value"]), rows, held[-1], True

    def _label(self, key: str, rate: bool) -> str:
        label = catalog.indicator(key).label(self.lang)
        if not rate:
            return label
        return pick((f"{_said(self.lang, 'per_1000')}{label}", f"{label} {_said(self.lang, 'per_1000')}"), self.lang)  # fmt: skip

    def rank(self, year: int = 0, *, error: float = ERROR) -> Answer:
        """Places of all provinces (or of the cities of a province) in one year, each with two ranges; nothing is called significant.

        year: 0 for the newest held by nearly all. error: relative error of each value that the stability interval assumes.
        Raises MethodError for an indicator without a better side.
        """
        key = self.indicators[0]
        better = catalog.indicator(key).polarity
        if better not in ("higher", "lower"):
            raise refuse(
                "rank",
                f"{key} has no better side",
                "an indicator with polarity higher or lower",
                "use table() or map(), or rank another indicator",
            )
        measured, rows, year, rate = self._measured(key, year)
        printed = ranking.rank_intervals(measured["value"], better=better, low=measured["low"].fillna(measured["value"]), high=measured["high"].fillna(measured["value"]))  # fmt: skip
        stable = ranking.stability_interval(measured["value"], relative_error=error, better=better)
        order, i = printed["rank"].sort_values(kind="stable").index, nth(self.lang)
        text = measured["value"].map(lambda v: f"{v:,.2f}" if rate or v < 100 else f"{v:,.0f}")

        def between(frame: pd.DataFrame, code: str) -> str:
            low, high = int(frame.loc[code, "low"]), int(frame.loc[code, "high"])
            return str(low) if low == high else f"{low}–{high}"

        frame = pd.DataFrame(
            {
                WORDS["rank"][i]: [str(int(printed.loc[c, "rank"])) for c in order],
                WORDS["place"][i]: [_name(c, self.lang) for c in order],
                self._label(key, rate): [text[c] for c in order],
                WORDS["between"][i]: [between(printed, c) for c in order],
                WORDS["stable"][i]: [between(stable, c) for c in order],
            }
        )
        drawn = pd.DataFrame(
            {
                "code": order, "name": frame[WORDS["place"][i]], "value": [printed.loc[c, "rank"] for c in order],
                "low": [printed.loc[c, "low"] for c in order], "high": [printed.loc[c, "high"] for c in order],
                "outer_low": [stable.loc[c, "low"] for c in order], "outer_high": [stable.loc[c, "high"] for c in order],
                "text": [text[c] for c in order],
            }
        )  # fmt: skip
        among, _ = self._universe()
        region = self.places[0] if self.places[0] in set(order) else None
        title = _said(self.lang, "ranked", label=self._label(key, rate), year=year, n=len(order), among=_said(self.lang, among))  # fmt: skip
        notes = (_said(self.lang, "assumed", e=error), _said(self.lang, "census"), *self._notes((key,)))
        return Answer(title, frame, rows, self.lang, (charts.intervals(drawn, region=region, lang=self.lang),), notes)  # fmt: skip

    def map(self, year: int = 0) -> Answer:
        """Provinces as tiles in five classes of about equal size. Raises MethodError for an indicator that provinces do not have."""
        key = self.indicators[0]
        if self._universe()[0] != "provinces":
            raise refuse("map", "a city", "a province or the nation", "the tile map shows provinces")
        measured, rows, year, rate = self._measured(key, year)
        values = measured["value"]
        decimals = 2 if rate or values.max() < 100 else 0
        limits = sorted({round(float(values.quantile(q)), decimals) for q in (0.2, 0.4, 0.6, 0.8)})
        if len(limits) < 4:
            raise refuse("map", "values too alike for five classes", "values that differ", "use table() or rank()")  # fmt: skip
        tiles = pd.DataFrame({"code": values.index, "name": [_name(c, self.lang) for c in values.index], "value": values.to_numpy(), "text": [f"{v:,.{decimals}f}" for v in values]})  # fmt: skip
        region = self.places[0] if self.places[0] in set(tiles["code"]) else None
        drawing = charts.tile_map(tiles, limits, region=region, decimals=decimals, lang=self.lang)
        i = nth(self.lang)
        frame = tiles.sort_values("value", ascending=False)[["name", "text"]].set_axis([WORDS["place"][i], self._label(key, rate)], axis=1)  # fmt: skip
        title = _said(self.lang, "ranked", label=self._label(key, rate), year=year, n=len(tiles), among=_said(self.lang, "provinces"))  # fmt: skip
        return Answer(title, frame, rows, self.lang, (drawing,), self._notes((key,)))

    def compare(self, year: int = 0) -> Answer:
        """The first place beside its own peers: five like provinces, or the other cities of the province."""
        key, code = self.indicators[0], self.places[0]
        among, codes = self._universe()
        peers = panel.peer_codes(code) if among == "provinces" else [c for c in codes if c != code]
        measured, rows, year, rate = self._measured(key, year)
        kept = [c for c in [code, *peers] if c in measured.index]
        decimals = 2 if rate or measured["value"].max() < 100 else 0
        bars = pd.DataFrame(
            {"label": [_name(c, self.lang) for c in kept], "value": measured.loc[kept, "value"].to_numpy(), "highlight": [c == code for c in kept]}
        ).sort_values("value", ascending=False, ignore_index=True)  # fmt: skip
        bars["text"] = [f"{v:,.{decimals}f}" for v in bars["value"]]
        i = nth(self.lang)
        frame = bars[["label", "text"]].set_axis([WORDS["place"][i], self._label(key, rate)], axis=1)
        title = f"{_said(self.lang, 'peers', place=_name(code, self.lang))}{'：' if i == 0 else ': '}{self._label(key, rate)}, {year}"  # fmt: skip
        rows = rows[rows["region_code"].isin(kept)]
        notes = (_said(self.lang, "near" if among == "provinces" else "same"), *self._notes((key,)))
        return Answer(title, frame, rows, self.lang, (charts.bars(bars, decimals=decimals, lang=self.lang),), notes)  # fmt: skip

    def download(self, path: str | Path) -> Path:
        """The rows picked as CSV or XLSX, each with its source."""
        return self.table().download(path)

    def save_theme(self, name: str, *, zh: str = "", en: str = "") -> str:
        """Save the question as a theme of the project: notebook, module, words and test, as `yigai new` writes them.

        name: small letters and underscores. zh, en: titles; by default the indicator's name. Returns what was written and what to do
        next. Raises MethodError with the command's own words where it refuses.
        """
        titles = [*(["--zh", zh] if zh else []), *(["--en", en] if en else [])]
        done = subprocess.run(
            [sys.executable, "-c", "import sys; from analysis.cli import main; sys.exit(main())", "new", name, "--indicator", self.indicators[0], *titles],
            capture_output=True, text=True, encoding="utf-8", env=os.environ | {"YIGAI_HOME": str(paths.home()), "PYTHONUTF8": "1"}, check=False,
        )  # fmt: skip
        if done.returncode:
            raise refuse("save_theme", done.stderr.strip() or done.stdout.strip(), "a new theme", "see `yigai new --help`")  # fmt: skip
        return Words(done.stdout.strip())


def _key(word: str, places: Sequence[str]) -> str:
    """An indicator's key for a key or words; among those that these places have, a province's own before those of its cities."""
    with tables.unrecorded():
        held = tables.read("observations", region_code=list(places))["indicator"].value_counts().to_dict()
    if all(catalog.region(one).level != "city" for one in places):
        held = {key: n for key, n in held.items() if not key.startswith(("city_", "district_"))} or held
    if word in held:
        return word
    found = search.indicators(word, held, 5) or search.indicators(word, None, 5)
    if not found:
        raise refuse("select", repr(word), "an indicator that is held", "search(...) lists what answers a word")  # fmt: skip
    return word if word in catalog.indicators() and found[0].key not in held else found[0].key


def select(
    places: Sequence[str] | str,
    indicators: Sequence[str] | str,
    years: tuple[int, int] | int | None = None,
    lang: str = "zh",
) -> Selection:
    """Pick places (codes or names), indicators (keys or words) and years (one, or first and last; None: all).

    Raises ParameterError for an unknown or ambiguous place, MethodError for an indicator that nothing answers.

    >>> select("Shanxi", "doctors", (2014, 2023)).places
    ('140000',)
    """
    lang = catalog.language(lang)
    named = [places] if isinstance(places, str) else list(places)
    codes = tuple(dict.fromkeys(catalog.region(one).code for one in named))
    asked = [indicators] if isinstance(indicators, str) else list(indicators)
    if not codes or not asked:
        raise refuse("select", "nothing", "a place and an indicator", "name at least one of each")
    keys = tuple(dict.fromkeys(_key(one, codes) for one in asked))
    first, last = (1949, 2100) if years is None else (years, years) if isinstance(years, int) else years
    if first > last:
        raise refuse("select, years", f"{first} to {last}", "the earlier year first", "swap them")
    found = Selection(codes, keys, first, last, lang)
    held = found._read["year"].dropna()
    if held.empty:
        raise refuse("select", repr(found), "values of these places and years", "search(...) says what is held; drop the years")  # fmt: skip
    return found if years is not None else Selection(codes, keys, int(held.min()), int(held.max()), lang)


VERBS: dict[str, Callable[[Selection], Answer]] = {
    "rank": Selection.rank, "map": Selection.map, "compare": Selection.compare, "table": Selection.table, "trend": Selection.trend,
}  # fmt: skip
