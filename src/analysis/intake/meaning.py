"""Block -> what its columns become, its figures with their cells, what is left out and why, what has to be asked.

Nothing is guessed: a heading leads to an indicator by its words, a name to a place by the dictionary, and what the file does not
say comes from its sidecar or is asked for in one sentence. Longer than a module should be: one way from a block of cells to figures,
read top to bottom; its parts share what was understood so far.

Longer than 400 lines because what a column is, its unit, its place and its period are decided together: each answer needs the others.
"""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis import catalog, paths
from analysis.clean import periods, places
from analysis.clean.numbers import SCALES
from analysis.errors import DataError, Problem
from analysis.intake import labels, layout, parted, readers, sidecar, words
from analysis.intake.grid import cell_name, letters, plain, tight
from analysis.intake.layout import Block
from analysis.intake.located import Located
from analysis.intake.sniff import TEXT
from analysis.intake.understood import CELLS, Becomes, Left, Question, Understood, otherwise

NATIONAL_DATA = "国家统计局 国家数据 data.stats.gov.cn {}"
DATABASE = re.compile(r"(分省|主要城市)(年度|季度|月度)数据")
NATIONAL = re.compile(r"(年度|季度|月度)数据")  # the site's tables of the nation as a whole
_DATABASES = {
    "annual by province": "分省年度数据",
    "annual data by province": "分省年度数据",
    "quarterly by province": "分省季度数据",
    "monthly by province": "分省月度数据",
    "annual by major cities": "主要城市年度数据",
    "annual": "年度数据",
    "annual data": "年度数据",
}
NEAREST = 8  # for so many unknown headings the nearest label is looked for
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
    if unknown:
        shown = "; ".join(f"{b.heading} ({b.why})" for b in unknown[:3])
        fix = (
            f"`yigai add {paths.typed(found.path)} --new` (in a notebook new=True) takes headings under their own names; "
            f'or name the indicator of a heading in the sidecar ([columns] "{unknown[0].heading}" = "..."); '
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


@dataclass(frozen=True)
class _Column:
    """A column of figures with what its headings say."""

    number: int
    heading: str
    parts: tuple[str, ...]
    unit: str = ""
    period: str = ""
    place: str = ""
    above: str = ""  # the unit of the whole that it is a part of (#医院 after 机构数 (个))


_WHICH = (
    "which indicator it holds",
    '--indicator "NAME"',
    'indicator = "NAME" (a label of data/indicators.csv, its unit in brackets)',
)


class _Block:
    """One table being understood."""

    def __init__(self, found: Understood, block: Block, many: bool, is_place: Callable[[str], bool]) -> None:
        self.found, self.block, self.many, self.is_place = found, block, many, is_place
        self.answers, self.rows = found.answers, block.sheet.rows
        self.unknown = 0
        self.keys = self._key_columns()
        found.names |= {
            "institution" if "institution" in self.keys or found.answers.hospital else "place": None
        }
        self.heads = [h[-1] if h else "" for h in block.headings]
        self._fill_down()
        first = self.heads[0] if self.heads else ""
        self.figures = [
            n
            for n in block.body
            if n not in block.groups and not (plain(self.rows[n][0]) == first and self._again(n))
        ]
        if "period" in self.keys:
            self._without_sums(self.keys["period"])

    def _without_sums(self, column: int) -> None:
        """Leave out the rows that add the periods above them up (合计 in a column of months)."""
        names = {
            text
            for text in {self.rows[n][column] for n in self.figures}
            if tight(text).lower() in words.TOTALS
        }
        sums = [n for n in self.figures if self.rows[n][column] in names] if names else []
        for n in sums:
            self.leave(n, column, self.rows[n][column], "a sum over the periods of the column")
        if sums:
            self.figures = [n for n in self.figures if n not in set(sums)]

    def _fill_down(self) -> None:
        """A name printed once above several rows: in a merged cell, or in a column of names beside one of periods or indicators."""
        body = [n for n in self.block.body if n not in self.block.groups]
        merged = {
            (row, left): top
            for (top, left), (bottom, right) in self.block.sheet.merged
            if left == right and bottom > top
            for row in range(top + 1, bottom + 1)
        }
        names = {
            k: c
            for k, c in self.keys.items()
            if k in ("place", "within", "code", "institution", "indicator", "period")
        }
        for kind, c in names.items():
            beside = [d for k, d in names.items() if k not in (kind, "code", "within")]
            if kind == "place" and "within" in names:
                continue  # a blank beside the province is the province itself
            if all(map(str.strip, {self.rows[n][c] for n in body})):
                continue
            filled, above = 0, ""
            for n in body:
                row = self.rows[n]
                if row[c].strip():
                    above = row[c]
                elif above and (
                    (n, c) in merged or beside and kind != "period" and all(row[d].strip() for d in beside)
                ):
                    if self.rows is self.block.sheet.rows:
                        self.rows = list(self.rows)  # the sheet stays as it was read
                    self.rows[n] = [*row[:c], above, *row[c + 1 :]]
                    filled += 1
            if filled:
                self.found.remarks.append(
                    f"column {letters(c)}: {filled} blank cells below a name are read as that name printed once for its rows"
                )

    def _ragged(self) -> None:
        """Lines of a text table with another number of cells than its headings: a comma in a number, or a file cut off."""
        lengths = self.block.sheet.lengths
        if not lengths or not self.figures:
            return
        above = [n for n in range(self.figures[0]) if lengths[n] > 1]
        mode, times = Counter(lengths[n] for n in self.figures).most_common(1)[0]
        usual = mode if not above or times >= max(3, 0.9 * len(self.figures)) else lengths[above[-1]]
        for n in self.figures:
            if lengths[n] != usual and any(c.strip() for c in self.rows[n][usual:]) or lengths[n] < usual:
                cut = n == len(lengths) - 1
                fix = (
                    "the file is truncated: copy it again"
                    if cut
                    else "export the table again; put cells that hold a comma in quotes"
                )
                self.found.problems.append(
                    Problem(
                        f"{paths.relative(self.found.path)} row {n + 1}",
                        f"{lengths[n]} cells",
                        f"{usual} cells",
                        fix,
                    )
                )

    def _figures_over_rows(self) -> None:
        """A figure in a cell merged over several rows of figures belongs to all of them together: it is refused, not given to one."""
        body, keys = set(self.figures), set(self.keys.values())
        for (top, left), (bottom, right) in self.block.sheet.merged:
            rows = [
                n for n in range(top, bottom + 1) if n < len(self.rows) and any(map(str.strip, self.rows[n]))
            ]
            columns = [c for c in range(left, right + 1) if c not in keys]
            if not rows or not columns or top not in body or left in keys or len(rows) * len(columns) < 2:
                continue
            text = self.rows[top][left] if left < len(self.rows[top]) else ""
            if text.strip() and layout.is_number(text) and text.strip() not in layout.BLANKS:
                self.found.problems.append(
                    Problem(
                        f"{paths.relative(self.found.path)} {cell_name(top, left)}:{cell_name(bottom, right)}",
                        f"one figure ({plain(text)}) in a cell merged over {len(rows)} rows and {len(columns)} columns",
                        "one figure a cell: a merged one does not say whose it is",
                        "unmerge it and write each row's own figure, or leave the column out: "
                        f'--column "{self._heading(left)}="',
                    )
                )

    def _again(self, number: int) -> bool:
        """A heading row printed again on the next page."""
        return [plain(cell) for cell in self.rows[number]] == self.heads

    # ---------------------------------------------------------------------------------------------------- columns

    def _key_columns(self) -> dict[str, int]:
        """Kind of key -> its column: by its heading, else by what stands in it."""
        keys: dict[str, int] = {}
        first, last = self.block.columns
        sample = [n for n in self.block.body if n not in self.block.groups][:200]
        for c in range(first, last):
            heading = self.block.headings[c] if c < len(self.block.headings) else ()
            kind = next((k for k in map(words.key_kind, heading) if k), "")
            texts = [self.rows[n][c] for n in sample if self.rows[n][c].strip()]
            if kind == "place" and "place" in keys:
                if any(map(words.CHINESE.search, texts)) and texts != [
                    self.rows[n][keys["place"]] for n in sample
                ]:
                    keys["within"], keys["place"] = keys["place"], c  # 省份 beside 城市
                continue  # or the same names in English
            if kind == "unit" and not texts:
                continue
            if (
                kind in ("place", "institution", "indicator")
                and sum(map(layout.is_number, texts)) > len(texts) / 2
            ):
                continue  # 医院 above figures is an indicator
            if kind in ("place", "number", "note", "publication") or (kind and kind not in keys):
                keys.setdefault(kind, c)
            elif not kind and texts and c == first:
                keys |= self._by_content(c, texts)
        if "place" in keys and "indicator" not in keys and "value" not in keys:
            keys |= self._places_that_are_something_else(keys, sample)
        if "printed" not in keys:  # 状态 of another table is no status of a statement
            keys = {kind: c for kind, c in keys.items() if kind not in ("quantifier", "status")}
        if "value" in keys and "indicator" not in keys and not self.answers.indicator:
            del keys["value"]  # a heading 数据 above figures of one indicator
        return self._read_as(keys)

    def _read_as(self, keys: dict[str, int]) -> dict[str, int]:
        """The keys with the column of names as what was said (``--as``): what it was taken for counts no longer."""
        wanted = sidecar.READ_AS.get(self.answers.read_as, "")
        if not wanted or wanted in keys:
            return keys
        taken = next((kind for kind in ("place", "institution", "indicator") if kind in keys), "")
        made = {kind: c for kind, c in keys.items() if kind != taken}
        if taken == "place" and "within" in made:
            made["place"] = made.pop("within")
        free = [c for c in range(*self.block.columns) if c not in made.values()]
        if taken or free:
            made[wanted] = keys[taken] if taken else free[0]
        return made

    def _by_content(self, column: int, texts: list[str]) -> dict[str, int]:
        if sum(map(self.is_place, texts)) >= 0.6 * len(texts):
            return {"place": column}
        dated = sum(layout.is_period(t) or bool(layout.MONTHS.fullmatch(plain(t))) for t in texts)
        if dated >= 0.9 * len(texts):
            return {"period": column}
        if sum(map(layout.is_number, texts)) >= 0.5 * len(texts):
            return {}
        if sum(bool(labels.indicator(t, "")) for t in texts) >= 0.5 * len(texts):
            return {"indicator": column}
        return {"place": column}

    def _places_that_are_something_else(self, keys: dict[str, int], sample: list[int]) -> dict[str, int]:
        """A column headed 地区 or nothing that holds indicators (one place, indicators as rows)."""
        texts = [self.rows[n][keys["place"]] for n in sample if self.rows[n][keys["place"]].strip()]
        known = sum(map(self.is_place, texts))
        named = sum(bool(labels.indicator(t, "")) for t in texts)
        if texts and named > known and named >= 0.3 * len(texts):
            return {"indicator": keys.pop("place")}
        return {}

    def _heading(self, column: int) -> str:
        parts = (
            [part for part in self.block.headings[column] if part]
            if column < len(self.block.headings)
            else []
        )
        return " / ".join(words.chinese_part(part) for part in parts) or f"column {letters(column)}"

    def _columns(self) -> list[_Column]:
        """The columns of figures."""
        made, above = [], ""
        for c in range(*self.block.columns):
            if c in self.keys.values():
                continue
            parts = self.block.headings[c] if c < len(self.block.headings) else ()
            if any(words.key_kind(p) in ("place", "number", "code", "rank") for p in parts):
                continue
            if not any(self.rows[n][c].strip() for n in self.figures):
                if parts and not any(map(layout.is_period, parts)):
                    self._out(c, "no figure in it")
                continue
            parts = tuple(q for p in parts if not words.PIVOT.fullmatch(plain(p)) for q in parted.parts(p))
            dated = next((p for p in parts if layout.is_period(p)), "")
            place = next(
                (p for p in parts if self.is_place(words.chinese_part(p)) and "place" not in self.keys), ""
            )
            period, months = (
                layout.period_of(dated),
                next((p for p in parts if layout.MONTHS.fullmatch(p)), ""),
            )
            if months and (year := period[:4] or self._year_said()):
                period = f"{year}年{months}" if months != "全年" else year
            rest = [
                p
                for p in parts
                if p not in (dated, place, months) and words.label(p) not in words.PLAIN_COLUMN
            ]
            unit = next((u for u in map(words.unit_of, reversed(parts)) if u), "")
            rest = [p for p in rest if not words.UNIT_ALONE.fullmatch(tight(p))]
            unit = unit or next((tight(p) for p in parts if words.UNIT_ALONE.fullmatch(tight(p))), "")
            if not unit and self._in_percent(c):
                unit = "%"
            part = words.PART.match(parts[-1]) if parts else None
            made.append(_Column(c, self._heading(c), tuple(rest), unit, period, place, above if part else ""))
            above = unit or (above if part else "")
        return made

    def _in_percent(self, column: int) -> bool:
        """Whether every figure of a column is printed with a per cent sign."""
        texts = [self.rows[n][column].strip() for n in self.figures[:200]]
        return any(texts) and all(t[-1] in "%％" or t in layout.BLANKS for t in texts if t)

    def _out(self, column: int, why: str) -> None:
        self.found.columns.append(Becomes(self.block.sheet.name, column, self._heading(column), "", why))

    # ------------------------------------------------------------------------------------------------ what is said once

    def source(self) -> catalog.Source | None:
        """The registered source of the whole block; None when rows name theirs or it has to be asked for."""
        stated = self.answers.source or self._publication()
        if not stated:
            if "publication" not in self.keys:
                self._ask(
                    "where its figures were published",
                    '--source "NAME OF THE PUBLICATION"',
                    'source = "NAME OF THE PUBLICATION"',
                )
            return None
        try:
            self.found.source = catalog.source_of(stated)
            return self.found.source
        except DataError as error:
            problem = error.problems[0]
            fix = f'{problem.fix}, or `yigai add {paths.typed(self.found.path)} --source "{stated}"` registers it'
            self.found.problems.append(
                Problem(
                    f"{paths.relative(self.found.path)} source_publication",
                    problem.found,
                    problem.expected.replace("an entry of ", "a publication that is registered in "),
                    fix,
                )
            )
            return None

    def _publication(self) -> str:
        """The publication that the file itself names, as it is registered, or as it stands when it is not."""
        stated, block = self.block.stated, self.block
        producer = stated.get("source", "").strip("。. ")
        database = _DATABASES.get(plain(stated.get("database", "")).casefold(), stated.get("database", ""))
        if not database:
            around = " ".join((block.sheet.name, *block.titles))
            database = found[0] if (found := DATABASE.search(around)) else ""
        producer = "国家统计局" if producer.casefold().endswith("national bureau of statistics") else producer
        if database and producer:
            return f"{producer} 国家数据 data.stats.gov.cn {database}"
        if producer == "国家统计局" and self._only_provinces():
            self.found.remarks.append(
                "no line 数据库: taken for 国家数据 分省年度数据, because its rows are the provinces and its source is 国家统计局"
            )
            return NATIONAL_DATA.format("分省年度数据")
        if database and not producer:
            self.found.problems.append(
                Problem(
                    f"{paths.relative(self.found.path)} row {len(self.rows)}",
                    "no footer 数据来源",
                    "the footer 数据来源：国家统计局, which ends every export of this kind",
                    "the file is truncated: export it again",
                )
            )
        return self._yearbook(producer) or producer

    def _yearbook(self, text: str) -> str:
        """《中国城市统计年鉴2015》 -> the publication that is registered for all its years."""
        title = re.search(r"《([^》]+)》", text) or re.search(r"^(.+年鉴)\d{0,4}$", text)
        if not title:
            return ""
        stem = re.sub(r"[\s\d(（)）年版-]+$", "", title[1])
        known = [
            p
            for s in catalog.sources().values()
            for p in s.publications
            if p.startswith(stem) and " @ " not in p
        ]
        every = [p for p in known if re.fullmatch(r"[(（].*", p.removeprefix(stem))]
        return every[0] if len(every) == 1 else ""

    def _only_provinces(self) -> bool:
        if "place" not in self.keys or "period" in self.keys:
            return False
        names = [tight(self.rows[n][self.keys["place"]]) for n in self.figures]
        provinces = {
            n
            for r in catalog.regions().values()
            if r.level in ("province", "nation")
            for n in (r.name_zh, r.short_zh)
        }
        return len(names) >= 25 and set(names) <= provinces

    def _ask(self, what: str, option: str, line: str) -> None:
        question = Question(what, option, line)
        if question not in self.found.questions:
            self.found.questions.append(question)

    def _title_period(self) -> str:
        """The one year that the lines above the table name; "" when there is none or several."""
        text = " ".join([*self.block.titles, self.block.stated.get("time", "")])
        if "《" in text:
            text = re.sub(r"《[^》]*》", "", text)
        years = set(re.findall(r"(?<![\d.])((?:19[4-9]|20[0-4])\d)\s*(?:年|\)|）|$|\s)", text))
        spans = re.search(r"\d{4}\s*年?\s*[-—–~至到]\s*\d{4}", text)
        if not years and layout.is_period(self.block.sheet.name):
            return layout.period_of(self.block.sheet.name)
        return years.pop() if len(years) == 1 and not spans else ""

    def _place_said(self) -> str:
        """The place of the whole block: said, stated by a line, the sheet's name, or the nation where its database is that."""
        stated = self.answers.place or self.block.stated.get("place", "")
        if not stated and self.answers.hospital and (known := catalog.institution_of(self.answers.hospital)):
            return known.region_code
        if not stated and self.many and self.is_place(self.block.sheet.name):
            return self.block.sheet.name
        if not stated and NATIONAL.fullmatch(
            _DATABASES.get(
                plain(self.block.stated.get("database", "")).casefold(), self.block.stated.get("database", "")
            )
        ):
            return "全国"
        return stated

    def _named_by_file(self) -> str:
        """The indicator that the file's name states as a whole word (医疗卫生机构数.xls), with its unit."""
        stem = re.sub(r"\s*[(（]\d+[)）]$", "", self.found.path.stem)
        for part in (stem, *re.split(r"[_\s]+|(?<=\w)-(?=[^\W\d_])", stem)):
            if words.CHINESE.search(part) and labels.indicator(part, ""):
                return part
        return ""

    # -------------------------------------------------------------------------------------------------------- indicators

    def _indicator_of(self, column: _Column, source_id: str) -> tuple[str, str]:
        """(key, why not): the indicator of a column, or the reason why it is left out."""
        said = self._said(column)
        if said is not None:
            if not said:
                return "", "left out as the sidecar says"
            key = labels.indicator(said, source_id)
            return key, "" if key else f'the sidecar says "{said}", which is no indicator'
        parts = [p for p in column.parts if words.key_kind(p) not in ("value", "number")]
        split = [q for p in parts for q in re.split(r"_(?=[^\W\d_])", p)]
        scope = [q for q in split if tight(words.chinese_part(q)).lower() in words.PARTIAL]
        kept = [
            q for q in split if q not in scope and tight(words.chinese_part(q)).lower() not in words.WHOLE
        ]
        if scope:
            narrow = tight(words.chinese_part(scope[0]))
            key = labels.of_headings([*kept, f"({narrow})"], source_id)
            return key, "" if key else words.PARTIAL[narrow.lower()][1]
        if not kept:
            return "", "" if not split else "its heading names no indicator"
        key = labels.of_headings(kept, source_id)
        if key:
            return key, ""
        self.unknown += 1
        if re.fullmatch("[1-5][0-9]{4}", column.heading):
            day = periods.serial(int(column.heading)).end
            return "", f"as a spreadsheet's number of a day it would be {day}; write the year"
        near = labels.nearest(kept[-1]) if self.unknown <= NEAREST else ""
        return "", "no indicator of the dictionary" + (f"; nearest {near}" if near else "")

    def _said(self, column: _Column) -> str | None:
        """What the sidecar says of a column: by its letter, its whole heading or its lowest heading."""
        names = (column.heading, column.heading.split(" / ")[-1], letters(column.number))
        return next((self.answers.columns[n] for n in names if n in self.answers.columns), None)

    def _one_indicator(self) -> tuple[str, str]:
        """(label, unit) of a block whose columns are periods: said, stated by a line, by a title, or by the file's name."""
        stated = self.block.stated.get("indicator", "")
        if self.answers.indicator or stated:
            text = self.answers.indicator or stated
            return text, words.unit_of(text)
        sheets = (self.block.sheet.name,) if self.many else ()
        for title in (*self.block.titles, *sheets):
            for text in (re.sub(r"^(?:附?表\s*)?[\d\s.-]+", "", title), words.title(title)):
                if labels.indicator(text, ""):
                    return text, words.unit_of(text)
        named = self._named_by_file()
        if named:
            self.found.remarks.append(f"no line 指标: taken from the file's name: {named}")
            return named, words.unit_of(named)
        self._ask(*_WHICH)
        return "", ""

    def _unit(self, own: str, key: str, heading: str, source_id: str) -> str:
        """The unit of a column: printed in its heading, said, stated for the block; else asked for unless the source prints one."""
        entry = catalog.indicators()[key]
        said = self.answers.units.get(heading) or self.answers.units.get(heading.split(" / ")[-1])
        stated = self.answers.unit or self.block.stated.get("unit", "")
        listed = [u for u in re.split(r"[、,，;；/\s]+(?!10)", stated) if u]
        fitting = [u for u in listed if scale(u, entry.unit) is not None]
        block = fitting[0] if len(set(fitting)) == 1 else "" if fitting else "".join(listed[:1])
        unit = said or own or block
        if unit:
            return unit.removesuffix(words.ITS_OWN) + entry.unit if unit.endswith(words.ITS_OWN) else unit
        if self._prints(source_id, key) or entry.unit in ("日", "岁", "‰", "1/10万"):
            return entry.print_unit
        self._ask(
            f"the unit of {heading}",
            f'--unit "{entry.print_unit}"',
            f'unit = "{entry.print_unit}" (or [units] "{heading}" = "{entry.print_unit}")',
        )
        return ""

    def _prints(self, source_id: str, key: str) -> bool:
        """Whether the block is an export of the source whose print unit the dictionary holds, not a table that only names it."""
        export = self.block.stated.get("database") or self.block.stated.get("source")
        return source_id == "nbs-province" and bool(export and catalog.indicators()[key].print_unit)

    # ------------------------------------------------------------------------------------------------------------- cells

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

    def _says(self, column: int, key: str, unit: object, when: str) -> None:
        entry = catalog.indicators()[key]
        shown = f"{entry.label_zh} ({key})" + (f", {unit}" if isinstance(unit, str) and unit else "")
        self.found.columns.append(
            Becomes(
                self.block.sheet.name, column, self._heading(column), shown + (f", {when}" if when else "")
            )
        )

    def _period_of_rows(self, rows: list[int], column: _Column | None = None) -> np.ndarray | str:
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

    def _year_said(self) -> str:
        found = re.search(r"(?:19|20)\d\d", self.answers.period or self._title_period())
        return found[0] if found else ""

    def _periods(self, periods: list[_Column], columns: list[_Column], source_id: str) -> pd.DataFrame | None:
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

    def _no_period(self, column: _Column) -> None:
        if not column.period and re.search(r"\d{4}", column.heading):
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

    def _unknown_indicator(self, label: str) -> None:
        near = labels.nearest(label)
        fix = f"did you mean {near}? " if near else ""
        fix += (
            f'say it with `yigai add {paths.typed(self.found.path)} --indicator "NAME"`, '
            "or add it to data/indicators.csv (one row, or an alias of a row)"
        )
        self.found.problems.append(
            Problem(
                f"{paths.relative(self.found.path)} indicator_zh",
                f'"{label}", the indicator of all {len(self.figures)} rows',
                "an entry of data/indicators.csv",
                fix,
            )
        )

    def _wide(self, columns: list[_Column], source_id: str) -> pd.DataFrame | None:
        """A column is an indicator (at a period, where its heading names one too)."""
        understood = []
        label = self.answers.indicator or self.block.stated.get("indicator", "")
        for column in columns:
            key, why = self._indicator_of(column, source_id)
            if not key and not why and label:
                key = labels.indicator(label, source_id)
                column = replace(column, unit=column.unit or words.unit_of(label))
            if key:
                understood.append((column, key))
            elif column.place and not why and not label:
                self._ask(*_WHICH)  # a column is a place, a row a year
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

    def _apart(self, understood: list[tuple[_Column, str]]) -> None:
        """Two columns that would become the same figures: one of the headings says less than a reader sees."""
        seen: dict[tuple[str, str, str], _Column] = {}
        for column, key in understood:
            first = seen.setdefault((key, column.period, column.place), column)
            if first is not column:
                one, two = letters(first.number), letters(column.number)
                found = f"columns {one} ({first.heading}) and {two} ({column.heading}) both as {key}"
                fix = f'say which it is in the sidecar, and leave the other out: [columns] "{two}" = ""'
                self.found.problems.append(
                    Problem(paths.relative(self.found.path), found, "one column an indicator and period", fix)
                )

    def _indicators_as_rows(self, columns: list[_Column], source_id: str) -> pd.DataFrame | None:
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

    def _with_heading(self, column: _Column, source_id: str) -> list[tuple[int, str, str]]:
        """(row, indicator, unit) where a row's name and the heading say together what is counted: 医院 beside 诊疗人次数."""
        made = []
        for n in self.figures:
            name = re.sub("(?:合计|总计|小计)$", "", words.label(self.rows[n][self.keys["indicator"]]))
            key = labels.of_headings([name, *column.parts], source_id) if name else ""
            whole = labels.indicator(column.parts[-1], source_id)
            if key and key not in (labels.indicator(name, source_id), whole):
                made.append((n, key, self._unit(column.unit, key, column.heading, source_id)))
        return made

    def leave(self, row: int, column: int, text: str, why: str, unit: str = "") -> None:
        where = f"{self.block.sheet.name} {cell_name(row, column)}" if self.many else cell_name(row, column)
        self.found.left.append(Left(where, plain(text), why, unit))

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


_HOSPITAL = re.compile(
    r"^(?:附件\d*[::]?|表\d*[::]?)?(?:\d{4}年度?)?(?P<name>[\u4e00-\u9fff]{2,24}?(?:医院|卫生院|保健院|医疗中心))"
    r"(?=\d{4}|[12一二三四上下]|年|月|季度|运营|经营|医疗|业务|工作|各科|科室|主要|统计|情况|报表|数据|$)"
)
_KIND_OF_HOSPITALS = re.compile(
    r"^(?:我国|全国|全省|全市|全县|全区|各|公立|民营|社会办|综合|中医|专科|妇幼|儿童|精神|传染病|县级|市级|省级|市属|省属|区属|县属|二级|三级|基层|乡镇|部分|医院|其他|"
    r"[\u4e00-\u9fff]{2,8}(?:省|市|县|区|州)(?:各|公立|民营|县级|市级|省级|市属|综合|二级|三级|乡镇|医疗|及以上|及)[\u4e00-\u9fff]*)"
)
_OURS = re.compile("本院|我院")


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


def scale(unit: str, base: str) -> int | None:
    """What one printed unit is in base units (万人 is 10,000 人); None when the two do not measure the same thing."""
    from analysis.clean.panel import SAME_UNIT

    for word in sorted(SCALES, key=len, reverse=True):
        rest = unit.removeprefix(word)
        if unit.startswith(word) and (rest == base or SAME_UNIT.get(rest) == base):
            return SCALES[word]
    return None
