"""What comes back from a question: a title, a table, perhaps a figure, notes, and the rows with their sources; it shows itself.

In JupyterLab it is HTML that takes the theme's colours (light or dark) and the figure as SVG on white; elsewhere a text.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis import catalog, paths, words
from analysis.charts import Drawing
from analysis.errors import refuse
from analysis.words import pick

SHOWN = 40
TEXT = words.catalogue(Path(__file__).with_name("lab.toml"))
WORDS = TEXT.group("answers")
CITED = ("source_id", "source_title_zh", "source_title_en", "producer_zh", "producer_en", "locator", "source_grade")  # fmt: skip
STYLE = "max-width:100%;background:#fff;color:#1b1b1b;padding:6px;border-radius:4px"


@dataclass(frozen=True)
class Answer:
    """An answer in one language.

    title: what was asked. frame: the table as shown (cells are text). rows: the rows of `observations` behind it. drawings: figures.
    notes: what limits the reading.
    """

    title: str
    frame: pd.DataFrame
    rows: pd.DataFrame
    lang: str
    drawings: tuple[Drawing, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Ids of the sources behind it, in order."""
        return tuple(dict.fromkeys(self.rows["source_id"])) if "source_id" in self.rows else ()

    @property
    def headline(self) -> str:
        """The title, marked while internal figures are shown: whether a row is one cannot be told by its look."""
        return f"{self.title} [{self._word('internal')}]" if paths.internal() else self.title

    def _word(self, key: str, **values: object) -> str:
        return pick(WORDS[key], self.lang).format(**values)

    def sources(self) -> list[str]:
        """Each source: producer, title, grade."""
        found = [catalog.source(one) for one in self.source_ids]
        return [f"{s.producer(self.lang)}, {s.title(self.lang)} [{s.id}, {s.grade}]" for s in found]

    def __repr__(self) -> str:
        body = self.frame.head(SHOWN).to_string(index=False) if len(self.frame) else self._word("none")
        return "\n".join([self.headline, "", body, *self.notes, *self.sources()])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(str(c))}</th>" for c in self.frame.columns)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(c))}</td>" for c in row) + "</tr>"
            for row in self.frame.head(SHOWN).itertuples(index=False)
        )
        more = len(self.frame) - SHOWN
        figures = "".join(f'<div style="{STYLE}">{one.svg("wide")}</div>' for one in self.drawings)
        notes = [*self.notes, *([self._word("more", n=more)] if more > 0 else [])]
        listed = "".join(f"<li>{html.escape(one)}</li>" for one in self.sources())
        return (
            f"<section lang='{pick(('zh-Hans', 'en'), self.lang)}'><h4>{html.escape(self.headline)}</h4>{figures}"
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            + "".join(f"<p><small>{html.escape(one)}</small></p>" for one in notes)
            + (
                f"<p><small>{self._word('sources')}</small></p><ul><small>{listed}</small></ul>"
                if listed
                else ""
            )
            + "</section>"
        )

    def png(self, path: str | Path) -> Path:
        """Write the (first) figure with its title as a picture. Raises MethodError when there is none."""
        if not self.drawings:
            raise refuse(
                "Answer.png", "no figure", "an answer with a figure", "ask for a trend, a rank or a map"
            )
        path = Path(path)
        path.write_bytes(self.drawings[0].png(self.headline, "", "; ".join(self.sources())))
        return path

    def download(self, path: str | Path) -> Path:
        """Write the rows behind it as CSV or XLSX, each with source, place in it and grade. Raises MethodError for another ending."""
        path, rows = Path(path), self.rows.copy()
        if not path.parent.is_dir():
            raise refuse("download", str(path.parent), "a folder that exists", "make it, or name another one")
        for column in ("title_zh", "title_en"):
            rows[f"source_{column}"] = [getattr(catalog.source(s), column) for s in rows["source_id"]]
        for column in ("producer_zh", "producer_en"):
            rows[column] = [getattr(catalog.source(s), column) for s in rows["source_id"]]
        rows = rows[[*(c for c in rows if c not in CITED), *CITED]]
        if path.suffix == ".csv":
            rows.to_csv(path, index=False, encoding="utf-8-sig")
        elif path.suffix == ".xlsx":
            rows.to_excel(path, index=False)
        else:
            raise refuse("download", path.name, "a name that ends in .csv or .xlsx", "change the ending")
        return path


def listed(title: str, parts: Sequence[tuple[str, pd.DataFrame]], lang: str) -> str:
    """Several short tables under one title, as HTML."""
    out = [f"<section><h4>{html.escape(title)}</h4>"]
    for name, frame in parts:
        head = "".join(f"<th>{html.escape(str(c))}</th>" for c in frame.columns)
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(str(c))}</td>" for c in row) + "</tr>" for row in frame.itertuples(index=False))  # fmt: skip
        out.append(f"<h5>{html.escape(name)}</h5><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")  # fmt: skip
    return "".join(out) + "</section>"
