"""Statements of the documents about one place, as every theme on them uses them: read, counted, cited, listed, laid out for charts.ledger.

One row is one statement of `observations`. Results, commitments and targets never share a group; a bound stays a bound; minor
statements stand in the closing table only.

Longer than 400 lines because reading, counting, citing and listing statements follow one order of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis import catalog, known, tables, texts
from analysis.errors import refuse
from analysis.facts import Coverage, Fact, Reason, State, Text, derived, observed, style_of
from analysis.findings import Column, Finding, Table
from analysis.sentences import Sentence, words
from analysis.themes import naming, planned, subjects
from analysis.themes.naming import Row
from analysis.words import pick

TEXT = texts.of(__file__)

KINDS = {
    "exact": "actual",
    "range": "actual",
    "ratio": "actual",
    "more_than": "lower",
    "at_least": "lower",
    "at_most": "upper",
    "just_under": "upper",
    "about": "approximate",
}
# one row of charts.ledger
ENTRY = {
    "group": "",
    "label": "",
    "kind": "",
    "value": None,
    "text": "",
    "printed": "",
    "unit": "",
    "approximate": False,
    "due": "",
    "step": None,
    "note": "",
}
COLUMNS = ("who", "what", "number", "unit", "printed", "status", "period", "basis")
STATUSES = ("actual", "commitment", "target")
NOUN = TEXT.pair("words.noun")
UNDATED = TEXT.pair("words.undated")
# why a place has no page; a theme may say some of it in its own words, and E2 only so
REASONS = {
    "E6": TEXT.pair("reasons.E6"),
    "E3": TEXT.pair("reasons.E3"),
    "E1": TEXT.pair("reasons.E1"),
    "E0": (subjects.ABSENT.zh, subjects.ABSENT.en),
}


SPARSE = TEXT.pair("reasons.E4")
FEW = 3  # statements of a theme below which a place has no page of it: they stand among all that the documents print of the place


@dataclass(frozen=True)
class Statements(subjects.Subject):
    """A place and its statements: rows of `observations` in the order of the documents.

    ``row`` and ``fact`` give None where there is no statement. Their type leaves that open (``| Any``), since a finding asks
    ``having`` or ``together`` first and is silent without.
    """

    rows: pd.DataFrame

    @property
    def core(self) -> pd.DataFrame:
        """Statements with a number that carry the argument."""
        return self.rows[(self.rows["salience"] == "core") & (self.rows["quantifier"] != "unquantified")]

    def row(self, indicator: str) -> dict | Any:
        """The statement of an indicator that a sentence says; None where there is none.

        Of several, those with a number go before those without, those in the indicator's own unit before those in another (a share
        beside a count), results before targets and promises, and those about whom the first one is about before others; of what is left the newest is taken: the latest period, then the latest publication, then the
        last in the documents' order. The page's table of statements lists them all.
        """
        hit = self._newest_first(indicator)
        return hit.iloc[0].to_dict() if len(hit) else None

    def _newest_first(self, indicator: str) -> pd.DataFrame:
        hit = self.rows[self.rows["indicator"] == indicator]
        if len(hit) < 2:
            return hit
        whom, rows = about(hit), hit.to_dict("records")

        def rank(k: int) -> tuple:
            row = rows[k]
            says = (
                row["quantifier"] != "unquantified",
                in_own_unit(row),
                row["status"] == "actual",
                whom.iloc[k] == whom.iloc[0],
            )
            return *says, row["period_end"], known.stated(row["source_id"]), k

        return hit.iloc[sorted(range(len(hit)), key=rank, reverse=True)]

    def together(self, *keys: str) -> Statements | None:
        """The same with one statement of each indicator, for a number computed from them: in its own unit, all from one document and
        about the same body, of one period where there is such a set, the newest that has them all; None where none has. Numbers of two documents or
        of two bodies are never divided."""
        mine = self.rows[self.rows["indicator"].isin(keys) & (self.rows["quantifier"] != "unquantified")]
        mine = mine.loc[[in_own_unit(row) for row in mine.to_dict("records")]]
        found: list[tuple[tuple, Statements]] = []
        for same_period in (False, True):
            by = [mine["source_id"], about(mine), *([mine["period_end"]] if same_period else [])]
            for _, part in mine.groupby(by, sort=False):
                if set(part["indicator"]) != set(keys):
                    continue
                one = replace(self, rows=part)
                rows = [one.row(key) for key in keys]
                results = all(r["status"] == "actual" for r in rows)
                newest = max(r["period_end"] for r in rows), known.stated(rows[0]["source_id"])
                found.append(((results, same_period, *newest, len(found)), one))
        return max(found, key=lambda each: each[0])[1] if found else None

    def fact(self, indicator: str, *, signed: bool = False, decimals: int | None = None) -> Fact | Any:
        """The statement as a Fact (with its sign, for changes); None where there is none."""
        row = self.row(indicator)
        return None if row is None else replace(observed(row, decimals=decimals), signed=signed)

    def who(self, indicator: str) -> Text:
        """Whom the only statement of an indicator is about."""
        return who(self.row(indicator))

    def having(self, keys: Iterable[str]) -> list[str]:
        """Those of the indicators that have one statement with a number, in the order given."""
        return [
            key for key in keys if (row := self.row(key)) is not None and row["quantifier"] != "unquantified"
        ]


def in_own_unit(row: Row) -> bool:
    """Whether a statement is in the indicator's own unit: of hospitals online one may print a number, another a share."""
    return row["unit"] in ("", catalog.indicator(row["indicator"]).unit)


def unit_of(row: Row, lang: str) -> str:
    """The unit of a statement as the tables print it."""
    if in_own_unit(row):
        return catalog.indicator(row["indicator"]).unit_label(lang)
    return pick((row["unit"], catalog.unit_in_english(row["unit"]) or row["unit"]), lang)


def about(rows: pd.DataFrame) -> pd.Series:
    """Whom each statement is about, as one key: the body's id, else its name as printed, else the place."""
    return (
        rows["institution_id"].where(rows["institution_id"] != "", rows["institution"])
        + "@"
        + rows["region_code"]
    )


def coverage(
    themes: Iterable[str],
    about: Text,
    *,
    counts: Callable[[pd.DataFrame], pd.Series],
    codes: Iterable[str] | None = None,
    own: Mapping[str, Text] | None = None,
) -> Coverage:
    """Which places have a page: those with at least ``FEW`` statements of the themes for which ``counts`` holds; the others the state that fits.

    about: what the theme is about, for the reasons. codes: the places of the plan (default: all). own: this theme's words for a state,
    among them E2 where its statements without a number are directions.
    """
    rows, measures, mentioned = (
        tables.read("observations", theme=list(themes)),
        tables.read("measures"),
        subjects.mentioned(),
    )
    rows = rows[rows["source_id"].isin(subjects.documents())]
    held = rows.loc[counts(rows), "region_code"].value_counts()
    shown = set(held.index[held >= FEW])
    described = set(measures.loc[measures["theme"].isin(list(themes)), "region_code"])

    texts = REASONS | dict(own or {})

    def state(code: str) -> str:
        status = set(rows.loc[rows["region_code"] == code, "status"])
        if status and "actual" not in status:
            return "E6"
        if status and "E2" in texts:
            return "E2"
        if code in described or status:
            return "E3"
        return "E1" if code in mentioned else "E0"

    def reason(code: str) -> Reason:
        if code in held.index:
            return Reason("E4", *(text.format(about=what) for text, what in zip(SPARSE, about, strict=True)))
        key = state(code)
        if key == "E0" and "E0" not in (own or {}):
            return subjects.absent(code, mentioned)
        zh, en = (text.format(about=what) for text, what in zip(texts[key], about, strict=True))
        return Reason(key, zh, en)

    return {
        code: None if code in shown else reason(code)
        for code in (planned.codes() if codes is None else codes)
    }


def read(
    region_code: str, as_of: str, *, themes: Iterable[str], indicators: Iterable[str] = ()
) -> Statements:
    """Statements of a place on these themes, and on further indicators, from documents published by ``as_of`` (empty: all).

    Raises MethodError when there are none.
    """
    code = catalog.region(region_code).code
    parts = [tables.read("observations", region_code=code, theme=list(themes))]
    if indicators:
        parts.append(tables.read("observations", region_code=code, indicator=list(indicators)))
    rows = pd.concat(parts).drop_duplicates("observation_id").sort_values("observation_id", ignore_index=True)
    return at(code, rows[rows["source_id"].isin(subjects.documents())], as_of, about=", ".join(themes))


def at(code: str, rows: pd.DataFrame, as_of: str, *, about: str) -> Statements:
    """Those rows of a place whose source was published by ``as_of`` (empty: all). Raises MethodError when there are none; about: what, for the message."""
    rows = subjects.published(rows, as_of)
    if rows.empty:
        raise refuse(
            "statements.read",
            f"no statement on {about} for {code} by {as_of or 'now'}",
            "at least one",
            "see coverage() for the places that have a page",
        )
    return Statements(code, rows.reset_index(drop=True))


def who(row: Row) -> Text:
    """Who a statement is about, in both languages; the region where no institution is named."""
    return naming.named(row["institution_id"], row["institution"], row["region_code"])


SPELLED = dict(
    zip("123456789", ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), strict=True)
)


def said(indicator: str) -> Text:
    """The indicator's name inside a sentence: in English it begins small (not `SCI papers`), and the digits of a grade are spelled out, being no finding."""
    zh, en = naming.label(indicator)
    en = "".join(SPELLED.get(letter, letter) for letter in en)
    return zh, en[:1].lower() + en[1:] if en[1:2].islower() else en


def count(
    rows: pd.DataFrame, zh: str, en: str, whole: pd.DataFrame, *, of: str = "", unit: str = "项"
) -> Fact:
    """Number of statements (of distinct values of the column ``of``); ``whole`` is what an empty count was looked for in."""
    return derived(
        int(rows[of].nunique() if of else len(rows)),
        (zh, en),
        subjects.COUNTED,
        origin=subjects.behind(rows, whole),
        style="count",
        unit=unit,
        status="actual",
        **subjects.made(rows, of),
    )


def mark(fact: Fact) -> float:
    """Where a bar of the fact ends: its value, else its upper, else its lower bound."""
    return next(v for v in (fact.value, fact.high, fact.low) if v is not None)


def entry(group: str, row: dict, lang: str, **more: Any) -> dict:
    """One row of charts.ledger for a statement."""
    fact = observed(row)
    kind = row["status"] if row["status"] != "actual" else KINDS[row["quantifier"]]
    return (
        ENTRY
        | {
            "group": group,
            "label": pick(naming.label(row["indicator"]), lang),
            "kind": kind,
            "value": mark(fact),
            "text": fact.text(lang),
            "printed": row["as_printed"],
            "unit": row["unit"],
            "approximate": row["quantifier"] == "about",
        }
        | more
    )


def computed(group: str, label: str, fact: Fact, kind: str, lang: str, **more: Any) -> dict:
    """One row of charts.ledger for a computed number."""
    return (
        ENTRY
        | {
            "group": group,
            "label": label,
            "kind": kind,
            "value": mark(fact),
            "text": fact.text(lang),
            "unit": fact.unit,
        }
        | more
    )


def unpublished(group: str, label: str, unit: str, **more: Any) -> dict:
    """One row of charts.ledger for what was not published: a dashed box, never a zero."""
    return ENTRY | {"group": group, "label": label, "kind": "unpublished", "unit": unit} | more


def ledger_rows(rows: Iterable[dict]) -> pd.DataFrame:
    """Rows of charts.ledger as a frame, also when there are none."""
    return pd.DataFrame(list(rows), columns=list(ENTRY)).astype({"value": float})


def period_text(row: Row, lang: str) -> str:
    """`2022-01-01 – 2022-12-31`, one day once; `截至 2023-03-03` / `up to 2023-03-03` without a printed start, `2018-01-01 起` / `from 2018-01-01`
    without an end, `未注明日期` / `no date printed` without either."""
    start, end = row["period_start"], row["period_end"]
    if start and end:
        return end if start == end else f"{start} – {end}"
    if end:
        return TEXT.text("period_text.text", lang, end=end)
    if start:
        return TEXT.text("period_text.text_2", lang, start=start)
    return TEXT.text("period_text.text_3", lang)


def _with_unit(row: Row) -> Fact:
    """A statement whose number names its unit where the table has no column of units: days and multiples print bare elsewhere."""
    unit = row["unit"] or catalog.indicator(row["indicator"]).unit
    return observed(row, style="count" if unit and style_of(unit) in ("days", "number") else "")


def frame(rows: pd.DataFrame, *, units: bool = True) -> pd.DataFrame:
    """Statements as the tables print them, one row each, text columns in both languages. ``units``: a column of their own names them."""
    said = observed if units else _with_unit
    lines = []
    for row in rows.to_dict("records"):
        line = {
            "number": None if row["quantifier"] == "unquantified" else said(row),
            "printed": row["as_printed"],
            "reading": row["repaired_reading"],
            "statement": row["observation_id"],
        }
        for i, (lang, end) in enumerate((("zh", ""), ("en", "_en"))):
            line |= {
                f"who{end}": who(row)[i],
                f"what{end}": naming.label(row["indicator"])[i],
                f"unit{end}": unit_of(row, lang),
                f"status{end}": naming.term(f"status_{row['status']}")[i],
                f"period{end}": period_text(row, lang),
                f"basis{end}": catalog.term(f"period_basis_{row['period_basis']}", lang),
                f"source{end}": catalog.source(row["source_id"]).title(lang),
            }
        lines.append(line)
    return pd.DataFrame(lines).astype({"number": object})


def table(id: str, caption: Text, rows: pd.DataFrame, *more: str, first: tuple[str, ...] = COLUMNS) -> Table:
    """A printed table of statements. first: its columns; more: further ones (reading, source, statement)."""
    columns = {
        "who": TEXT.column("table.columns.who", "name"),
        "what": TEXT.column("table.columns.what", "name"),
        "number": TEXT.column("table.columns.number", "number", source_ids=subjects.sources(rows)),
        "unit": TEXT.column("table.columns.unit", "text"),
        "printed": TEXT.column("table.columns.printed", "text"),
        "status": TEXT.column("table.columns.status", "text"),
        "period": TEXT.column("table.columns.period", "text"),
        "basis": TEXT.column("table.columns.basis", "text"),
        "reading": TEXT.column("table.columns.reading", "text"),
        "source": TEXT.column("table.columns.source", "text"),
        "statement": TEXT.column("table.columns.statement", "code"),
    }
    shown = frame(rows, units="unit" in (*first, *more))
    return Table(id, caption, shown, tuple(columns[key] for key in (*first, *more)))


def facts_table(
    id: str, caption: Text, lines: Iterable[tuple[Text, Fact]], heads: tuple[Text, Text]
) -> Table:
    """A printed table of computed numbers: (what, Fact) a row. heads: labels of the two columns."""
    lines = list(lines)
    shown = pd.DataFrame(
        {
            "what": [zh for (zh, _), _ in lines],
            "what_en": [en for (_, en), _ in lines],
            "number": [fact for _, fact in lines],
        }
    ).astype({"number": object})
    sources = tuple(sorted({s for _, fact in lines for s in fact.source_ids}))
    return Table(
        id,
        caption,
        shown,
        (Column("what", heads[0], "name"), Column("number", heads[1], "number", source_ids=sources)),
    )


def cut_off(st: Statements) -> list[State]:
    """The state of a place in whose section a document breaks off: the last statement before the cut is the place's own."""
    cuts = tables.read("anomalies", type="truncated")
    for source in sorted(set(cuts["source_id"]) & set(st.rows["source_id"])):
        last = tables.read("observations", source_id=source).sort_values("observation_id").iloc[-1]
        if last["region_code"] == st.code:
            return [
                TEXT.state(
                    "E9",
                    "cut_off.states.E9",
                    place=st.place,
                )
            ]
    return []


def data(st: Statements, about: Text | None = None, *, noun: Text = NOUN, undated: Text = UNDATED) -> Finding:
    """What is held: one row a document, statements by status.

    about: what the theme is about, where the noun (what the page calls a statement) does not say it. undated: the sentence on statements
    without a printed start.
    """
    rows = st.rows
    subject = TEXT.pair("data.subject", about=about, noun=noun) if about else TEXT.pair("data.of", noun=noun)
    n = {
        s: count(
            rows[rows["status"] == s],
            *TEXT.pair("data.facts.n", term=naming.term(f"status_{s}")),
            rows,
            unit="条",
        )
        for s in STATUSES
    }
    grouped = list(rows.groupby("source_id"))
    shown = pd.DataFrame(
        {
            "source": [naming.title(s)[0] for s, _ in grouped],
            "source_en": [naming.title(s)[1] for s, _ in grouped],
            "published": [catalog.source(s).published for s, _ in grouped],
            **{status: [int((part["status"] == status).sum()) for _, part in grouped] for status in STATUSES},
            "open": [int((part["period_start"] == "").sum()) for _, part in grouped],
        }
    )
    number: dict[str, Any] = dict(
        style="number", unit=("条", "number"), formula=subjects.COUNTED, source_ids=subjects.sources(rows)
    )
    n["open"] = count(
        rows[rows["period_start"] == ""],
        *TEXT.pair("data.facts.n_open"),
        rows,
        unit="条",
    )
    sentences = [
        TEXT.say(
            "data.sentences.apart",
        )
    ]
    if n["open"].value:
        sentences.append(words("open", *undated, u=n["open"]))
    values = {
        "place": st.place,
        "what": subject,
        "n": count(rows, *TEXT.pair("data.facts.held", noun=noun), rows, unit="条"),
        "a": n["actual"],
        "c": n["commitment"],
        "t": n["target"],
    }
    return Finding(
        "data",
        TEXT.say(
            "data.headline",
            **values,
        ),
        sentences=tuple(sentences),
        tables=(
            Table(
                "held",
                TEXT.pair("data.caption", noun=(noun[0], noun[1].capitalize())),
                shown,
                (
                    TEXT.column("data.columns.source", "name"),
                    TEXT.column("data.columns.published", "text"),
                    *(Column(s, naming.term(f"status_{s}"), **number) for s in STATUSES),
                    TEXT.column("data.columns.open", **number),
                ),
            ),
        ),
    )


def every(st: Statements, *, noun: Text = NOUN, sentences: tuple[Sentence, ...] = ()) -> Finding:
    """Every statement as printed. noun: what the page calls a statement."""
    n = count(st.rows, *TEXT.pair("data.facts.held", noun=noun), st.rows, unit="条")
    what = noun[0], noun[1].capitalize()
    return Finding(
        "all",
        TEXT.say("all.headline", what=noun, n=n),
        sentences=sentences,
        tables=(
            table("all", TEXT.pair("all.tables_all", what=what), st.rows, "reading", "source", "statement"),
        ),
    )
