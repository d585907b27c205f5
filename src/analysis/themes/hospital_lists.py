"""Hospitals on national lists: which province's hospitals the published lists name, how that moved, and what a target "in the first hundred" means.

One notebook, two readers: region_code 000000 is the national edition, a province's code marks the province. Rows: the tables
``hospital_lists`` and ``hospital_list_counts``. Fudan's lists sum reputation and research, no list here measures outcomes, and every
sentence names its list. Years are compared at one depth only: on the general list from the first edition with a hundred places, on
specialties over the twenty-five that every edition has, from the first edition with ten places each. Rows of grade C (an edition
dated by its carrier) are shown and enter no comparison. One view a part of the page, so the module is longer than 300 lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis import catalog, facts, tables, texts
from analysis.cells import Cell
from analysis.facts import Coverage, Fact, Provenance, Text, derived, observed, printed_beside, registered
from analysis.findings import Column, Drawn, Finding, Table
from analysis.sentences import NOTHING, Phrase, Sentence, name, year
from analysis.themes import naming, subjects

TEXT = texts.of(__file__)

GENERAL, REPUTATION, SCIENCE = "综合排行榜", "专科声誉排行榜", "中国医院科技量值(STEM)综合"
RANKED, NOMINATED = "名次", "获提名"
HUNDRED, FIFTY, TWENTY = 100, 50, 20
TEN = 10  # places of a specialty, from the third edition on
LINES = 4  # provinces that the nation's page draws
SHOWN = 10  # own specialties that a page lists, those ranked most often
LOW_BAND = "C"


@dataclass(frozen=True)
class Lists(subjects.Subject):
    """What the lists hold. general, science: one row a hospital and edition; specialties: the place's own rows of the specialty
    lists; counts: places and nominations by province on the specialties of every edition; targets: the place's plan targets that a list decides.
    """

    general: pd.DataFrame
    science: pd.DataFrame
    specialties: pd.DataFrame
    counts: pd.DataFrame
    targets: pd.DataFrame

    @cached_property
    def editions(self) -> list[int]:
        """Editions of the general list, oldest first."""
        return sorted({int(y) for y in self.general["edition_year"]})

    @cached_property
    def full(self) -> list[int]:
        """Editions with a hundred places."""
        return [y for y in self.editions if len(self.edition(y)) == HUNDRED]

    @cached_property
    def ranked(self) -> list[int]:
        """Editions with a hundred places that print ranks, not bands alone."""
        return [y for y in self.full if self.edition(y)["rank"].notna().all()]

    @subjects.kept
    def edition(self, year_: int) -> pd.DataFrame:
        return self.general[self.general["edition_year"] == year_]

    def own(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of the place: all of them for the nation."""
        return rows if self.is_nation else rows[rows["province_code"] == self.code]

    @cached_property
    def years(self) -> list[int]:
        """Editions of the reputation list that have ten places in every specialty."""
        part = self.counts[self.counts["status"] == RANKED]
        total = part.groupby("edition_year")["count"].sum()
        least = part.groupby("edition_year")["n_specialties"].min()
        return sorted(int(y) for y in total.index if total[y] >= TEN * len(self.fixed) and least[y] > 0)

    @cached_property
    def fixed(self) -> range:
        """The specialties that every edition has, as many as the counts rest on."""
        return range(int(self.counts["n_specialties"].min()))

    def places(self, status: str) -> pd.DataFrame:
        """Places (or nominations) on the specialties of every edition: index province, one column an edition; none is zero."""
        part = self.counts[self.counts["status"] == status]
        wide = part.pivot(index="province_code", columns="edition_year", values="count").fillna(0)
        codes = [p.code for p in catalog.provinces() if not p.state]
        return wide.reindex(codes, fill_value=0).reindex(columns=self.years, fill_value=0).astype(int)


def coverage() -> Coverage:
    """The nation and every province: that none of its hospitals is listed is an answer."""
    found: Coverage = {code: None for code in [catalog.NATION, *_provinces()]}
    return subjects.once(_ready, found)


def _ready() -> bool:
    """Whether two editions with a hundred places and two of the specialty list are held."""
    with tables.elsewhere():
        lists = load(catalog.NATION)
    return len(lists.ranked) > 1 and not lists.counts.empty and len(lists.years) > 1


def _provinces() -> list[str]:
    return [p.code for p in catalog.provinces() if not p.state]


@dataclass(frozen=True)
class Every:
    """What the pages of all places have in common. rows: of all lists; counts, targets: as ``Lists`` has them, of all places."""

    rows: pd.DataFrame
    counts: pd.DataFrame
    targets: pd.DataFrame


def every() -> Every:
    """Read the lists and the targets that a list decides, once above the parameters for the pages of all places."""
    rows = tables.read("hospital_lists").assign(edition_year=lambda d: d["edition_year"].astype(int))
    counts = tables.read("hospital_list_counts", basis="fixed25")
    targets = tables.read("targets", decides="list")
    return Every(rows, counts.assign(edition_year=lambda d: d["edition_year"].astype(int)), targets)


def load(region_code: str, held: Every | None = None) -> Lists:
    """The lists as the page of a place has them. held: what was read for all places.

    Raises ParameterError for a code that is no region.
    """
    code, held = catalog.region(region_code).code, held or every()
    rows, targets = held.rows, held.targets
    return Lists(
        code,
        rows[rows["list"] == GENERAL],
        rows[rows["list"] == SCIENCE],
        rows[(rows["province_code"] == code) & (rows["list"] == REPUTATION)],
        held.counts,
        targets[targets["region_code"].str[:2] == code[:2]],
    )


def _listed(rows: pd.DataFrame, label: Text, of: pd.DataFrame, unit: str = "家") -> Fact:
    """How many rows there are; that there are none rests on the lists they were looked for in."""
    if len(rows):
        return subjects.count(rows, "list_row", label, whole=of, unit=unit)
    return derived(0, label, subjects.COUNTED, origin=whole(of), operation="none()", style="count", unit=unit)


def on(lists: Lists, code: str, year_: int, depth: int = HUNDRED) -> Fact:
    """How many hospitals of a place stand on an edition of the general list down to a depth (a hundred: all that it lists)."""
    every = lists.edition(year_)
    rows = every if code == catalog.NATION else every[every["province_code"] == code]
    if depth < HUNDRED:
        rows = rows[rows["rank"] <= depth]
    at = f"facts.{'listed' if depth == HUNDRED else 'fifty' if depth == FIFTY else 'twenty'}"
    return _listed(rows, TEXT.pair(at, place=naming.place(code), year=year_), every)


def general_rows(lists: Lists, lang: str) -> pd.DataFrame:
    """One bar a province as charts.bars takes it: hospitals on the newest edition, most first."""
    last = lists.edition(lists.full[-1])["province_code"].value_counts()
    every = last.reindex(_provinces(), fill_value=0).sort_values(ascending=False, kind="stable")
    every = every[(every > 0) | (every.index == lists.code)]  # the subtitle says what is not drawn
    return pd.DataFrame(
        {
            "label": [catalog.region(c).short(lang) for c in every.index],
            "value": every.astype(float).to_numpy(),
            "highlight": [c == lists.code for c in every.index],
        }
    )


def general(lists: Lists, drawing: Drawn | None) -> Finding:
    """Whose hospitals the general list names. drawing: charts.bars of general_rows."""
    first, last, ranked = lists.full[0], lists.full[-1], lists.ranked[-1]
    by = lists.edition(last)["province_code"].value_counts()
    values: dict[str, Any] = {
        "place": lists.place,
        "n": _editions(lists),
        "a": year(first),
        "z": year(last),
        "r": year(ranked),
        "none": derived(
            len(_provinces()) - len(by),
            *TEXT.fact("facts.without", year=last),
            origin=_origin(lists, last),
            **facts.counted(set(_provinces()) - set(by.index)),
        ),
    }
    if lists.is_nation:
        values |= _leaders(lists, by)
        headline = TEXT.say("general.headline_nation", **values)
        said = [TEXT.say("general.sentences.nation", **values, brief=1)]
    elif lists.own(lists.general).empty:
        headline = TEXT.say("general.headline_none", **values)
        said = [TEXT.say("general.sentences.never", **values)]
    else:
        values |= _path(lists) | {"h": _ever(lists, HUNDRED)}
        gone = not (values["x"].value or values["y"].value)
        headline = TEXT.say("general.headline_gone" if gone else "general.headline", **values)
        parts = {part: TEXT.phrase(f"general.{part}", **values) for part in ("hundred", "fifty")}
        said = [TEXT.say("general.sentences.path", place=lists.place, r=year(ranked), **parts)]
    return Finding(
        "general",
        headline,
        TEXT.say("general.subtitle", z=year(last)),
        sentences=tuple(said),
        note=TEXT.say("general.note"),
        drawing=drawing,
        tables=(_by_province(lists),),
        alt=TEXT.say(
            "general.alt",
            **values | {"k": on(lists, lists.code, last), "top": naming.place(by.index[0])},
        ),
    )


def _editions(lists: Lists) -> Fact:
    label, formula = TEXT.fact("facts.editions")
    origin = whole(lists.general)
    return derived(len(lists.editions), label, formula, origin=origin, operation="distinct('source')")


def whole(rows: pd.DataFrame) -> Provenance:
    """Where a number stands that rests on published lists as a whole: one row a list, which is of no place."""
    each = rows.drop_duplicates("source_id")[["source_id", "source_grade", "edition_year"]]
    return registered(each.assign(locator=TEXT.text("words.whole", "zh")), "list:" + each["source_id"])


def _origin(lists: Lists, *years: int) -> Provenance:
    return whole(lists.general[lists.general["edition_year"].isin(years)])


def _leaders(lists: Lists, by: pd.Series) -> dict[str, Any]:
    """The two places with most hospitals on the newest edition."""
    last, two = lists.full[-1], list(by.index[:2])
    each = [on(lists, code, last) for code in two]
    label, formula = TEXT.fact("facts.two", year=last)
    both = derived(sum(f.value or 0 for f in each), label, formula, inputs=each, operation="a + b", unit="家", style="count")  # fmt: skip
    return {"both": both, "top": naming.place(two[0]), "next": naming.place(two[1])}


def _path(lists: Lists) -> dict[str, Any]:
    first, last, ranked = lists.full[0], lists.full[-1], lists.ranked[-1]
    path = {y: on(lists, lists.code, y) for y in lists.full}
    most = max(path, key=lambda y: (path[y].value or 0, -y))
    return {
        "x": path[first],
        "y": path[last],
        "most": path[most],
        "m": year(most),
        "f0": on(lists, lists.code, lists.ranked[0], FIFTY),
        "f1": on(lists, lists.code, ranked, FIFTY),
    }


def _by_province(lists: Lists) -> Table:
    """Hospitals of every province on every second edition with a hundred places, and on the newest."""
    shown = sorted({*lists.full[::4], lists.full[-1]})
    wide = pd.crosstab(lists.general["province_code"], lists.general["edition_year"])
    wide = wide.reindex(_provinces(), fill_value=0)[shown]
    order = wide.sort_values(shown[-1], ascending=False, kind="stable")
    order = order[order.any(axis=1) | (order.index == lists.code)]
    frame = order.set_axis([f"y{y}" for y in shown], axis=1).assign(
        region_code=order.index,
        name=[catalog.region(c).short("zh") for c in order.index],
        name_en=[catalog.region(c).short("en") for c in order.index],
    )
    return Table(
        "provinces",
        TEXT.pair("general.caption"),
        frame,
        (
            TEXT.column("columns.name", "name"),
            *(Column(f"y{y}", naming.year_of(y), "number", source_ids=subjects.sources(lists.edition(y)), formula=TEXT.pair("words.counted")) for y in shown),
        ),
        highlight=tuple(i for i, c in enumerate(order.index) if c == lists.code),
    )  # fmt: skip


def tested(lists: Lists) -> Finding:
    """What "in the first hundred" and "in the first twenty" would mean on each list held, edition by edition."""
    values: dict[str, Any] = {
        "place": lists.place,
        "n": _editions(lists),
        "z": year(lists.ranked[-1]),
        "h": _ever(lists, HUNDRED),
        "t": _ever(lists, TWENTY),
        "k": on(lists, lists.code, lists.ranked[-1], TWENTY),
    }
    never = lists.own(lists.general).empty
    if lists.is_nation:
        values |= _twenty(lists)
    said = [
        TEXT.say("tested.sentences.nation", **values)
        if lists.is_nation
        else _never(lists, values)
        if never
        else TEXT.say("tested.sentences.ever", **values)
    ]
    if (lists.targets["region_code"] == lists.code).any() and not lists.is_nation:
        said += [s for row in lists.targets.to_dict("records") if (s := _target(lists, row))]
    kind = "nation" if lists.is_nation else "none" if never else "some"
    headline = {
        "nation": "tested.headline_nation",
        "none": "tested.headline_none",
        "some": "tested.headline",
    }[kind]
    return Finding(
        "tested",
        TEXT.say(headline, **values),
        sentences=tuple(said),
        note=TEXT.say("tested.note"),
        tables=(_first_twenty(lists) if lists.is_nation else _tests(lists),),
    )


def _twenty(lists: Lists) -> dict[str, Any]:
    """How many hospitals were ever, and always, in the first twenty of the editions with ranks and a hundred places."""
    held = lists.general[lists.general["edition_year"].isin(lists.ranked) & (lists.general["rank"] <= TWENTY)]
    seen = held.groupby("hospital")["edition_year"].nunique()
    origin = whole(held)
    span = {"first": lists.ranked[0], "last": lists.ranked[-1]}
    return {
        "a": year(lists.ranked[0]),
        "q": derived(len(seen), *TEXT.fact("facts.twenty_ever", **span), origin=origin, **_editions_of(seen, "size(editions)"), style="count", unit="家"),
        "w": derived(int((seen == len(lists.ranked)).sum()), *TEXT.fact("facts.twenty_always", **span), origin=origin, **_editions_of(seen, f"total(editions == {len(lists.ranked)})"), style="count", unit="家"),
    }  # fmt: skip


def _editions_of(seen: pd.Series, operation: str) -> dict[str, Any]:
    """An operation over how many editions each hospital stands on."""
    return facts.listed(operation, {"hospital": seen.index, "editions": seen})


def _never(lists: Lists, values: dict[str, Any]) -> Sentence:
    """That no edition of the general list names the place, and what the one other list of a hundred held says."""
    if lists.science.empty:  # a page cut at a day before it
        return TEXT.say("tested.sentences.never_listed", place=lists.place, n=values["n"])
    science = TEXT.pair("facts.science", place=lists.place)
    k = _listed(lists.own(lists.science), science, lists.science)
    return TEXT.say("tested.sentences.never", place=lists.place, n=values["n"], k=k)


def _ever(lists: Lists, depth: int) -> Fact:
    """On how many editions the place has a hospital down to a depth; of all, also those with fewer than a hundred places."""
    own = lists.own(lists.general)
    held = own if depth == HUNDRED else own[own["rank"] <= depth]
    at = "facts.ever_hundred" if depth == HUNDRED else "facts.ever_twenty"
    origin = registered(held, held["list_row"]) if len(held) else whole(lists.general)
    operation = "distinct('source')" if len(held) else "none()"
    n = held["edition_year"].nunique()
    return derived(n, *TEXT.fact(at, place=lists.place), origin=origin, operation=operation)


def _target(lists: Lists, row: dict) -> Sentence | None:
    """What the lists held say of a plan's target that names no list: hospitals on the general one, specialties on that of reputation."""
    stated = tables.read("observations", observation_id=row["observation_id"])
    due = int(row["due_date"][:4]) if row["due_date"] else 0
    if stated.empty or row["region_code"] != lists.code or not due:
        return None
    what = naming.label(str(stated["indicator"].iloc[0]))
    values: dict[str, Any] = {"what": name(what), "v": observed(stated), "due": year(due)}
    if str(stated["indicator"].iloc[0]) == "top100_hospitals" and due in lists.full:
        return TEXT.say(
            "tested.sentences.hospitals", id=f"target-{row['target_id'].lower()}", **values,
            place=lists.place, k=on(lists, lists.code, due),
        )  # fmt: skip
    held = _listed_specialties(lists)
    if str(stated["indicator"].iloc[0]) == "lead_specialties_top20" and len(held):
        newest = int(held["edition_year"].max())
        own = held[held["edition_year"] == newest]
        label = TEXT.pair("facts.ten", place=lists.place, year=newest)
        return TEXT.say(
            "tested.sentences.specialties", id=f"target-{row['target_id'].lower()}", **values,
            place=lists.place, y=year(newest), k=_listed(own, label, own, "个"), held=_named(lists, own),
        )  # fmt: skip
    return None


def _tests(lists: Lists) -> Table:
    """One row an edition: places, hospitals of the place in the first hundred and twenty, best rank, grade of the edition."""
    found = []
    for every in [*(lists.edition(y) for y in lists.editions), lists.science]:
        if every.empty:
            continue
        own, bands = lists.own(every), every["rank"].isna().all()
        best = own["rank"].min()
        found.append(
            {
                "list": naming.title(every["source_id"].iloc[0])[0],
                "list_en": naming.title(every["source_id"].iloc[0])[1],
                "places": len(every),
                "hundred": len(own),
                "twenty": None if bands else int((own["rank"] <= TWENTY).sum()),
                "best": None if pd.isna(best) else int(best),
                "grade": every["source_grade"].iloc[0],
            }
        )
    frame = pd.DataFrame(found).astype({"twenty": "Float64", "best": "Float64"})
    every = subjects.sources(lists.general, lists.science)
    return Table(
        "tests",
        TEXT.pair("tested.caption", place=lists.place),
        frame,
        (
            TEXT.column("columns.list", "name"),
            TEXT.column("columns.places", "number", source_ids=every),
            TEXT.column("columns.hundred", "number", source_ids=every),
            TEXT.column("columns.twenty", "number", source_ids=every),
            TEXT.column("columns.best", "rank", source_ids=every),
            TEXT.column("columns.grade", "text"),
        ),
    )


def _first_twenty(lists: Lists) -> Table:
    """One row a hospital that was ever in the first twenty: in how many editions with ranks and a hundred places, and its best rank."""
    held = lists.general[lists.general["edition_year"].isin(lists.ranked) & (lists.general["rank"] <= TWENTY)]
    frame = (
        held.groupby(["hospital", "province_code"])
        .agg(times=("edition_year", "nunique"), best=("rank", "min"))
        .reset_index()
        .sort_values(["times", "best", "hospital"], ascending=[False, True, True], kind="stable")
    )
    frame = frame.assign(
        region_code=frame["province_code"],
        name=[catalog.region(c).short("zh") for c in frame["province_code"]],
        name_en=[catalog.region(c).short("en") for c in frame["province_code"]],
    ).astype({"best": "Float64"})
    source = subjects.sources(held)
    return Table(
        "twenty",
        TEXT.pair("tested.twenty", a=lists.ranked[0], z=lists.ranked[-1]),
        frame,
        (
            TEXT.column("columns.hospital", "name"),
            TEXT.column("columns.name", "text"),
            TEXT.column("columns.times", "number", source_ids=source),
            TEXT.column("columns.best", "rank", source_ids=source),
        ),
    )


def _listed_specialties(lists: Lists) -> pd.DataFrame:
    """The place's ranked specialties on the reputation lists that may be compared."""
    s = lists.specialties
    return s[(s["status"] == RANKED) & (s["source_grade"] != LOW_BAND)]


def _specialty(name_: str) -> Text:
    return TEXT.pair(f"specialty.{name_}")


def _named(lists: Lists, rows: pd.DataFrame) -> Phrase:
    """`核医学第 6 位` for each ranked row, best first."""
    ordered = rows.sort_values(["rank", "specialty"]).to_dict("records")
    return naming.chain(
        (TEXT.phrase("words.ranked", what=_specialty(r["specialty"]), r=_rank(r)) for r in ordered), "items"
    )


def _rank(row: dict) -> Fact:
    """A place on a list as it prints it."""
    cell = _cell(f"{row['list_row']}#rank", row, float(row["rank"]))
    label = TEXT.pair("facts.rank", what=_specialty(row["specialty"]), year=row["edition_year"], who=("", ""))
    return Fact(
        label, cell.value, style="rank", as_printed=cell.printed, period=(cell.start, cell.end), grade=cell.grade,
        observations=(printed_beside(cell),), source_ids=(cell.source,), locators=(cell.locator,), regions=(row["province_code"],),
    )  # fmt: skip


def _cell(identity: str, row: dict, value: float) -> Cell:
    """A published value of a list as a cell of facts.json."""
    y = row["edition_year"]
    return Cell(
        identity, "other", row["province_code"], start=f"{y}-01-01", end=f"{y}-12-31", value=value, printed=f"{value:.0f}",
        status="actual", source=row["source_id"], locator=row["locator"], grade=row["source_grade"],
    )  # fmt: skip


def places(lists: Lists, code: str, year_: int, status: str = RANKED) -> Fact:
    """Places (or nominations) of a province on the specialties of every edition, counted from the list."""
    part = lists.counts[(lists.counts["status"] == status) & (lists.counts["edition_year"] == year_)]
    own = part[part["province_code"] == code]
    at = "facts.places" if status == RANKED else "facts.nominations"
    label, formula = TEXT.fact(at, place=naming.place(code), year=year_)
    if own.empty:
        return derived(0, label, formula, origin=whole(part), operation="none()", style="count", unit="个")
    row = own.iloc[0].to_dict()
    identity = f"list_counts:{status}:{code}:{year_}"
    cell = _cell(identity, row, float(row["count"]))
    return Fact(
        label, cell.value, style="count", unit="个", formula=formula, period=(cell.start, cell.end), grade=cell.grade,
        observations=(printed_beside(cell),), source_ids=(cell.source,), locators=(cell.locator,), regions=(code,),
        operation="own()",
    )  # fmt: skip


def specialty_rows(lists: Lists, lang: str) -> pd.DataFrame:
    """Lines as charts.lines takes them: a province's ranked places and nominations; for the nation the places of the leading provinces."""
    if lists.is_nation:
        wide = lists.places(RANKED)
        chosen = wide.sort_values(lists.years[-1], ascending=False, kind="stable").index[:LINES]
        series = {(c, catalog.region(c).short(lang)): wide.loc[c] for c in chosen}
    else:
        series = {
            (key, TEXT.text(f"words.{key}", lang)): lists.places(status).loc[lists.code]
            for key, status in (("places", RANKED), ("nominations", NOMINATED))
        }
    drawn = [
        pd.DataFrame({"code": code, "name": label, "year": values.index, "value": values.astype(float)})
        for (code, label), values in series.items()
        if values.any()  # a line of nothing says nothing
    ]
    return pd.concat(drawn) if drawn else pd.DataFrame()


def named(lists: Lists, rows: pd.DataFrame) -> dict[str, Any]:
    """Which lines charts.lines highlights and names: the first of a province, all of the nation."""
    codes = list(dict.fromkeys(rows["code"])) if len(rows) else []
    return (
        {"region": None, "named": codes}
        if lists.is_nation or not codes
        else {"region": codes[0], "named": codes[1:]}
    )


def specialties(lists: Lists, drawing: Drawn | None) -> Finding:
    """Which specialties the reputation list ranks. drawing: charts.lines of specialty_rows, none where there is nothing to draw."""
    first, last = lists.years[0], lists.years[-1]
    values: dict[str, Any] = {
        "place": lists.place,
        "a": year(first),
        "z": year(last),
        "n": derived(
            len(lists.fixed),
            *TEXT.fact("facts.fixed"),
            origin=_counted(lists, *lists.years),
            **facts.listed(
                "least(specialties)",
                {"specialties": lists.counts.groupby("edition_year")["n_specialties"].min()},
            ),
        ),
    }
    if lists.is_nation:
        return _concentration(lists, values, drawing)
    values |= {
        "x": places(lists, lists.code, first),
        "y": places(lists, lists.code, last),
        "p": places(lists, lists.code, last, NOMINATED),
    }
    some = bool(values["x"].value or values["y"].value)
    none = not lists.places(RANKED).loc[lists.code].any()
    said = [TEXT.say("specialties.sentences.fixed_none" if none else "specialties.sentences.fixed", **values)]
    held = _listed_specialties(lists)
    if len(held):
        said.append(_newest(lists, held))
    return Finding(
        "specialties",
        TEXT.say("specialties.headline" if some else "specialties.headline_none", **values),
        TEXT.say("specialties.subtitle", a=year(first), z=year(last)) if drawing else None,
        sentences=tuple(said),
        note=TEXT.say("specialties.note"),
        drawing=drawing,
        tables=(_paths(lists), *([_own_specialties(lists)] if len(lists.specialties) else [])),
        alt=TEXT.say("specialties.alt", **values) if drawing else None,
        opens=False,
    )


def _newest(lists: Lists, held: pd.DataFrame) -> Sentence:
    """How many specialties of all are ranked in the newest edition, and the best of them with its first rank."""
    newest = int(held["edition_year"].max())
    own = held[held["edition_year"] == newest].sort_values(["rank", "specialty", "hospital"])
    best = own.iloc[0]
    before = held[(held["hospital"] == best["hospital"]) & (held["specialty"] == best["specialty"])]
    start = before.sort_values("edition_year").iloc[0]
    return TEXT.say(
        "specialties.sentences.best",
        place=lists.place,
        z=year(newest),
        k=_listed(own, TEXT.pair("facts.all_places", place=lists.place, year=newest), own, "个"),
        what=_specialty(best["specialty"]),
        a=year(int(start["edition_year"])),
        r0=_rank(start.to_dict()),
        r1=_rank(best.to_dict()),
        weak=_weak(lists, best),
    )


def _weak(lists: Lists, best: pd.Series) -> Phrase:
    """The same specialty's rank in an edition dated by its carrier, shown and not compared."""
    s = lists.specialties
    rows = s[
        (s["source_grade"] == LOW_BAND)
        & (s["hospital"] == best["hospital"])
        & (s["specialty"] == best["specialty"])
        & (s["status"] == RANKED)
    ]
    if rows.empty:
        return NOTHING
    row = rows.iloc[-1].to_dict()
    return TEXT.phrase("specialties.weak", y=year(row["edition_year"]), r=_rank(row))


def _counted(lists: Lists, *years: int) -> Provenance:
    return whole(lists.counts[lists.counts["edition_year"].isin(years)])


def concentration(lists: Lists) -> pd.DataFrame:
    """One row an edition of the reputation list: places, share of the two leading provinces, sum of squared shares, provinces with any."""
    wide = lists.places(RANKED)
    shares = wide / wide.sum()
    two = wide[lists.years[-1]].sort_values(ascending=False, kind="stable").index[:2]
    return pd.DataFrame(
        {"places": wide.sum(), "two": shares.loc[two].sum() * 100, "square": (shares**2).sum(), "provinces": (wide > 0).sum()}
    ).rename_axis("year")  # fmt: skip


SQUARED = "total((ranked / total(ranked)) ** 2)"


def _places_of(lists: Lists, year_: int, operation: str) -> dict[str, Any]:
    """An operation over the ranked places of each province in an edition."""
    held = lists.places(RANKED)[year_]
    return facts.listed(operation, {"province": held.index, "ranked": held})


def _concentration(lists: Lists, values: dict[str, Any], drawing: Drawn | None) -> Finding:
    table, (first, last) = concentration(lists), (lists.years[0], lists.years[-1])
    wide = lists.places(RANKED)
    two = list(wide[last].sort_values(ascending=False, kind="stable").index[:2])

    def share(y: int) -> Fact:
        parts = [places(lists, code, y) for code in two]
        every = derived(
            float(table.at[y, "places"]), *TEXT.fact("facts.whole", year=y), origin=_counted(lists, y), **_places_of(lists, y, "total(ranked)"), style="count", unit="个"
        )  # fmt: skip
        label, formula = TEXT.fact("facts.two_share", year=y)
        value = float(table.at[y, "two"])
        return derived(
            value, label, formula, inputs=(*parts, every), operation="(a + b) / c * 100", style="percent"
        )

    values |= {
        "s0": share(first),
        "s1": share(last),
        "top": naming.place(two[0]),
        "next": naming.place(two[1]),
        "m0": derived(
            int(table.at[first, "provinces"]),
            *TEXT.fact("facts.any", year=first),
            origin=_counted(lists, first),
            **_places_of(lists, first, "total(ranked > 0)"),
        ),
        "m1": derived(
            int(table.at[last, "provinces"]), *TEXT.fact("facts.any", year=last), origin=_counted(lists, last), **_places_of(lists, last, "total(ranked > 0)")
        ),
        "h0": derived(float(table.at[first, "square"]), *TEXT.fact("facts.square", year=first), origin=_counted(lists, first), **_places_of(lists, first, SQUARED), style="index", decimals=3),
        "h1": derived(float(table.at[last, "square"]), *TEXT.fact("facts.square", year=last), origin=_counted(lists, last), **_places_of(lists, last, SQUARED), style="index", decimals=3),
    }  # fmt: skip
    return Finding(
        "specialties",
        TEXT.say("specialties.headline_nation", **values),
        TEXT.say("specialties.subtitle_nation", a=year(first), z=year(last)),
        sentences=(TEXT.say("specialties.sentences.nation", **values, brief=2),),
        note=TEXT.say("specialties.note"),
        drawing=drawing,
        tables=(_concentrated(lists, table), _paths(lists)),
        alt=TEXT.say("specialties.alt_nation", **values),
        opens=False,
    )


def _concentrated(lists: Lists, table: pd.DataFrame) -> Table:
    source = subjects.sources(lists.counts[lists.counts["edition_year"].isin(lists.years)])
    return Table(
        "concentration",
        TEXT.pair("specialties.concentration"),
        table.reset_index().assign(year=lambda d: d["year"].astype(str)),
        (
            TEXT.column("columns.year", "year"),
            TEXT.column("columns.all_places", "number", source_ids=source),
            TEXT.column("columns.two", "percent", source_ids=source),
            TEXT.column("columns.square", "index", decimals=3, source_ids=source),
            TEXT.column("columns.provinces", "number", source_ids=source),
        ),
    )


def _paths(lists: Lists) -> Table:
    """Ranked places of every province with any place or nomination, first and last edition; nominations in the last."""
    wide, named = lists.places(RANKED), lists.places(NOMINATED)
    shown = [lists.years[0], lists.years[-1]]
    keep = wide.any(axis=1) | (wide.index == lists.code)
    order = wide[keep].sort_values([lists.years[-1], lists.years[0]], ascending=False, kind="stable")
    frame = order[shown].set_axis([f"y{y}" for y in shown], axis=1)
    frame = frame.assign(
        nominated=named.loc[order.index, lists.years[-1]],
        region_code=order.index,
        name=[catalog.region(c).short("zh") for c in order.index],
        name_en=[catalog.region(c).short("en") for c in order.index],
    )
    source = subjects.sources(lists.counts[lists.counts["edition_year"].isin(shown)])
    how: dict[str, Any] = {"source_ids": source, "formula": TEXT.pair("words.counted")}
    return Table(
        "places",
        TEXT.pair("specialties.caption"),
        frame,
        (
            TEXT.column("columns.name", "name"),
            *(Column(f"y{y}", naming.year_of(y), "number", **how) for y in shown),
            Column("nominated", TEXT.pair("columns.nominated", y=lists.years[-1]), "number", **how),
        ),
        highlight=tuple(i for i, c in enumerate(order.index) if c == lists.code),
    )


def _own_specialties(lists: Lists) -> Table:
    """One row a specialty and hospital of the place: first and newest edition in which it is ranked, its ranks, nominations."""
    found = []
    for (specialty, hospital), rows in lists.specialties.groupby(["specialty", "hospital"]):
        ranked = rows[rows["status"] == RANKED].sort_values("edition_year")
        sure = ranked[ranked["source_grade"] != LOW_BAND]
        found.append(
            {
                "specialty": _specialty(specialty)[0],
                "specialty_en": _specialty(specialty)[1],
                "hospital": hospital,
                "since": str(sure["edition_year"].min()) if len(sure) else "",
                "until": str(sure["edition_year"].max()) if len(sure) else "",
                "times": len(sure) or None,
                "best": sure["rank"].min() if len(sure) else None,
                "last": sure["rank"].iloc[-1] if len(sure) else None,
                "nominated": int((rows["status"] == NOMINATED).sum()) or None,
            }
        )
    frame = pd.DataFrame(found).astype({c: "Float64" for c in ("times", "best", "last", "nominated")})
    frame = frame.sort_values(
        ["times", "nominated"], ascending=False, kind="stable", na_position="last"
    ).head(SHOWN)
    source = subjects.sources(lists.specialties[lists.specialties["source_grade"] != LOW_BAND])
    return Table(
        "own_specialties",
        TEXT.pair("specialties.own"),
        frame,
        (
            TEXT.column("columns.specialty", "name"),
            TEXT.column("columns.hospital", "name"),
            TEXT.column("columns.times", "number", source_ids=source),
            TEXT.column("columns.since", "text"),
            TEXT.column("columns.until", "text"),
            TEXT.column("columns.best", "rank", source_ids=source),
            TEXT.column("columns.last", "rank", source_ids=source),
            TEXT.column("columns.times_nominated", "number", source_ids=source),
        ),
    )


@subjects.kept
def turnover(lists: Lists) -> pd.DataFrame:
    """One row an edition with a hundred places that follows another: hospitals that stayed, that came, and the best rank among those that left and came."""
    found = []
    for before, after in zip(lists.full[:-1], lists.full[1:], strict=True):
        if after != before + 1:
            continue
        old, new = lists.edition(before), lists.edition(after)
        left = old[~old["hospital"].isin(new["hospital"])]
        came = new[~new["hospital"].isin(old["hospital"])]
        found.append(
            (
                before,
                after,
                len(old) - len(left),
                len(left),
                len(came),
                left["rank"].min(),
                came["rank"].min(),
            )
        )
    return pd.DataFrame(found, columns=["before", "year", "stayed", "left", "came", "left_from", "came_at"])


@subjects.kept
def steps(lists: Lists) -> pd.DataFrame:
    """One row a hospital that stands on two editions in a row, both with ranks and a hundred places: hospital, edition, its rank before and then."""
    held = lists.general[lists.general["edition_year"].isin(lists.ranked)]
    wide = held.pivot(index="hospital", columns="edition_year", values="rank").astype(float)
    before = wide.shift(axis=1).stack()
    both = pd.DataFrame({"before": before, "then": wide.stack()}).dropna()
    return both.rename_axis(["hospital", "edition"]).reset_index()


def moves(lists: Lists) -> pd.Series:
    """By how many places each of them moved."""
    pairs = steps(lists)
    return (pairs["then"] - pairs["before"]).abs()


def turnover_rows(lists: Lists, lang: str) -> pd.DataFrame:
    """One bar an edition as charts.bars takes it: hospitals of a hundred that were not on the edition before."""
    table = turnover(lists)
    return pd.DataFrame({"label": table["year"].astype(str), "value": table["came"].astype(float)})


def persistence(lists: Lists, drawing: Drawn | None) -> Finding:
    """How firm a place on the list is: who stays, who comes, how far ranks move. drawing: charts.bars of turnover_rows."""
    table, moved = turnover(lists), moves(lists)
    full = lists.general[lists.general["edition_year"].isin(lists.full)]
    seen = full.groupby("hospital")["edition_year"].nunique()
    origin = whole(full)
    ranked = _origin(lists, *lists.ranked)

    def of(
        at: str, value: float, where: Provenance, operation: str, table: Any, style: str = "count"
    ) -> Fact:
        unit = "家" if style == "count" else ""
        told = facts.listed(operation, table)
        return derived(value, *TEXT.fact(f"facts.{at}"), origin=where, style=style, unit=unit, **told)

    held = {"hospital": seen.index, "editions": seen}
    arrived = {"edition": table["year"], "came": table["came"]}
    pairs, always = steps(lists), len(lists.full)
    values: dict[str, Any] = {
        "place": lists.place,
        "a": year(lists.full[0]),
        "z": year(lists.full[-1]),
        "always": of("always", int((seen == always).sum()), origin, f"total(editions == {always})", held),
        "ever": of("ever", len(seen), origin, "size(editions)", held),
        "least": of("least", int(table["came"].min()), origin, "least(came)", arrived),
        "most": of("most", int(table["came"].max()), origin, "largest(came)", arrived),
        "came": of("came_at", _middle_entry(lists), ranked, "rounded(median(came_at), 0)", _entries(lists), "rank"),
        "half": of("half", float(moved.median()), ranked, "median(abs(then - before))", pairs, "number"),
        "tenth": of("tenth", float(moved.quantile(0.9)), ranked, "quantile(abs(then - before), 0.9)", pairs, "number"),
    }  # fmt: skip
    said = [
        TEXT.say("persistence.sentences.stay", **values),
        TEXT.say("persistence.sentences.noise", **values),
    ]
    own = lists.own(lists.general)
    if not lists.is_nation and len(own):
        said.insert(0, _own_move(lists, values))
    return Finding(
        "persistence",
        TEXT.say("persistence.headline", **values),
        TEXT.say("persistence.subtitle"),
        sentences=tuple(said),
        note=TEXT.say("persistence.note"),
        drawing=drawing,
        tables=(_turnover_table(lists, table), *([_hospitals(lists)] if not lists.is_nation and len(own) else [])),
        alt=TEXT.say("persistence.alt", **values),
        comparison=not lists.is_nation,
        opens=False,
        once=True,
        own=("hospitals",),
    )  # fmt: skip


@subjects.kept
def _entries(lists: Lists) -> pd.DataFrame:
    """One row a hospital that was not on the edition before, both with ranks: hospital, edition, came_at."""
    came = []
    for before, after in zip(lists.ranked[:-1], lists.ranked[1:], strict=True):
        new = lists.edition(after)
        new = new[~new["hospital"].isin(lists.edition(before)["hospital"])]
        came.append(new[["hospital", "edition_year", "rank"]])
    return pd.concat(came).rename(columns={"edition_year": "edition", "rank": "came_at"})


def _middle_entry(lists: Lists) -> float:
    """The middle rank at which a hospital that was not on the edition before comes in."""
    return float(round(_entries(lists)["came_at"].astype("float64").median()))


def _own_move(lists: Lists, values: dict[str, Any]) -> Sentence:
    """The place's best hospital in the newest edition with ranks, its rank in the first with a hundred places, against how far ranks move."""
    newest = lists.own(lists.edition(lists.ranked[-1])).sort_values("rank")
    if newest.empty:
        gone = lists.own(lists.general).sort_values("edition_year").iloc[-1]
        return TEXT.say(
            "persistence.sentences.gone",
            place=lists.place,
            y=year(int(gone["edition_year"])),
            z=year(lists.full[-1]),
        )
    best = newest.iloc[0].to_dict()
    before = lists.general[
        (lists.general["hospital"] == best["hospital"])
        & lists.general["edition_year"].isin(lists.ranked)
        & lists.general["rank"].notna()
    ].sort_values("edition_year")
    start = before.iloc[0].to_dict()
    apart = abs(float(start["rank"]) - float(best["rank"]))
    inside = apart <= float(values["tenth"].value)
    return TEXT.say(
        "persistence.sentences.best",
        place=lists.place,
        z=year(int(best["edition_year"])),
        a=year(int(start["edition_year"])),
        r0=_general_rank(start),
        r1=_general_rank(best),
        firm=NOTHING
        if start["edition_year"] == best["edition_year"]
        else TEXT.phrase("persistence.inside" if inside else "persistence.outside"),
    )


def _general_rank(row: dict) -> Fact:
    cell = _cell(f"{row['list_row']}#rank", row, float(row["rank"]))
    label = TEXT.pair(
        "facts.general_rank", place=naming.place(row["province_code"]), year=row["edition_year"]
    )
    return Fact(
        label, cell.value, style="rank", as_printed=cell.printed, period=(cell.start, cell.end), grade=cell.grade,
        observations=(printed_beside(cell),), source_ids=(cell.source,), locators=(cell.locator,), regions=(row["province_code"],),
    )  # fmt: skip


def _turnover_table(lists: Lists, table: pd.DataFrame) -> Table:
    source = subjects.sources(lists.general[lists.general["edition_year"].isin(lists.full)])
    frame = table.astype({"year": str, "left_from": "Float64", "came_at": "Float64"})
    how: dict[str, Any] = {"source_ids": source, "formula": TEXT.pair("words.by_name")}
    return Table(
        "turnover",
        TEXT.pair("persistence.caption"),
        frame,
        (
            TEXT.column("columns.year", "year"),
            TEXT.column("columns.stayed", "number", **how),
            TEXT.column("columns.left", "number", **how),
            TEXT.column("columns.left_from", "rank", **how),
            TEXT.column("columns.came", "number", **how),
            TEXT.column("columns.came_at", "rank", **how),
        ),
    )


def _hospitals(lists: Lists) -> Table:
    """One row a hospital of the place that ever stood on the general list."""
    found = []
    for hospital, rows in lists.own(lists.general).groupby("hospital"):
        rows = rows.sort_values("edition_year")
        ranked = rows[rows["rank"].notna()]
        found.append(
            {
                "hospital": hospital,
                "times": len(rows),
                "since": str(rows["edition_year"].min()),
                "until": str(rows["edition_year"].max()),
                "best": ranked["rank"].min() if len(ranked) else None,
                "last": ranked["rank"].iloc[-1] if len(ranked) else None,
                "band": rows["band"].iloc[-1],
            }
        )
    frame = pd.DataFrame(found).astype({"best": "Float64", "last": "Float64"})
    frame = frame.sort_values(["times", "best"], ascending=[False, True], kind="stable")
    source = subjects.sources(lists.general)
    return Table(
        "hospitals",
        TEXT.pair("persistence.hospitals"),
        frame,
        (
            TEXT.column("columns.hospital", "name"),
            TEXT.column("columns.times", "number", source_ids=source),
            TEXT.column("columns.since", "text"),
            TEXT.column("columns.until", "text"),
            TEXT.column("columns.best", "rank", source_ids=source),
            TEXT.column("columns.last", "rank", source_ids=source),
            TEXT.column("columns.band", "text"),
        ),
    )


def data(lists: Lists) -> Finding:
    """What is held: the lists and their editions."""
    values = {"n": _editions(lists), "a": year(lists.editions[0]), "z": year(lists.editions[-1])}
    y = {
        "c": year(int(lists.counts["edition_year"].min())),
        "d": year(int(lists.counts["edition_year"].max())),
    }
    return Finding(
        "data",
        TEXT.say("data.headline", **values, **y),
        sentences=(TEXT.say("data.sentences.what"),),
    )  # fmt: skip


def closing(lists: Lists) -> Finding:
    """What the lists cannot say."""
    return subjects.closing(
        TEXT.state(code, f"closing.{key}")
        for code, key in (("E1", "outcome"), ("E7", "beyond_ten"), ("E7", "regional"))
    )
