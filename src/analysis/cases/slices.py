"""The data of a case: the rows that its notebooks read, as files for a spreadsheet, and the codebook that explains them.

What goes in follows from the record of reading (``tables.reads``), so that a case keeps no list of its own. Columns of this project's
judgement stay out: they compute and judge what exercises ask for. A column that codebook.csv does not explain is refused; so is, by
that, a table of computed values.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd

from analysis import catalog, tables, words
from analysis.errors import DataError, Problem
from analysis.told import Read
from analysis.words import nth

FOLDER = "data"
SOURCES, CODEBOOK = f"{FOLDER}/sources.csv", f"{FOLDER}/codebook.md"
BOM = "\ufeff"  # without it a spreadsheet reads Chinese in the system's own encoding
JUDGED = frozenset(
    {
        "note",
        "measurable_definition",
        "evidence_in_seeds",
        "evidence_observation_ids",
        "evidence_grade",
        "outside_data_needed",
    }
)
# what a row takes from the observation it was coded from
FROM_OBSERVATION = ("as_printed", "status", "period_start", "period_end", "period_basis")
# columns whose codes the glossary knows -> beginnings of its terms
VOCABULARIES = {
    "status": ("status_", "measure_"),
    "period_basis": ("period_basis_",),
    "quantifier": ("quantifier_",),
    "source_grade": ("grade_",),
    "theme": ("theme_",),
    "category": ("category_",),
    "n_basis": ("basis_",),
}


def rows(reads: Iterable[Read]) -> dict[str, pd.DataFrame]:
    """Rows of each table that were read, each once, in key order. ``reads``: as ``tables.reads`` returns them."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for record in reads:
        parts.setdefault(record.table, []).append(tables.read(record.table, **record.selection))
    keys = {name: list(tables.spec(name).key) for name in parts}
    return {
        name: pd.concat(parts[name]).drop_duplicates(keys[name]).sort_values(keys[name], ignore_index=True)
        for name in sorted(parts)
    }


@lru_cache(maxsize=1)
def meanings() -> dict[tuple[str, str], tuple[str, str]]:
    """(table, or empty for every table; column) -> what it means, (zh, en)."""
    with (Path(__file__).parent / "codebook.csv").open(encoding="utf-8", newline="") as file:
        return {(row["table"], row["column"]): (row["zh"], row["en"]) for row in csv.DictReader(file)}


def meaning(table: str, column: str) -> tuple[str, str]:
    """What a column of a file means, (zh, en). Raises DataError for one that codebook.csv does not explain."""
    known = meanings()
    found = known.get((table, column)) or known.get(("", column))
    if found is None:
        raise DataError(
            Problem(
                f"data of the case, {table}.csv, column {column}",
                "no meaning",
                "a line in src/analysis/cases/codebook.csv",
                "explain the column, or read another table",
            )
        )
    return found


def handed_out(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without the project's judgements and with the names that its codes stand for."""
    frame = frame.drop(columns=[column for column in frame if column in JUDGED])
    if name != "observations" and "observation_id" in frame:
        printed = tables.read("observations", observation_id=frame["observation_id"]).set_index(
            "observation_id"
        )
        for column in FROM_OBSERVATION:
            if column not in frame:
                frame[column] = frame["observation_id"].map(printed[column]).fillna("")
    if "indicator" in frame:
        for lang in ("en", "zh"):
            frame.insert(
                frame.columns.get_loc("indicator") + 1,
                f"indicator_{lang}",
                [catalog.indicator(key).label(lang) for key in frame["indicator"]],
            )
    for lang in ("en", "zh"):
        frame.insert(
            frame.columns.get_loc("source_id") + 1,
            f"source_title_{lang}",
            [catalog.source(key).title(lang) for key in frame["source_id"]],
        )
    return frame


def _text(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _csv(frame: pd.DataFrame) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [
            list(frame),
            *([_text(value) for value in row] for row in frame.astype(object).itertuples(index=False)),
        ]
    )
    return BOM + text.getvalue()


def _sources(frames: Iterable[pd.DataFrame]) -> list[catalog.Source]:
    return [catalog.source(key) for key in sorted({key for frame in frames for key in frame["source_id"]})]


def as_of(reads: Iterable[Read]) -> str:
    """Date of the newest source of the rows, ISO text."""
    return max(source.published for source in _sources(rows(reads).values()))


def files(reads: Iterable[Read]) -> dict[str, str]:
    """Path in the pack -> content: one CSV a table, the sources, the codebook.

    Raises DataError for a column without a meaning, MethodError for a table or selection that does not exist.
    """
    held = {name: handed_out(name, frame) for name, frame in rows(reads).items()}
    sources = _sources(held.values())
    fields = (
        "source_id",
        "title_zh",
        "title_en",
        "producer_zh",
        "producer_en",
        "published",
        "published_basis",
        "grade",
        "url",
        "licence_note_zh",
        "licence_note_en",
        "caveats_zh",
        "caveats_en",
    )
    made = {f"{FOLDER}/{name}.csv": _csv(frame) for name, frame in held.items()}
    made[SOURCES] = _csv(pd.DataFrame([{key: getattr(source, key) for key in fields} for source in sources]))
    made[CODEBOOK] = "\n\n".join(_codebook(held, lang) for lang in catalog.LANGS) + "\n"
    return made


TEXT = words.catalogue(Path(__file__).with_name("cases.toml"))
WORDS = {
    lang: {key: words.pick(pair, lang) for key, pair in TEXT.group("slices").items()} for lang in words.LANGS
}


def _codebook(held: Mapping[str, pd.DataFrame], lang: str) -> str:
    i, w = nth(lang), WORDS[lang]
    parts = [w["title"], w["what"]]
    parts.append(
        _table(
            (w["file"], w["rows"], w["row"]),
            [(f"`{name}.csv`", str(len(frame)), meaning(name, "")[i]) for name, frame in held.items()],
        )
    )
    files_of: dict[tuple[str, str], list[str]] = {}
    for name, frame in held.items():
        for column in frame:
            files_of.setdefault((column, meaning(name, column)[i]), []).append(name)
    parts += [
        w["columns"],
        _table(
            (w["column"], w["file"], w["meaning"]),
            [(f"`{column}`", ", ".join(names), said) for (column, said), names in files_of.items()],
        ),
    ]
    used = [
        (column, code)
        for column in VOCABULARIES
        for code in sorted(
            {
                code
                for frame in held.values()
                if column in frame
                for code in frame[column]
                if code and any(key + str(code) in catalog.terms() for key in VOCABULARIES[column])
            }
        )
    ]
    parts += [
        w["words"],
        _table(
            (w["column"], w["code"], w["word"]),
            [(f"`{column}`", f"`{code}`", _word(column, code, lang)) for column, code in used],
        ),
    ]
    parts += [
        w["licence"],
        w["rights"],
        "\n".join(
            f"- `{s.source_id}` {s.producer(lang)}: {s.title(lang)}"
            + (f", {s.published}" if s.published else "")
            for s in _sources(held.values())
        ),
    ]
    return "\n\n".join(parts)


def _word(column: str, code: str, lang: str) -> str:
    return catalog.term(
        next(
            (key + code for key in VOCABULARIES[column] if key + code in catalog.terms()),
            VOCABULARIES[column][0] + code,
        ),
        lang,
    )


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |"
        for line in (head, ("---",) * len(head), *lines)
    )
