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
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis import catalog, charts, paths, tables
from analysis.errors import refuse
from analysis.facts import number_text, observed
from analysis.lab import search
from analysis.lab.answers import Answer
from analysis.lab.picked import WORDS, Picked, name, said, span
from analysis.methods import ranking
from analysis.themes import city_panel, panel
from analysis.words import nth, pick

ERROR = panel.RELATIVE_ERROR
CITY_RATED, CITY_PEOPLE, CITY_SOURCE = (
    ("city_doctors", "city_hospital_beds"),
    "city_population_resident",
    "city-yearbook",
)


class Words(str):
    """What a command said; a notebook shows it line by line, not as a literal."""

    __repr__ = str.__str__


class Selection(Picked):
    """What was picked, and the answers it gives."""

    def table(self) -> Answer:
        """Every value picked, with the string as printed."""
        rows = self.rows
        i = nth(self.lang)
        whose = [catalog.institutions()[k].name(self.lang) if k in catalog.institutions() else stated for k, stated in zip(rows["institution_id"], rows["institution"].fillna(""), strict=True)]  # fmt: skip
        frame = pd.DataFrame(
            {
                WORDS["place"][i]: [name(c, self.lang) for c in rows["region_code"]],
                **({WORDS["institution"][i]: whose} if any(whose) else {}),
                ("指标", "Indicator")[i]: [catalog.indicator(k).label(self.lang) for k in rows["indicator"]],
                WORDS["year"][i]: rows["year"].astype("string").fillna(said(self.lang, "undated")),
                WORDS["value"][i]: [observed(row).text(self.lang) for _, row in rows.iterrows()],
                ("原文写法", "As printed")[i]: rows["as_printed"],
                ("来源", "Source")[i]: rows["source_id"],
            }
        )
        return Answer(repr(self), frame, rows, self.lang, notes=(*self._gaps(), *self._notes()))

    def trend(self) -> Answer:
        """Years as rows and places as columns, one figure an indicator."""
        drawings, frames, i = [], [], nth(self.lang)
        for key in self.indicators:
            rows = self.rows[self.rows["indicator"] == key]
            if rows.empty:
                continue
            texts = [observed(row).text(self.lang) for _, row in rows.iterrows()]
            cells = pd.DataFrame({"year": rows["year"].astype(int), "name": [name(c, self.lang) for c in rows["region_code"]], "text": texts})  # fmt: skip
            wide = cells.pivot_table(index="year", columns="name", values="text", aggfunc="first").fillna(said(self.lang, "missing")).rename_axis(columns=None)  # fmt: skip
            order = [n for n in (name(c, self.lang) for c in self.places) if n in wide]
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
        return Answer(self._titled(labels), frame, self.rows, self.lang, tuple(drawings), (*self._gaps(), *self._notes()))  # fmt: skip

    def rates(self) -> Answer:
        """Years as rows and places as columns, per 1,000 residents: of provinces by the panel's rule, of cities in the years with residents.

        Raises MethodError for the nation (whose rates are published: doctors_per_1000 and others), for places of several levels and
        for an indicator that is not a stock of staff or beds.
        """
        key, levels = self.indicators[0], {catalog.region(one).level for one in self.places}
        if levels == {"province"} and key in panel.RANKED:
            held = panel.load((key,))
            rates = held.rates[(held.rates["indicator"] == key) & held.rates["region_code"].isin(self.places)]
            rates, source, people = rates[["region_code", "year", "value"]], panel.SOURCE, panel.POPULATION
        elif levels == {"city"} and key in CITY_RATED:
            read = tables.read("observations", region_code=list(self.places), indicator=[key, CITY_PEOPLE], source_id=CITY_SOURCE)  # fmt: skip
            wide = read.pivot_table(index=["region_code", "year"], columns="indicator", values="value", aggfunc="first").dropna()  # fmt: skip
            rates = (1000 * wide[key] / wide[CITY_PEOPLE]).rename("value").reset_index()
            source, people = CITY_SOURCE, CITY_PEOPLE
        else:
            raise refuse(
                "rates",
                repr(self),
                f"provinces with one of {', '.join(panel.RANKED)}, or cities with one of {', '.join(CITY_RATED)}",
                "ask for the number itself, or for a rate as published (doctors_per_1000)",
            )
        rates = rates[rates["year"].between(self.first, self.last)].sort_values(["region_code", "year"])
        if rates.empty:
            raise refuse("rates", repr(self), "years with residents of the same publisher", f"drop the years; of cities {', '.join(map(str, city_panel.years().rates))} alone have them")  # fmt: skip
        rows = tables.read("observations", region_code=list(self.places), indicator=[key, people], source_id=source, year=sorted({int(y) for y in rates["year"]}))  # fmt: skip
        i, label = nth(self.lang), self._label(key, True)
        rates = rates.assign(name=[name(c, self.lang) for c in rates["region_code"]], year=rates["year"].astype(int))  # fmt: skip
        wide = rates.assign(text=rates["value"].map(lambda v: number_text(v, "rate", self.lang))).pivot(index="year", columns="name", values="text")  # fmt: skip
        order = [n for n in (name(c, self.lang) for c in self.places) if n in wide]
        frame = wide[order].fillna(said(self.lang, "missing")).rename_axis(columns=None).reset_index()
        frame = frame.rename(columns={"year": WORDS["year"][i]}).astype(str)
        drawings: tuple[charts.Drawing, ...] = ()
        if rates["year"].nunique() > 1:
            drawn = rates.rename(columns={"region_code": "code"})[["code", "name", "year", "value"]]
            drawings = (charts.lines(drawn, region=self.places[0], named=self.places[1:5], decimals=2, lang=self.lang),)  # fmt: skip
        notes = (said(self.lang, "computed"), *self._notes((key, people)))
        return Answer(self._titled(label, rates["year"]), frame, rows, self.lang, drawings, notes)

    # ------------------------------------------------------------------------------------------- among places

    def _universe(self) -> tuple[str, list[str]]:
        """("provinces" or "cities", codes) among which the first place is ranked."""
        levels = {catalog.region(one).level for one in self.places}
        if levels == {"city"} and len({one[:2] for one in self.places}) > 1:
            return "cities", list(self.places)  # of several provinces: those that were named
        if "city" in levels and len(levels) > 1:
            raise refuse("places", repr(self), "places of one level", "name provinces or cities, not both")
        if levels == {"city"}:
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
                f"values of {0 if held.empty else held['n'].max()} of {len(codes)} places in {year or self.last}",
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
        return pick((f"{said(self.lang, 'per_1000')}{label}", f"{label} {said(self.lang, 'per_1000')}"), self.lang)  # fmt: skip

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
        text = measured["value"].map(lambda v: number_text(v, "rate", self.lang, decimals=2 if rate or v < 100 else 0))  # fmt: skip

        def between(frame: pd.DataFrame, code: str) -> str:
            low, high = int(frame.loc[code, "low"]), int(frame.loc[code, "high"])
            return str(low) if low == high else f"{low}–{high}"

        frame = pd.DataFrame(
            {
                WORDS["rank"][i]: [str(int(printed.loc[c, "rank"])) for c in order],
                WORDS["place"][i]: [name(c, self.lang) for c in order],
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
        region = self.places[0] if len(self.places) < len(order) and self.places[0] in set(order) else None
        title = said(self.lang, "ranked", label=self._label(key, rate), year=year, n=len(order), among=said(self.lang, among))  # fmt: skip
        notes = (said(self.lang, "assumed", e=error), said(self.lang, "census"), *self._notes((key,)))
        return Answer(title, frame, rows, self.lang, (charts.intervals(drawn, region=region, lang=self.lang),), notes)  # fmt: skip

    def ordered(self, *, lowest: bool = False) -> Answer:
        """Places from the highest value down, or from the lowest up: with ranks and their ranges where one side is better, else in order alone."""
        key, year = self.indicators[0], self.first if self.first == self.last else 0
        better = catalog.indicator(key).polarity
        if better in ("higher", "lower"):
            answer = self.rank(year)
            down = lowest == (better == "higher")  # the list of ranks begins with the better side
            return replace(answer, frame=answer.frame[::-1].reset_index(drop=True)) if down else answer
        measured, rows, year, rate = self._measured(key, year)
        values = measured["value"].sort_values(ascending=lowest, kind="stable")
        decimals, i = 2 if rate or values.max() < 100 else 0, nth(self.lang)
        names, text = [name(c, self.lang) for c in values.index], [number_text(v, "rate", self.lang, decimals=decimals) for v in values]  # fmt: skip
        frame = pd.DataFrame({WORDS["place"][i]: names, self._label(key, rate): text})
        bars = pd.DataFrame({"label": names, "value": values.to_numpy(), "highlight": False, "text": text})
        among, _ = self._universe()
        title = said(self.lang, "ranked", label=self._label(key, rate), year=year, n=len(names), among=said(self.lang, among))  # fmt: skip
        return Answer(title, frame, rows, self.lang, (charts.bars(bars, decimals=decimals, lang=self.lang),), self._notes((key,)))  # fmt: skip

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
        tiles = pd.DataFrame({"code": values.index, "name": [name(c, self.lang) for c in values.index], "value": values.to_numpy(), "text": [number_text(v, "rate", self.lang, decimals=decimals) for v in values]})  # fmt: skip
        region = self.places[0] if self.places[0] in set(tiles["code"]) else None
        drawing = charts.tile_map(tiles, limits, region=region, decimals=decimals, lang=self.lang)
        i = nth(self.lang)
        frame = tiles.sort_values("value", ascending=False)[["name", "text"]].set_axis([WORDS["place"][i], self._label(key, rate)], axis=1)  # fmt: skip
        title = said(self.lang, "ranked", label=self._label(key, rate), year=year, n=len(tiles), among=said(self.lang, "provinces"))  # fmt: skip
        return Answer(title, frame, rows, self.lang, (drawing,), self._notes((key,)))

    def compare(self, year: int = 0) -> Answer:
        """The places named side by side; a single one beside its own peers: five like provinces, or the other cities of the province."""
        key, code = self.indicators[0], self.places[0]
        among, codes = self._universe()
        named = len(self.places) > 1
        alone = among == "provinces" and not named
        own = panel.peer_codes(code, panel.peer_year()) if alone else codes
        peers = [c for c in (self.places if named else own) if c != code]
        measured, rows, year, rate = self._measured(key, year)
        kept = [c for c in [code, *peers] if c in measured.index]
        decimals = 2 if rate or measured["value"].max() < 100 else 0
        bars = pd.DataFrame(
            {"label": [name(c, self.lang) for c in kept], "value": measured.loc[kept, "value"].to_numpy(), "highlight": [c == code and not named for c in kept]}
        ).sort_values("value", ascending=False, ignore_index=True)  # fmt: skip
        bars["text"] = [number_text(v, "rate", self.lang, decimals=decimals) for v in bars["value"]]
        i = nth(self.lang)
        frame = bars[["label", "text"]].set_axis([WORDS["place"][i], self._label(key, rate)], axis=1)
        who = pick(("、", ", "), self.lang).join(name(c, self.lang) for c in self.places) if named else said(self.lang, "peers", place=name(code, self.lang))  # fmt: skip
        title = f"{who}{pick(('：', ': '), self.lang)}{self._label(key, rate)}{pick(('，', ', '), self.lang)}{year}"
        rows = rows[rows["region_code"].isin(kept)]
        told = () if named else (said(self.lang, "near" if among == "provinces" else "same"),)
        missing = [c for c in self.places if c not in kept]
        lacking = (said(self.lang, "absent", places=", ".join(name(c, self.lang) for c in missing)),) if missing else ()  # fmt: skip
        notes = (*told, *lacking, *self._notes((key,)))
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


def _key(word: str, places: Sequence[str], years: tuple[int, int] | None) -> str:
    """An indicator's key for a key or words; of those that these places have in these years, the one that answers best.

    A province's own indicators come before those of its cities. Raises MethodError when no name holds all that is said.
    """
    if found := search.meant(word, places, years) or search.answering(word):
        return found[0].key
    near = "; ".join(
        f"{one.key} ({one.label_zh}, {one.label_en})" for one in search.indicators(word, None, 3)
    )
    raise refuse("select", repr(word), "an indicator by its key or by words of its name", f"search(...) lists what answers a word{f'; near: {near}' if near else ''}")  # fmt: skip


def _instead(whole: Selection) -> str:
    """What is held of the same places and indicators in other years, or that nothing is."""
    held = replace(whole, first=1949, last=2100, undated=False).rows["year"].dropna()
    if not held.empty:
        return f"held are years from {int(held.min())} to {int(held.max())}"
    return "held without a year: drop the years" if len(whole._read) else "nothing is held of these places: search(...) says what is held of a word"  # fmt: skip


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
    first, last = span(years)
    if first > last:
        raise refuse("select, years", f"{first} to {last}", "the earlier year first", "swap them")
    keys = tuple(dict.fromkeys(_key(one, codes, None if years is None else (first, last)) for one in asked))
    found = Selection(codes, keys, first, last, lang)
    held = found.rows["year"].dropna()
    if held.empty:
        whole = replace(found, undated=True)
        if years is None and len(whole._read):
            return whole
        raise refuse("select", f"{', '.join(name(c, lang) for c in codes)} · {', '.join(catalog.indicator(k).label(lang) for k in keys)}", f"values {'held' if years is None else f'of {first} to {last}'}", _instead(whole))  # fmt: skip
    return found if years is not None else Selection(codes, keys, int(held.min()), int(held.max()), lang)


VERBS: dict[str, Callable[[Selection], Answer]] = {
    "rank": Selection.rank, "map": Selection.map, "compare": Selection.compare, "table": Selection.table, "trend": Selection.trend,
}  # fmt: skip
