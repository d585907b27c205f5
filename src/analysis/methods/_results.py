"""What every result object can do: a table of estimates, a printed summary, HTML in two languages, LaTeX, Word, a short repr.

A result has the fields ``estimate, se, low, high, n, clusters, convention`` (NaN or None where the method has none), and where it applies
``p``, ``level``, ``dropped`` and ``notes``. ``plot()`` hands ``to_rows`` to ``coefficients`` of the module named by ``CHARTS``, looked up when a
figure is asked for: the methods stand below the charts and work without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pandas as pd

from analysis.methods._said import in_language, joined, row
from analysis.words import nth

COLUMNS = ("estimate", "se", "low", "high", "p")
WORDS = {
    "estimate": ("估计值", "Estimate"),
    "se": ("标准误", "Std. error"),
    "low": ("下限", "Low"),
    "high": ("上限", "High"),
    "p": ("p 值", "p"),
    "n": ("样本量", "Observations"),
    "clusters": ("聚类数", "Clusters"),
    "dropped": ("因缺失略去", "Left out, missing"),
    "convention": ("推断方法", "Inference"),
    "notes": ("说明", "Notes"),
    "level": ("区间水平", "Interval level"),
}
_COLON = ("：", ": ")
NONE = "—"
CHARTS = "analysis.charts"


@dataclass(frozen=True)
class Summary:
    """Text and HTML of a summary; ``print(result.summary())`` and Jupyter both show it."""

    text: str
    html: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def printed(value: object, digits: int = 4, lang: str = "en") -> str:
    """A number for a summary: significant digits, a dash for none; words in the language asked for."""
    if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return NONE
    if isinstance(value, (int, np.integer)):
        return str(value)
    if isinstance(value, (float, np.floating)):
        return "inf" if value == np.inf else "-inf" if value == -np.inf else f"{value:.{digits}g}"
    return in_language(value, lang) if isinstance(value, str) else str(value)


class Result:
    """Base of the result objects; a class names itself by ``title`` (Chinese, English)."""

    title: tuple[str, str] = ("估计结果", "Estimate")

    def to_frame(self) -> pd.DataFrame:
        """One row a coefficient (or period, group): columns estimate, se, low, high, p, those that the method has."""
        table = getattr(self, "table", None)
        if isinstance(table, pd.DataFrame) and "estimate" in table:
            return table[[name for name in COLUMNS if name in table]].copy()
        values = {name: getattr(self, name, np.nan) for name in COLUMNS}
        if isinstance(values["estimate"], pd.Series):
            return pd.DataFrame(values)
        return pd.DataFrame(
            {name: [value] for name, value in values.items()}, index=["estimate"], dtype=float
        )

    def to_rows(self) -> pd.DataFrame:
        """``to_frame`` with the names in the column "label": what ``charts.coefficients`` draws."""
        frame = self.to_frame()
        names = [", ".join(map(str, n)) if isinstance(n, tuple) else str(n) for n in frame.index]
        frame.insert(0, "label", names)
        return frame.reset_index(drop=True)

    def plot(self, lang: str = "en") -> Any:
        """The estimates with their intervals as a figure in the project's look, one row a coefficient, zero marked.

        Raises MethodError for another language, and for a result without an interval.
        """
        from analysis.errors import refuse
        from analysis.methods._inputs import choice

        choice("plot", "lang", lang, ("zh", "en"))
        rows = self.to_rows()
        if not {"low", "high"} <= set(rows) or rows[["low", "high"]].isna().all(axis=None):
            found = f"a {type(self).__name__} without an interval"
            raise refuse("plot", found, "estimates with low and high", "print its summary() instead")
        return import_module(CHARTS).coefficients(rows, lang=lang)

    def facts(self) -> dict[str, object]:
        """What stands above the table of a summary: numbers and words by name."""
        found = {}
        for name in ("n", "clusters", "dropped", "level", "convention", "notes"):
            value = getattr(self, name, None)
            if value is None or (name in ("dropped", "notes") and not value):
                continue
            found[name] = joined(value) if isinstance(value, tuple) else value
        return found

    def summary(self, lang: str = "en") -> Summary:
        """The result as a page of text (and HTML in a notebook), in Chinese ("zh") or English ("en")."""
        from analysis.methods._inputs import choice

        choice("summary", "lang", lang, ("zh", "en"))
        side = nth(lang)
        frame = self.to_frame()
        head = [WORDS[name][side] for name in frame]
        body = [
            [row(label, lang), *map(printed, values)]
            for label, values in zip(frame.index, frame.to_numpy(), strict=True)
        ]
        facts = [(WORDS[name][side], printed(value, lang=lang)) for name, value in self.facts().items()]
        text = "\n".join(_as_text(self.title[side], facts, head, body, _COLON[side]))
        return Summary(text, _as_html(self.title[side], facts, head, body))

    def to_latex(self, lang: str = "en", digits: int = 3) -> str:
        """A LaTeX table (booktabs) of ``to_frame``, the inference in a note below it."""
        from analysis.methods._inputs import choice, count

        choice("to_latex", "lang", lang, ("zh", "en"))
        count(digits, "to_latex, digits", 0)
        side = nth(lang)
        frame = self.to_frame()
        lines = [
            r"\begin{tabular}{l" + "r" * frame.shape[1] + "}",
            r"\toprule",
            " & ".join(["", *(WORDS[name][side] for name in frame)]) + r" \\",
            r"\midrule",
        ]
        for label, values in zip(frame.index, frame.to_numpy(), strict=True):
            cells = [NONE if np.isnan(v) else f"{v:.{digits}f}" for v in values.astype(float)]
            lines.append(" & ".join([_latex(row(label, lang)), *(_minus(c) for c in cells)]) + r" \\")
        lines += [r"\bottomrule"]
        for name, value in self.facts().items():
            note = _latex(f"{WORDS[name][side]}{_COLON[side]}{printed(value, lang=lang)}")
            lines.append(rf"\multicolumn{{{frame.shape[1] + 1}}}{{l}}{{\footnotesize {note}}} \\")
        return "\n".join([*lines, r"\end{tabular}"])

    def to_docx(self, path: str | Path, lang: str = "en", digits: int = 3) -> Path:
        """Write ``to_frame`` as a table of a Word document, title above and inference below; the same result gives the same bytes.

        Raises MethodError for another ending than .docx, another language, or digits below 0.
        """
        from docx import Document

        from analysis.errors import refuse
        from analysis.methods._inputs import choice, count

        choice("to_docx", "lang", lang, ("zh", "en"))
        count(digits, "to_docx, digits", 0)
        path = Path(path)
        if path.suffix != ".docx":
            raise refuse("to_docx", path.name, "a name that ends in .docx", "change the ending")
        side, frame = nth(lang), self.to_frame()
        document = Document()
        document.add_paragraph(self.title[side], style="Caption")
        table = document.add_table(rows=1, cols=1 + frame.shape[1], style="Light List")
        for cell, name in zip(table.rows[0].cells, ["", *frame], strict=True):
            cell.text = WORDS[name][side] if name else ""
        for label, values in zip(frame.index, frame.to_numpy(), strict=True):
            cells = [
                NONE if np.isnan(v) else f"{v:.{digits}f}".replace("-", "\u2212")
                for v in values.astype(float)
            ]
            for cell, text in zip(table.add_row().cells, [row(label, lang), *cells], strict=True):
                cell.text = text
        for name, value in self.facts().items():
            document.add_paragraph(f"{WORDS[name][side]}{_COLON[side]}{printed(value, lang=lang)}")
        held = BytesIO()
        document.save(held)
        with ZipFile(held) as made, ZipFile(path, "w", ZIP_DEFLATED) as fixed:
            for name in sorted(made.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
                fixed.writestr(ZipInfo(name), made.read(name), ZIP_DEFLATED)  # ZipInfo: a fixed date
        return path

    def _repr_html_(self) -> str:
        both = self.summary("zh").html, self.summary("en").html
        return f'<div lang="zh">{both[0]}</div><div lang="en">{both[1]}</div>'

    def __repr__(self) -> str:
        name = type(self).__name__
        frame = self.to_frame()
        estimate = getattr(self, "estimate", None)
        if isinstance(estimate, pd.Series) or estimate is None:
            return f"{name}({len(frame)} estimates, n={getattr(self, 'n', NONE)})"
        parts = [
            f"{key}={printed(getattr(self, key))}"
            for key in COLUMNS[:4]
            if getattr(self, key, None) is not None
        ]
        return f"{name}({', '.join(parts)}, n={getattr(self, 'n', NONE)})"

    __str__ = __repr__


def _as_text(
    title: str, facts: list[tuple[str, str]], head: list[str], body: list[list[str]], colon: str
) -> list[str]:
    columns = list(zip(["", *head], *body, strict=True)) if body else [[name] for name in ["", *head]]
    widths = [max(map(_width, column)) for column in columns]
    rule = "=" * max(sum(widths) + 2 * len(widths), _width(title))
    lines = [title, rule]
    lines += [f"{name}{colon}{value}" for name, value in facts]
    lines.append("-" * len(rule))
    for line in [["", *head], *body]:
        cells = [_pad(cell, w, left=i == 0) for i, (cell, w) in enumerate(zip(line, widths, strict=True))]
        lines.append("  ".join(cells).rstrip())
    return [*lines, rule]


def _as_html(title: str, facts: list[tuple[str, str]], head: list[str], body: list[list[str]]) -> str:
    names = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for label, *cells in body
    )
    return (
        f"<table><caption>{escape(title)}</caption><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        f"<dl>{names}</dl>"
    )


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)


def _pad(text: str, width: int, left: bool) -> str:
    fill = " " * (width - _width(text))
    return text + fill if left else fill + text


def _minus(cell: str) -> str:
    return f"${cell}$" if cell.startswith("-") else cell


def _latex(text: str) -> str:
    marks = {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": "$<$",
        ">": "$>$",
    }
    return "".join(marks.get(c, "\\" + c if c in "&%$#_{}" else c) for c in text)
