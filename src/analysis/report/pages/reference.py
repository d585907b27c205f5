"""Sources and indicators: every one that the dictionaries hold, with what is held of it, counted once for both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis import catalog
from analysis.report.pages import frames, render
from analysis.report.pages.shown import Site
from analysis.told import text_of
from analysis.words import capital, pick

if TYPE_CHECKING:
    import pandas as pd


NAMED = 4  # database, name of the indicator, place, period: the parts of the locator of a row of a series
OTHER_TABLES = ("assessments", "centres", "measures", "policies", "targets")
COUNTED = (
    "source_id",
    "indicator",
    "region_code",
    "year",
    "status",
    "value",
)  # columns by which rows are counted
SOME = 20_000  # rows whose locators are in memory at a time
EVIDENCE_KINDS = ("bulletin", "newspaper", "plan")


@dataclass(frozen=True)
class Extent:
    """How much is held: first and last year (none: 0), places and values."""

    first: int
    last: int
    places: int
    cells: int

    @classmethod
    def by(cls, rows: pd.DataFrame, columns: list[str]) -> dict[Any, Extent]:
        """Of rows of `observations`, by the values of columns, in their order."""
        held = rows.groupby(columns)
        years, places, cells = held["year"], held["region_code"].nunique(), held.size()
        ends = zip(years.min().fillna(0).astype(int), years.max().fillna(0).astype(int), strict=True)
        return {
            key: cls(*ends_, int(p), int(n))
            for key, ends_, p, n in zip(cells.index, ends, places, cells, strict=True)
        }


@dataclass(frozen=True)
class Shown:
    """What is held of an indicator, from which sources, and what the series among them call it, source by source."""

    extent: Extent
    source_ids: tuple[str, ...]
    names: tuple[tuple[str, str], ...]


class Reference:
    """`observations` as the pages of sources and indicators print them: cut and counted once for both languages.

    table: all its columns; or those of ``COUNTED`` alone (``partly``), then what else is printed is read for the rows that print it.
    """

    def __init__(self, table: pd.DataFrame, *, partly: bool = False) -> None:
        self._table, self._partly = table, partly

    @cached_property
    def documents(self) -> dict[str, Any]:
        """The rows of each source whose values are printed one by one."""
        told = [s for s, source in catalog.sources().items() if source.kind in EVIDENCE_KINDS]
        return dict(list(self._of(told).groupby("source_id")))

    def _of(self, sources: list[str]) -> pd.DataFrame:
        if not self._partly:
            return self._table[self._table["source_id"].isin(sources)]
        from analysis import tables

        with tables.unrecorded():
            return tables.read("observations", source_id=sources)

    @cached_property
    def series(self) -> dict[str, list[tuple[str, Extent]]]:
        """The indicators of each other source, and how much is held of them."""
        rows = self._table[~self._table["source_id"].isin(list(self.documents))]
        found: dict[str, list[tuple[str, Extent]]] = {}
        for (source_id, key), extent in Extent.by(rows, ["source_id", "indicator"]).items():
            found.setdefault(source_id, []).append((key, extent))
        return found

    @cached_property
    def indicators(self) -> dict[str, Shown]:
        """Each indicator of which anything is held."""
        sources: dict[str, list[str]] = {}
        names: dict[str, list[tuple[str, str]]] = {}
        for (key, source_id), printed in sorted(self._printed().items()):
            sources.setdefault(key, []).append(source_id)
            if catalog.source(source_id).kind == "series":
                names.setdefault(key, []).append((source_id, ", ".join(sorted(printed))))
        extents = Extent.by(self._table, ["indicator"])
        return {
            key: Shown(one, tuple(sources[key]), tuple(names.get(key, ()))) for key, one in extents.items()
        }

    def _printed(self) -> dict[tuple[str, str], set[str]]:
        """(indicator, source) -> its printed names: the name stands second in the locator of a row of a series."""
        from analysis import tables

        found: dict[tuple[str, str], set[str]] = {}
        by = ["indicator", "source_id"]
        pieces = tables.pieces("observations", SOME, [*by, "locator"]) if self._partly else [self._table]
        for piece in pieces:
            for (key, source_id), locators in piece.groupby(by)["locator"]:
                parts = [text.split(" › ") for text in locators.unique().tolist()]
                names = {part[1] for part in parts if len(part) >= NAMED}
                found.setdefault((key, source_id), set()).update(names)
        return found


def other_tables() -> dict[str, dict[str, int]]:
    """source_id -> table -> rows, for the tables beside `observations`."""
    from analysis import tables

    out: dict[str, dict[str, int]] = {}
    for name in OTHER_TABLES:
        for source, rows in tables.read(name).groupby("source_id").size().items():
            out.setdefault(source, {})[name] = int(rows)
    return out


def sources_page(lang: str, site: Site, held: Reference, others: Mapping[str, Mapping[str, int]]) -> str:
    """Every source: a document with each of its values, a series with one line an indicator."""
    w, views = render.words(lang), []
    for source_id, source in catalog.sources().items():
        line, rows = render.source_line(source_id, lang), held.documents.get(source_id)
        read = catalog.carriers().get(source_id)
        covers = "–".join(dict.fromkeys(x for x in (source.period_start, source.period_end) if x))
        lines = [
            (w["producer"], line["producer"]),
            *(
                [(w["original"], w[f"original_{read.original}"]), (w["carrier"], _carried(read, w))]
                if read
                else []
            ),
            *([(w["title"], w[f"no_title_{read.no_title}"])] if read and read.no_title else []),
            (w["published"], w[f"no_date_{read.no_date}"] if read and read.no_date else line["published"]),
            *([(w["read_on"], source.read_on)] if source.read_on else []),
            (w["covers"], covers),
            (w["grade"], line["grade"]),
            *([] if line["url"] else [(w["address"], _no_address(read, w))]),
            (w["licence"], source.licence_note(lang)),
            (w["caveats"], source.caveats(lang)),
            *((capital(w[f"rows_{name}"]), str(n)) for name, n in (others.get(source_id) or {}).items()),
        ]
        views.append(
            {
                "id": source_id,
                "title": line["title"],
                "url": line["url"],
                "kind": w[f"original_{read.original}"] if read else w["original_unlocated"],
                "lines": [(n, v) for n, v in lines if v],
                "series": _series(held.series.get(source_id, ()), lang),
                "printed": [] if rows is None else _values(rows, lang),
            }
        )
    programs = site.plan.programs
    kinds: dict[str, list[dict]] = {}
    for view in views:
        kinds.setdefault(view["kind"], []).append(view)
    more = {"sources": views, "kinds": kinds, "programs": programs}
    return frames.html("sources.html", frames.frame(lang, "sources", w["page_sources"], site.plan, **more))


def _carried(read: catalog.Carrier, w: Mapping[str, str]) -> str:
    """What a source was read in, with the day that this prints of itself."""
    said = w[f"carrier_{read.carrier}"]
    return w["carrier_dated"].format(carrier=said, day=read.carried_on) if read.carried_on else said


def _no_address(read: catalog.Carrier | None, w: Mapping[str, str]) -> str:
    """That no address is held, and why."""
    why = w[f"no_address_{read.no_address}"] if read and read.no_address else ""
    return f"{why}{w['semicolon']}{w['address_unknown']}" if why else w["address_unknown"]


def _series(held: Iterable[tuple[str, Extent]], lang: str) -> list[dict]:
    return [
        {
            "key": key,
            "label": catalog.indicator(key).label(lang),
            "years": "–".join(dict.fromkeys(str(y) for y in (one.first, one.last) if y)),
            "places": one.places,
            "cells": one.cells,
        }
        for key, one in held
    ]


def _values(rows: pd.DataFrame, lang: str) -> list[dict]:
    w, out = render.words(lang), []
    for row in rows.sort_values("observation_id").to_dict("records"):
        known = catalog.institutions().get(row.get("institution_id") or "")
        place = known.name(lang) if known else row.get("institution") or ""
        if row["region_code"] and place in ("", catalog.region(row["region_code"]).name("zh")):
            place = catalog.region(row["region_code"]).short(lang)
        beside = pick((row["qualifier"], row["qualifier_en"]), lang)
        marked = pick(("（{}）", " ({})"), lang).format(beside) if beside else ""
        out.append(
            {
                "id": row["observation_id"],
                "label": catalog.indicator(row["indicator"]).label(lang),
                "printed": row["as_printed"] + marked,
                "place": place,
                "when": render.period_text((row["period_start"], row["period_end"]), lang),
                "status": w.get(f"status_{row['status']}", row["status"]),
                "locator": render.place_in(row["locator"], lang),
            }
        )
    return out


def indicators_page(lang: str, site: Site, held: Reference) -> str:
    """Every indicator, by subject: definition, unit, direction, breaks, what is held of it. Subjects with ranked indicators first."""
    w = render.words(lang)
    groups: dict[str, list[dict]] = {}
    for key, indicator in catalog.indicators().items():
        shown, extent = held.indicators.get(key), w["none_held"]
        if shown is not None:
            much = shown.extent
            span = f"{much.first}–{much.last}" if much.first else ""
            parts = (span, f"{w['places']} {much.places}", f"{w['cells']} {much.cells}")
            extent = " · ".join(x for x in parts if x)
        named = _published_as(shown.names if shown else (), lang)
        told = indicator.definition(lang)
        lines = [
            (w["published_as"], named),
            (w["definition"], told),
            *([(w["publishers_definition"], w["definition_not_held"])] if named and told else []),
            (w["unit"], indicator.unit_label(lang)),
            *([(w["polarity"], w[f"polarity_{indicator.polarity}"])] if indicator.polarity != "none" else []),
            (w["breaks"], w["semicolon"].join(b.text(lang) for b in indicator.breaks)),
            (w["needed"], indicator.needed(lang)),
            (w["coverage"], extent),
        ]
        sources = [render.source_line(s, lang) for s in shown.source_ids] if shown else []
        groups.setdefault(indicator.theme, []).append(
            {
                "key": key,
                "label": indicator.label(lang),
                "lines": [(n, v) for n, v in lines if v],
                "sources": sources,
                "unit": indicator.unit_label(lang),
                "extent": extent,
                "ranked": indicator.ranked,
                "told": bool(named or told or indicator.breaks),
            }
        )
    order = sorted(
        groups, key=lambda t: (not any(i["ranked"] for i in groups[t]), t == "metadata", -len(groups[t]), t)
    )
    views = [
        {
            "key": theme,
            "title": text_of(render.opened((catalog.term(f"theme_{theme}", lang),), lang)),
            "told": [i for i in groups[theme] if i["told"]],
            "listed": [i for i in groups[theme] if not i["told"]],
        }
        for theme in order
    ]
    more = {"groups": views, "compared": site.compared}
    return frames.html(
        "indicators.html", frames.frame(lang, "indicators", w["page_indicators"], site.plan, **more)
    )


def _published_as(names: Iterable[tuple[str, str]], lang: str) -> str:
    """What the series call the indicator, as they print it, by publisher's title."""
    said: dict[str, list[str]] = {}
    for source_id, printed in names:
        if printed:
            said.setdefault(printed, []).append(catalog.source(source_id).title(lang))
    words = render.words(lang)
    if len(said) == 1:
        return "“{}”".format(*said)  # every source calls it so: they stand below
    return words["semicolon"].join(
        words["published_as_in"].format(name=printed, where=pick(("、".join(where), ", ".join(where)), lang))
        for printed, where in said.items()
    )
