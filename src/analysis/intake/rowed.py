"""The rows of a table with their places and periods, and a column of figures as a frame of cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, paths
from analysis.clean import places
from analysis.clean.numbers import SCALES
from analysis.errors import DataError, Problem
from analysis.intake import layout, words
from analysis.intake.grid import cell_name, plain, tight
from analysis.intake.keyed import Column
from analysis.intake.located import Located
from analysis.intake.stated import Stated
from analysis.intake.understood import CELLS

_HOSPITAL = re.compile(
    r"^(?:附件\d*[::]?|表\d*[::]?)?(?:\d{4}年度?)?(?P<name>[\u4e00-\u9fff]{2,24}?(?:医院|卫生院|保健院|医疗中心))"
    r"(?=\d{4}|[12一二三四上下]|年|月|季度|运营|经营|医疗|业务|工作|各科|科室|主要|统计|情况|报表|数据|$)"
)
_KIND_OF_HOSPITALS = re.compile(
    r"^(?:我国|全国|全省|全市|全县|全区|各|公立|民营|社会办|综合|中医|专科|妇幼|儿童|精神|传染病|县级|市级|省级|市属|省属|区属|县属|二级|三级|基层|乡镇|部分|医院|其他|"
    r"[\u4e00-\u9fff]{2,8}(?:省|市|县|区|州)(?:各|公立|民营|县级|市级|省级|市属|综合|二级|三级|乡镇|医疗|及以上|及)[\u4e00-\u9fff]*)"
)
_OURS = re.compile("本院|我院")
# 2023年比2022年增长(%), 2023年为2022年%: a heading between years that is no year itself
COMPARES = re.compile(r"\d{4}年?[末底]?\s*(?:比|较|为)|增长|增减|增速|±")


class Rowed(Stated):
    """A table whose rows are dated and placed."""

    def _column(self, kind: str, rows: list[int]) -> np.ndarray | str:
        """The texts of a key column, or "" when there is none."""
        if kind not in self.keys:
            return ""
        c = self.keys[kind]
        return np.array([self.rows[n][c] for n in rows], dtype=object)

    def _named_rows(self) -> tuple[list[int], np.ndarray | str]:
        """The rows that are kept and the code of each row's place."""
        if "place" not in self.keys and "code" not in self.keys:
            if "institution" in self.keys:
                return self.figures, self._hospital_places()
            stated = self._place_said()
            if self._asks_whose():
                return self.figures, ""
            if not stated:
                self._ask("which place it is about", '--place "NAME"', 'place = "NAME"')
                return self.figures, ""
            code = self._place(stated)
            return self.figures, code if isinstance(code, str) else ""
        codes = Located(self).codes()
        kept = [n for n in self.figures if codes.get(n)]
        return kept, np.array([codes[n] for n in kept], dtype=object)

    def _asks_whose(self) -> bool:
        """Ask whose figures these are where a title names a hospital and no column does: they are not the place's."""
        own = "" if self.answers.read_as or self.answers.hospital else _hospital_in(self.block.titles)
        if own:
            whose = "NAME" if _OURS.fullmatch(own) else own
            self._ask(
                f"whose figures these are: its title names {own}, no column does",
                f'--hospital "{whose}"',
                f'hospital = "{whose}" (where they are the whole place\'s: read_as = "yearbook", or --as yearbook)',
            )
        return bool(own)

    def _hospital_places(self) -> np.ndarray | str:
        """The place of each hospital: what is said for the file, else the dictionary's."""
        if stated := self._place_said():
            code = self._place(stated)
            return code if isinstance(code, str) else ""
        known: dict[str, str] = {}
        made = []
        for n in self.figures:
            text = plain(self.rows[n][self.keys["institution"]])
            if text not in known:
                entry = catalog.institution_of(text)
                known[text] = entry.region_code if entry else ""
            made.append(known[text])
        if "" in known.values():
            self._ask(
                "where its hospitals are",
                '--place "NAME"',
                'place = "NAME" (or a column 地区; names that are no hospitals: --as yearbook or --as indicators)',
            )
        return np.array(made, dtype=object)

    def _place(self, text: str) -> str | Problem:
        try:
            return places.resolve(self.answers.places.get(text, text)).code
        except DataError as error:
            problem = error.problems[0]
            self.found.problems.append(replace(problem, where=f"{paths.relative(self.found.path)} place"))
            return problem

    def _frame(
        self,
        column: int,
        rows: list[int],
        place: object,
        indicator: Any,
        period: object,
        unit: object,
        **others: Any,
    ) -> pd.DataFrame:
        """The figures of one column."""
        values = np.array([self.rows[n][column].strip() for n in rows], dtype=object)
        made = {
            "place": place,
            "institution": self._column("institution", rows)
            if "institution" in self.keys
            else self.answers.hospital,
            "indicator": indicator,
            "period": period,
            "value": values,
            "unit": unit,
            "publication": self._column("publication", rows),
            "note": self._column("note", rows),
            **{kind: self._column(kind, rows) for kind in ("printed", "quantifier", "status")},
            "sheet": self.block.sheet.name if self.many else "",
            "row": np.array(rows, dtype="int32"),
            "column": np.int16(column),
        } | others
        frame = pd.DataFrame(made, columns=list(CELLS), index=range(len(rows)))
        self._units_in_cells(frame)
        blanks = layout.BLANKS | {""}
        missing = np.fromiter((text in blanks for text in values), bool, len(values))
        self._sign_explained(column, rows, values, missing)
        return frame[~missing] if missing.any() else frame

    def _sign_explained(self, column: int, rows: list[int], values: np.ndarray, missing: np.ndarray) -> None:
        """x is a sign for a missing figure where the file says so; alone it may as well be a mark that someone typed."""
        marked = {text for text in set(values[missing]) if text in words.SIGNS_TO_EXPLAIN}
        if not marked:
            return
        around = [*self.block.titles, *self.block.notes, *self.block.stated.values()]
        around += [
            cell for row in self.block.sheet.rows for cell in row if len(cell) > 3 and set(cell) & marked
        ]
        if words.EXPLAINED.search(" ".join(around)):
            return
        first = next(n for n, text in zip(rows, values, strict=True) if text in marked)
        times = sum(text in marked for text in values)
        self.found.problems.append(
            Problem(
                f"{paths.relative(self.found.path)} {cell_name(first, column)}",
                f'"{plain(self.rows[first][column])}" in {times} cells of figures, and no note that says what it means',
                "a figure, a blank, or a sign that the file explains (… — are known)",
                "fill the figures in, leave the cells blank where there is none, or add the note (注：x 表示缺数据) below the table",
            )
        )

    @staticmethod
    def _units_in_cells(frame: pd.DataFrame) -> None:
        """A cell that prints its unit (8.1万个) says it for itself; the string as printed is kept as the value's."""
        values = frame["value"].to_numpy()
        spelt = {
            text: found
            for text in set(values)
            if text and text[-1] in layout.ENDS and (found := layout.with_unit(text))
        }
        if not spelt:
            return
        units = frame["unit"].to_numpy(dtype=object)
        frame["unit"] = [
            _whole_unit(spelt[v][1], u) if v in spelt else u for v, u in zip(values, units, strict=True)
        ]
        frame["value"] = [spelt[v][0] if v in spelt else v for v in values]

    def _joined(self, parts: Iterable[pd.DataFrame]) -> pd.DataFrame | None:
        held = [part for part in parts if len(part)]
        return pd.concat(held, ignore_index=True) if held else None

    def _period_of_rows(self, rows: list[int], column: Column | None = None) -> np.ndarray | str:
        """Period of each row: the column's, a period column's, said for the file, or the title's year."""
        if column is not None and column.period:
            return column.period
        if "period" in self.keys:
            return self._whole_periods(self._column("period", rows))
        stated = self.answers.period or self._title_period()
        if not stated:
            self._ask(
                "which year its figures are of",
                "--period YEAR",
                'period = "YEAR" (of the figures, not of the book)',
            )
        return stated

    def _whole_periods(self, texts: Any) -> Any:
        """Months and quarters of a column that leaves out their year (1月, 二季度): with the year that is said or that the title names."""
        alone = {text for text in set(texts) if layout.MONTHS.fullmatch(plain(text))}
        if not alone:
            return texts
        year = self._year_said()
        if not year:
            self._ask("which year its months are of", "--period YEAR", 'period = "YEAR"')
            return texts
        whole = {text: f"{year}年{plain(text)}" if plain(text) != "全年" else year for text in alone}
        return np.array([whole.get(text, text) for text in texts], dtype=object)

    def _no_period(self, column: Column) -> None:
        if COMPARES.search(column.heading):
            self._out(column.number, "it compares two periods and is no figure of one")
        elif not column.period and re.search(r"\d{4}", column.heading):
            problem = Problem(
                f"{paths.relative(self.found.path)} row {self.figures[0]} year",
                f'"{column.heading}"',
                "a year or a period such as 2019年1-10月",
                "correct the heading, or export the table again",
            )
            self.found.problems.append(problem)
        else:
            self._out(
                column.number,
                "its heading counts something else" if column.period else "its heading is no period",
            )

    def _units_of(self, keys: Any, source_id: str, texts: np.ndarray | str) -> np.ndarray | str:
        """The unit of each row of a long table without a column of units: in the brackets of its label, else said or asked for."""
        if isinstance(keys, str):
            return self._unit("", keys, catalog.indicators()[keys].label_zh, source_id) if keys else ""
        known = {
            (key, text): self._unit(words.unit_of(text), key, catalog.indicators()[key].label_zh, source_id)
            for key, text in set(zip(keys, texts, strict=True))
            if key
        }
        return np.array([known.get(pair, "") for pair in zip(keys, texts, strict=True)], dtype=object)


def _hospital_in(titles: tuple[str, ...]) -> str:
    """The hospital that the lines above a table name as the one that its figures are of, "" for kinds of hospitals (全市公立医院)."""
    for title in map(tight, titles):
        found = _HOSPITAL.match(title)
        if found and not _KIND_OF_HOSPITALS.match(found["name"]):
            return found["name"]
        if ours := _OURS.search(title):
            return ours[0]
    return ""


def _whole_unit(own: str, column: str) -> str:
    """The unit of a cell that prints one: 万 beside a column in 人 is 万人."""
    if own in SCALES:
        bare = next(
            (
                column.removeprefix(s)
                for s in sorted(SCALES, key=len, reverse=True)
                if s and column.startswith(s)
            ),
            column,
        )
        return own + bare
    return own
