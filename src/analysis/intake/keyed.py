"""Block of cells -> which of its columns name the rows, which rows hold figures, what is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from analysis import catalog, paths
from analysis.errors import Problem
from analysis.intake import labels, layout, sidecar, words
from analysis.intake.grid import cell_name, letters, plain, tight
from analysis.intake.layout import Block
from analysis.intake.understood import Becomes, Left, Understood


@dataclass(frozen=True)
class Column:
    """A column of figures with what its headings say."""

    number: int
    heading: str
    parts: tuple[str, ...]
    unit: str = ""
    period: str = ""
    place: str = ""
    above: str = ""  # the unit of the whole that it is a part of (#医院 after 机构数 (个))


class Keyed:
    """A table whose columns of names are known; what stands in neither is a column of figures."""

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
        if "department" in self.keys:
            self._without_departments(self.keys["department"])

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

    def _without_departments(self, column: int) -> None:
        """Leave out the rows of a hospital's departments: figures are held of hospitals, which their total (合计, 全院) is of."""
        kept = []
        for n in self.figures:
            if tight(self.rows[n][column]).lower() in words.TOTALS | words.OF_HOSPITAL:
                kept.append(n)
            else:
                why = "a department; figures are held of hospitals, a row 合计 or 全院 would be kept"
                self.leave(n, column, self.rows[n][column], why)
        self.figures = kept

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

    def _out(self, column: int, why: str) -> None:
        self.found.columns.append(Becomes(self.block.sheet.name, column, self._heading(column), "", why))

    def leave(self, row: int, column: int, text: str, why: str, unit: str = "") -> None:
        where = f"{self.block.sheet.name} {cell_name(row, column)}" if self.many else cell_name(row, column)
        self.found.left.append(Left(where, plain(text), why, unit))

    def _says(self, column: int, key: str, unit: object, when: str) -> None:
        entry = catalog.indicators()[key]
        shown = f"{entry.label_zh} ({key})" + (f", {unit}" if isinstance(unit, str) and unit else "")
        self.found.columns.append(
            Becomes(
                self.block.sheet.name, column, self._heading(column), shown + (f", {when}" if when else "")
            )
        )
