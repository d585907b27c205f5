"""Block -> what its columns become, its figures with their cells, what is left out and why, what has to be asked.

Nothing is guessed: a heading leads to an indicator by its words, a name to a place by the dictionary, and what the file does not
say comes from its sidecar or is asked for in one sentence. One table is read in four steps, each a class over the one before:
``keyed`` (which columns name the rows), ``stated`` (what holds for all of it), ``rowed`` (places and periods of its rows), and here its
figures: indicators in columns, in rows or in a column of names.
"""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, paths
from analysis.errors import DataError, Problem
from analysis.intake import labels, layout, readers, sidecar, words, yearly
from analysis.intake.grid import letters, plain, tight
from analysis.intake.keyed import Column
from analysis.intake.layout import Block
from analysis.intake.located import Located
from analysis.intake.rowed import Rowed
from analysis.intake.sniff import TEXT
from analysis.intake.stated import SERIAL, WHICH, scale
from analysis.intake.understood import Becomes, Understood, otherwise

NO_HEADING = "it has no heading"


def names_of_places() -> frozenset[str]:
    """Every name of a place, as names are compared."""
    return frozenset(
        tight(text).lower()
        for r in catalog.regions().values()
        for text in (r.code, r.name_zh, r.short_zh, r.name_en, r.name_en_full, *r.aliases)
    )


def understand(
    path: Path,
    answers: sidecar.Answers | None = None,
    again: Understood | None = None,
    learn: Callable[[dict[str, str]], dict[str, str]] | None = None,
) -> Understood:
    """What a file says. ``again``: what it was understood as with other answers; it is not opened a second time then. ``learn``: as
    in ``Understood``. Raises DataError when it cannot be read as a table at all; what is unclear stands in the result.
    """
    with _no_cycles():
        return _understood(path, answers, again, learn)


@contextmanager
def _no_cycles() -> Iterator[None]:
    """Without the search for cyclic garbage: the million lists of a large table hold none, and each search goes through them all."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _understood(
    path: Path, answers: sidecar.Answers | None, again: Understood | None, learn: Any
) -> Understood:
    kind, sheets = (again.kind, again.sheets) if again else readers.read(path)
    found = Understood(path, kind, answers or sidecar.read(path), sheets, learn=learn)
    known = names_of_places()

    def is_place(text: str) -> bool:
        return tight(text).lower() in known or tight(words.chinese_part(text)) in known

    before: Block | None = None
    parts: list[pd.DataFrame] = []
    for number, sheet in enumerate(sheets):
        found.remarks += sheet.remarks
        kept = again.blocks[number] if again and again.blocks else None
        if kept is None:
            kept = layout.blocks(sheet, is_place, before) if sheet.rows else []
        found.blocks.append(kept)
        for block in kept:
            before = block
            part = _Block(found, block, len(sheets) > 1, is_place).cells()
            if part is not None:
                parts.append(part)
    if parts:
        found.cells = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
        yearly.settle(found)
    if len(found.cells):
        return found
    if not found.problems and (
        not found.questions or found.columns and not any(b.what for b in found.columns)
    ):
        found.questions.clear()  # the answers would not help
        found.problems.append(_nothing(found))
    return found


def _nothing(found: Understood) -> Problem:
    unknown = [b for b in found.columns if not b.what and b.why]
    if unknown and all(b.why == NO_HEADING for b in unknown):
        return Problem(
            paths.relative(found.path),
            f"figures without a heading line: {len(unknown)} {'column' if len(unknown) == 1 else 'columns'}",
            "a line above the figures that says what each column is, such as 地区,年份,医院床位数(万张)",
            "write that line, or name the columns in the sidecar "
            f'([columns] "{letters(unknown[0].column)}" = "医院床位数", [units] or unit); '
            + otherwise(found.path),
        )
    if unknown and all(b.why.startswith(SERIAL) for b in unknown):
        return Problem(
            paths.relative(found.path),
            "numbers of days as headings: " + "; ".join(f"{b.heading} ({b.why})" for b in unknown[:3]),
            "years, such as 2023年",
            "write the year into each of these headings, or keep the file as the workbook that shows them as dates",
        )
    if unknown:
        shown = "; ".join(f"{b.heading} ({b.why})" for b in unknown[:3])
        fix = (
            f"`yigai add {paths.typed(found.path)} --new` (in a notebook new=True) takes headings under their own names; "
            f'or say which indicator a heading is: --column "{unknown[0].heading}=LABEL" (a label of data/indicators.csv); '
            + otherwise(found.path)
        )
        return Problem(
            paths.relative(found.path),
            f"no column that the dictionary knows: {shown}",
            "an indicator_zh of data/indicators.csv in at least one heading",
            fix,
        )
    left = found.left[0] if found.left else None
    what = (
        f"no figure that is kept ({left.what}: {left.why})" if left else "no row of figures below a heading"
    )
    if left is None and any(b.what for b in found.columns):
        return Problem(
            paths.relative(found.path),
            "signs for missing figures alone",
            "a figure in at least one cell",
            "fill the figures in, or keep the file out until they are published",
        )
    if left is not None and left.why.startswith("no indicator"):
        fix = (
            f"`yigai add {found.path.name} --new` (in a notebook new=True) takes rows under their own names, where their units are printed; "
            f'or name the indicator of a row in the sidecar ([columns] "{left.what}" = "..."); '
            + otherwise(found.path)
        )
        return Problem(paths.relative(found.path), what, "a table of figures", fix)
    fix = (
        "look at the file: a heading row, names in the first column and figures beside them are needed; "
        + ("a text in sentences goes to `yigai code`; " if found.kind.kind == TEXT and left is None else "")
        + otherwise(found.path)
    )
    return Problem(paths.relative(found.path), what, "a table of figures", fix)


class _Block(Rowed):
    """One table being understood."""

    def cells(self) -> pd.DataFrame | None:
        """The block's figures; None when nothing of it is kept."""
        if not self.figures:
            return None
        self._ragged()
        self._figures_over_rows()
        source = self.source()
        source_id = source.id if source else ""
        if "value" in self.keys:
            return self._long(source_id)
        columns = self._columns()
        if "indicator" in self.keys:
            return self._indicators_as_rows(columns, source_id)
        names = [c for c in columns if self._indicator_of(c, source_id)[0]]
        periods = [c for c in columns if c.period and not c.parts]
        if periods and not names:
            return self._periods(periods, columns, source_id)
        return self._wide(columns, source_id)

    def _periods(self, periods: list[Column], columns: list[Column], source_id: str) -> pd.DataFrame | None:
        """One indicator; a column is a period."""
        label, unit = self._one_indicator()
        if not label:
            return None
        label_only = label[: -len(f"({unit})")] if unit and plain(label).endswith(f"({unit})") else label
        key = labels.indicator(label, source_id) or labels.indicator(label_only, source_id)
        if not key:
            self._unknown_indicator(label)
            return None
        rows, place = self._named_rows()
        for column in columns:
            if column not in periods:
                self._no_period(column)
        parts = []
        for column in periods:
            own = self._unit(column.unit or unit, key, label_only, source_id)
            self._says(column.number, key, own, column.period)
            parts.append(self._frame(column.number, rows, place, key, column.period, own))
        return self._joined(parts)

    def _wide(self, columns: list[Column], source_id: str) -> pd.DataFrame | None:
        """A column is an indicator (at a period, where its heading names one too)."""
        understood = []
        label = self.answers.indicator or self.block.stated.get("indicator", "")
        for column in columns:
            key, why = self._indicator_of(column, source_id)
            key, why = self._titled(column, key, why, source_id)
            if not key and not why and label:
                key = labels.indicator(label, source_id)
                column = replace(column, unit=column.unit or words.unit_of(label))
            if key:
                understood.append((column, key))
            elif column.place and not why and not label:
                self._ask(*WHICH)  # a column is a place, a row a year
            else:
                self._out(column.number, why or NO_HEADING)
        if not understood:
            return None
        self._apart(understood)
        everywhere = "place" not in self.keys and all(column.place for column, _ in understood)
        rows, place = (self.figures, "") if everywhere else self._named_rows()
        parts = []
        for column, key in understood:
            own = column.unit or self._inherited(column.above, key)
            unit = self._unit(own, key, column.heading, source_id)
            period = self._period_of_rows(rows, column)
            where: object = place
            if column.place:
                where = self._place(words.chinese_part(column.place))
            self._says(column.number, key, unit, period if isinstance(period, str) else "year of its row")
            parts.append(self._frame(column.number, rows, where, key, period, unit))
        return self._joined(parts)

    def _apart(self, understood: list[tuple[Column, str]]) -> None:
        """Two columns that would become the same figures: one of the headings says less than a reader sees."""
        seen: dict[tuple[str, str, str], Column] = {}
        for column, key in understood:
            first = seen.setdefault((key, column.period, column.place), column)
            if first is not column:
                one, two = letters(first.number), letters(column.number)
                found = f"columns {one} ({first.heading}) and {two} ({column.heading}) both as {key}"
                fix = f'say which it is in the sidecar, and leave the other out: [columns] "{two}" = ""'
                self.found.problems.append(
                    Problem(paths.relative(self.found.path), found, "one column an indicator and period", fix)
                )

    def _indicators_as_rows(self, columns: list[Column], source_id: str) -> pd.DataFrame | None:
        """A row is an indicator; a column is a period or a place."""
        columns = [
            replace(
                c,
                parts=tuple(
                    p for p in c.parts if tight(words.chinese_part(p)).lower() not in words.SAYS_NOTHING
                ),
            )
            for c in columns
        ]
        stated = self._place_said()
        if not {"place", "institution"} & set(self.keys) and self._asks_whose():
            return None
        if not stated and "place" not in self.keys and not all(c.place for c in columns):
            self._ask("which place it is about", '--place "NAME"', 'place = "NAME"')
        codes = Located(self).codes() if "place" in self.keys else {}
        simple = self._row_indicators(source_id) if not all(c.parts for c in columns) else []
        parts = []
        for c in columns:
            kept = self._with_heading(c, source_id) if c.parts else simple
            if c.parts and not kept:
                self._out(
                    c.number, "its heading and the names of its rows make no indicator of the dictionary"
                )
                continue
            kept = [one for one in kept if "place" not in self.keys or codes.get(one[0])]
            code: object = np.array([codes.get(n, "") for n, _, _ in kept], dtype=object)
            if c.place or stated:
                code = self._place(words.chinese_part(c.place) if c.place else stated)
            rows = [n for n, _, _ in kept]
            period = self._period_of_rows(rows, c)
            said = f"{len(kept)} indicators, {c.place or stated} {c.period}"
            self.found.columns.append(Becomes(self.block.sheet.name, c.number, c.heading, said))
            keys = np.array([key for _, key, _ in kept], dtype=object)
            units = np.array([unit for _, _, unit in kept], dtype=object)
            parts.append(self._frame(c.number, rows, code, keys, period, units))
        return self._joined(parts)

    def _row_indicators(self, source_id: str) -> list[tuple[int, str, str]]:
        """(row, indicator, unit) of the rows that name an indicator; a part (#医院) without a unit has that of its whole."""
        column, unit_column = self.keys["indicator"], self.keys.get("unit")
        kept: list[tuple[int, str, str]] = []
        above = ""
        for n in self.figures:
            text = self.rows[n][column]
            said = self.answers.columns.get(plain(text))
            key = labels.indicator(said if said is not None else text, source_id)
            own = words.unit_of(text) or (plain(self.rows[n][unit_column]) if unit_column is not None else "")
            is_part = words.PART.match(plain(text))
            inherited, above = (above if is_part else ""), own or (above if is_part else "")
            if not key:
                near = labels.nearest(text)
                why = "left out as the sidecar says" if said == "" else "no indicator of the dictionary"
                self.leave(n, column, text, why + (f"; nearest {near}" if near and said is None else ""), own)
                continue
            own = own or self._inherited(inherited, key)
            kept.append((n, key, self._unit(own, key, plain(text), source_id)))
        return kept

    @staticmethod
    def _inherited(above: str, key: str) -> str:
        """The unit of the whole, for a part that prints none, where both are counted alike."""
        return above if above and scale(above, catalog.indicators()[key].unit) else ""

    def _with_heading(self, column: Column, source_id: str) -> list[tuple[int, str, str]]:
        """(row, indicator, unit) where a row's name and the heading say together what is counted: 医院 beside 诊疗人次数."""
        made = []
        for n in self.figures:
            name = re.sub("(?:合计|总计|小计)$", "", words.label(self.rows[n][self.keys["indicator"]]))
            key = labels.of_headings([name, *column.parts], source_id) if name else ""
            whole = labels.indicator(column.parts[-1], source_id)
            if key and key not in (labels.indicator(name, source_id), whole):
                made.append((n, key, self._unit(column.unit, key, column.heading, source_id)))
        return made

    def _long(self, source_id: str) -> pd.DataFrame | None:
        """A row is a figure: columns for place, indicator, period, value, unit."""
        rows, place = self._named_rows()
        texts = self._column("indicator", rows)
        if isinstance(texts, str):
            keys: object = labels.indicator(self.answers.indicator, source_id)
        else:
            scopes = self._column("publication", rows)
            keys = self._keys(texts, scopes, source_id, self._column("unit", rows))
        units = self._column("unit", rows)
        if isinstance(units, str):
            units = self._units_of(keys, source_id, texts)
        c = self.keys["value"]
        if len(rows):
            self.found.columns.append(
                Becomes(self.block.sheet.name, c, self._heading(c), "the figure of its row")
            )
        made = self._frame(c, rows, place, keys, self._period_of_rows(rows), units)
        named = made["indicator"] != ""
        return made if named.all() else made[named]

    def _keys(
        self, texts: np.ndarray, scopes: np.ndarray | str, source_id: str, units: np.ndarray | str
    ) -> np.ndarray:
        """The indicator of each row of a long table; what the dictionary does not know is one problem a label."""
        pairs = (
            list(zip(texts, scopes, strict=True))
            if isinstance(scopes, np.ndarray)
            else [(t, "") for t in texts]
        )
        found: dict[tuple[str, str], str] = {}
        counts = Counter(pairs)
        for text, publication in counts:
            try:
                scope = catalog.source_of(plain(publication)).id if publication else source_id
            except DataError:
                scope = source_id
            found[text, publication] = labels.indicator(self.answers.columns.get(plain(text), text), scope)
        unknown = [
            pair for pair, key in found.items() if not key and plain(pair[0]) not in self.answers.columns
        ]
        if unknown and self.found.learn is not None:
            first: dict[str, int] = {}
            for pair in unknown:
                first.setdefault(pair[0], pairs.index(pair))
            printed = isinstance(units, np.ndarray)
            learnt = self.found.learn({text: plain(units[n]) if printed else "" for text, n in first.items()})
            found |= {pair: learnt.get(pair[0], "") for pair in unknown}
        for pair in unknown:
            if not found[pair]:
                self._unknown_label(pair[0], pairs.index(pair), counts[pair])
        return np.array([found[pair] for pair in pairs], dtype=object)

    def _unknown_label(self, text: str, first: int, times: int) -> None:
        near = labels.nearest(text)
        fix = f"did you mean {near}? " if near else ""
        number = self.figures[first] if first < len(self.figures) else 0
        self.found.problems.append(
            Problem(
                f"{paths.relative(self.found.path)} row {number + 1} indicator_zh",
                f"'{plain(text)}'" + (f" (in {times} rows)" if times > 1 else ""),
                "an entry of data/indicators.csv",
                fix + f'correct it, or say [columns] "{plain(text)}" = "LABEL" in the sidecar',
            )
        )
