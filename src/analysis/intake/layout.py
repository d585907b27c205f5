"""Sheet -> blocks: which rows are headings, which are figures, which are notes; what each column is headed by.

A block is one table as a reader sees it. A sheet may hold several: pages one under the other (续表), panels side by side. Nothing
is understood here beyond that: what headings mean is ``meaning``'s. Longer than 400 lines because one pass down the rows gives each its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from analysis.clean.numbers import MISSING
from analysis.intake import words
from analysis.intake.grid import REMEMBERED, Sheet, plain, tight

LONG_LINE = 40  # a name is shorter, a note longer
NUMERIC = re.compile(
    r"[-+(（]?[\d０-９][\d０-９,，\s]*(?:[.．][\d０-９]+)?(?:[eE][-+]?\d+)?\s*(?:[①-⑳¹²³⁰-⁹*#%％)）]|[a-z]\))*|[-+]?\.\d+"
)
BLANKS = (
    MISSING
    | set("NA N/A N.A. n/a NaN nan null NULL None #N/A . .. / … #".split())
    | set(words.NO_FIGURE + ["－", "―", "――", "─", "──", "－－"])
)
# a figure with its unit in the cell: 38200个, 8.1万, 12.3万人
WITH_UNIT = re.compile(rf"([-+]?\d[\d,]*(?:\.\d+)?)\s*((?:{words.SCALED})?(?:{words.ANY_UNIT})?)")
YEAR = re.compile(r"(?:19[4-9]\d|20[0-4]\d)(?:\s*年度?)?(?:末|底)?")
PERIOD = re.compile(
    r"(?:19[4-9]\d|20[0-4]\d)(?:\s*年度?(?:末|底)?|年?[Qq][1-4]|年\d{1,2}(?:[-—~至]\d{1,2})?月(?:累计)?|年第?[1-4一二三四]季度(?:累计)?|年[上下]半年|[-/.]\d{1,2}(?:[-/.]\d{1,2})?(?: 00:00:00)?)?"
)


# a part of a year printed without it
MONTHS = re.compile(r"\d{1,2}(?:\s*[-—~至]\s*\d{1,2})?月份?|第?[1-4一二三四]季度|[上下]半年|全年")


@dataclass(frozen=True)
class Block:
    """One table of a sheet. ``headings[c]``: the words above column c, top to bottom; ``columns``: first and one past the last
    column; ``body``: the rows with figures and the group rows between them, from 0; ``groups``: those of them without a figure.
    ``stated``: what lines above and below say (database, indicator, time, place, unit, source).
    """

    sheet: Sheet
    titles: tuple[str, ...]
    stated: dict[str, str]
    headings: tuple[tuple[str, ...], ...]
    columns: tuple[int, int]
    body: tuple[int, ...]
    groups: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass
class _Open:
    """A block while its rows are collected."""

    pre: list[int]
    header: list[int]
    body: list[int] = field(default_factory=list)
    groups: set[int] = field(default_factory=set)
    notes: list[int] = field(default_factory=list)


def is_number(text: str) -> bool:
    """Whether a cell is printed as a figure (a note mark behind it allowed) or as one of the signs for a missing one."""
    if text.isascii() and text.isdecimal():
        return True
    cell = text.strip()
    if NUMERIC.fullmatch(cell) is not None or cell in BLANKS:
        return bool(cell)
    return bool(cell) and cell[-1] in ENDS and cell[0].isdecimal() and with_unit(cell) is not None


ENDS = frozenset("万亿千" + words.LAST_OF_UNITS)


def with_unit(text: str) -> tuple[str, str] | None:
    """The number and the unit of a cell that prints both (8.1万个); None for any other cell and for a date."""
    found = WITH_UNIT.fullmatch(plain(text))
    if not found or not found[2] or found[2] in ("年", "日", "天", "%") or is_period(text):
        return None
    return found[1], found[2]


def is_period(text: str) -> bool:
    """Whether a heading is a year or another period."""
    return bool(period_of(text))


def period_of(text: str) -> str:
    """The period that a heading names, without the unit, the word "Year" or the note mark printed with it; "" when it names none.

    >>> period_of("2023年(万人)"), period_of("Year 2023"), period_of("医院数")
    ('2023年', '2023', '')
    """
    return _period_kept(text) if len(text) <= REMEMBERED else ""


@lru_cache(maxsize=1 << 14)
def _period_kept(text: str) -> str:
    bare = plain(text)
    if not any(map(str.isdecimal, bare)):
        return ""
    if PERIOD.fullmatch(bare):
        return bare
    bare = words.UNIT.sub("", bare)
    bare = re.sub(
        r"^(?:year|yr|y|fy)[ _]?(?=\d{4}$)|[*①-⑳]+$|(?<=\d{4})(?=年)\s+", "", bare.strip(), flags=re.I
    ).strip()
    return bare if PERIOD.fullmatch(bare) else ""


_LETTERS = re.compile(
    r"[^\d\u4e00-\u9fff]*[A-Za-z][^\d\u4e00-\u9fff]*"
)  # a name in English, beside the Chinese one


class _Reader:
    """One pass down a sheet's rows."""

    def __init__(self, sheet: Sheet, is_place: Callable[[str], bool]):
        self.sheet, self.is_place = sheet, is_place
        # one list for all rows without a blank: a long table has a million of them
        full = self.full = list(range(sheet.width))
        self.filled = [full if all(map(str.strip, row)) else _filled(row) for row in sheet.rows]
        self.same = ""  # the first cell of the last row of figures
        self.blocks: list[_Open] = []
        self.pre: list[int] = []
        self.header: list[int] = []
        self.broken = True  # whether the next row of figures starts a block

    def is_figures(self, number: int) -> bool:
        """A row with a name (or a year) and at least one figure, and not a heading made of years."""
        row, filled = self.sheet.rows[number], self.filled[number]
        if len(filled) < 2:
            return len(filled) == 1 and self.sheet.width == 1
        rest = [row[c] for c in filled[1:]]
        if not any(map(is_number, rest)):
            return False
        head = row[filled[0]]
        own = words.key_kind(head)
        counted = [cell for cell in rest if not words.UNIT_ALONE.fullmatch(tight(cell))]
        named = own == "institution" or own == "place" and (bool(self.header) or self.blocks_open())
        if named and all(map(is_number, counted)) and not all(map(is_period, counted)):
            own = ""  # 医院 beside figures, its unit between them perhaps, names what is counted
        if own or filled[0] > 0 and is_period(head) and all(map(is_period, rest)):
            return False  # a row of headings: 地区, 2023, 2022
        return not self._numbered(number)

    def _numbered(self, number: int) -> bool:
        """The line that numbers the columns of a form: 甲, 1, 2, 3."""
        if self.blocks_open() or not self.header:
            return False
        row, filled = self.sheet.rows[number], self.filled[number]
        figures = [plain(row[c]) for c in filled if plain(row[c]).isdecimal()]
        names = {tight(row[c]) for c in filled if not plain(row[c]).isdecimal()}
        return (
            names <= {"甲", "乙", "丙", "(甲)", "A", "B"}
            and len(figures) >= 2
            and figures == [str(i) for i in range(int(figures[0]), int(figures[0]) + len(figures))]
            and figures[0] in ("0", "1")
        )

    def blocks_open(self) -> bool:
        """Whether rows of figures belong to a block that has begun."""
        return bool(self.blocks) and not self.broken

    def is_note(self, number: int) -> bool:
        """A line that explains or cites: 注：..., 数据来源：..., or one long cell below figures."""
        row, filled = self.sheet.rows[number], self.filled[number]
        first = plain(row[filled[0]])
        if len(filled) > 2 or words.CONTINUED.fullmatch(first):
            return False
        if words.NOTE.match(first) or words.SOURCE.match(first) and not words.key_kind(first):
            return True
        return len(filled) == 1 and self.blocks_open() and len(first) > LONG_LINE

    def is_group(self, number: int) -> bool:
        """A name without figures that heads the rows below it: 河北省 above its cities."""
        row, filled = self.sheet.rows[number], self.filled[number]
        first = row[filled[0]]
        if words.key_kind(first) or is_period(first) or words.NUMBERED.match(plain(first)):
            return False
        if len(filled) == 1 and filled[0] <= 1:
            return self.blocks_open() or (bool(self.header) and self.is_place(first))
        bilingual = all(c <= 2 for c in filled) and _LETTERS.fullmatch(plain(row[filled[-1]])) is not None
        return (
            bilingual
            and not any(words.key_kind(row[c]) for c in filled)
            and (self.blocks_open() or self.is_place(first))
        )

    def further(self, number: int) -> int:
        """The first row from this one on that is not plainly another row of figures of the name above: a long table has a million of
        them, taken here at once."""
        if self.header or not self.blocks_open() or len(self.full) <= 3:
            return number
        rows, filled, full, same, start = self.sheet.rows, self.filled, self.full, self.same, number
        end, likely = len(rows), len(full) - 1
        while number < end and filled[number] is full:
            row = rows[number]
            if row[0] != same or not is_number(row[likely]):
                likely = (
                    next((c for c in reversed(full[1:]) if is_number(row[c])), 0) if row[0] == same else 0
                )
                if not likely:
                    break
            number += 1
        self.blocks[-1].body.extend(range(start, number))
        return number

    def take(self, number: int) -> None:
        """Give one row its place."""
        filled = self.filled[number]
        if not filled:
            return
        row = self.sheet.rows[number]
        first = row[filled[0]]
        if first == self.same and len(filled) > 3 and self.blocks_open() and not self.header:
            if any(is_number(row[c]) for c in reversed(filled[1:])):  # another row of the same name
                self.blocks[-1].body.append(number)
                return
        first = plain(first)
        if len(filled) == 1 and words.CONTINUED.fullmatch(first):
            self.broken, self.header = True, []
        elif self._states(number):
            self.pre.append(number)
            self.broken = self.broken or bool(self.blocks)
        elif self.is_figures(number):
            self._figures(number)
        elif self.is_note(number):
            (self.blocks[-1].notes if self.blocks else self.pre).append(number)
        elif self.is_group(number):
            if self.broken:
                self._open()
            self.blocks[-1].body.append(number)
            self.blocks[-1].groups.add(number)
        elif (
            filled[0] == 0 and (self._below_places() or self._among_figures(number)) and self.is_place(row[0])
        ):
            self._figures(
                number
            )  # a place whose cells are not read as figures is no further heading: they are refused by name
        else:
            self._heading(number)

    def _below_places(self) -> bool:
        """Whether the headings so far name the first column as one of places."""
        return any(words.key_kind(self.sheet.rows[h][0]) == "place" for h in self.header)

    def _among_figures(self, number: int) -> bool:
        """Whether a row below figures of places, whose other cells head nothing, stands among them: 江苏省, 待定."""
        row, filled = self.sheet.rows[number], self.filled[number]
        if not self.blocks_open() or len(filled) < 2 or not self.is_place(self.same):
            return False
        rest = [row[c] for c in filled[1:]]
        return not any(words.key_kind(cell) or is_period(cell) or words.unit_of(cell) for cell in rest)

    def _states(self, number: int) -> bool:
        """A line above a table that states something: 数据库：..., 单位：..."""
        row, filled = self.sheet.rows[number], self.filled[number]
        if len(filled) > 3:
            return False
        texts = [plain(row[c]) for c in filled]
        return any(p.fullmatch(t) for t in texts for p in words.STATED.values())

    def _open(self) -> None:
        self.blocks.append(_Open(self.pre, self.header))
        self.pre, self.header, self.broken = [], [], False

    def _figures(self, number: int) -> None:
        if self.header or self.broken:
            self._open()
        self.blocks[-1].body.append(number)
        self.same = self.sheet.rows[number][self.filled[number][0]]

    def _heading(self, number: int) -> None:
        filled = self.filled[number]
        across = any(
            a == number and b == 0 and d > 0 and (a, b) == (number, filled[0])
            for (a, b), (c, d) in self.sheet.merged
        )
        single = len(filled) == 1 and (filled[0] == 0 or across)
        if single and not across and self._above_figures(number):
            self._open()
            self.blocks[-1].body.append(number)
            self.blocks[-1].groups.add(number)
            return
        if self.blocks_open() and not single:
            self.broken = True
        if single and not (filled[0] == 0 and self._key_below(number)):
            if self.blocks_open() and not words.NUMBERED.match(plain(self.sheet.rows[number][0])):
                self.blocks[-1].notes.append(number)
                return
            self.pre += [*self.header, number]
            self.header, self.broken = [], True
        else:
            self.header.append(number)

    def _above_figures(self, number: int) -> bool:
        """A name alone between the headings and the first row of figures heads those rows: 一、卫生资源."""
        if len(self.header) < 1 or max(len(self.filled[h]) for h in self.header) < 2 or self.blocks_open():
            return False
        if not any(words.key_kind(self.sheet.rows[h][c]) for h in self.header for c in self.filled[h]):
            return False
        below = next((n for n in range(number + 1, len(self.filled)) if self.filled[n]), None)
        return below is not None and len(self.filled[below]) > 1 and self.is_figures(below)

    def _key_below(self, number: int) -> bool:
        """A heading cell alone in its row: the only column beside it is headed in the row below."""
        row = self.sheet.rows[number]
        return bool(words.key_kind(row[0])) and number + 1 < len(self.sheet.rows)


def _filled(row: list[str]) -> list[int]:
    return [c for c, cell in enumerate(row) if cell and not cell.isspace()]


def _headings(sheet: Sheet, rows: list[int]) -> tuple[tuple[str, ...], ...]:
    """The words above each column: a merged heading stands above all its columns, and without merging (CSV) an upper heading
    reaches to the next one."""
    covered: dict[tuple[int, int], str] = {}
    for (top, left), (bottom, right) in sheet.merged:
        if top in rows or bottom in rows:
            for r in range(top, min(bottom, rows[-1]) + 1):
                for c in range(left, min(right, sheet.width - 1) + 1):
                    covered[r, c] = sheet.rows[top][left]
    levels: list[list[str]] = []
    for position, r in enumerate(rows):
        line, last, under = [], "", list[str]()
        lower = rows[position + 1 :]
        merged_here = any(row == r for row, _ in covered)
        for c in range(sheet.width):
            own = covered.get((r, c)) or sheet.rows[r][c]
            above = [level[c] for level in levels]
            if own.strip():
                last, under = own, above
            elif not merged_here and lower and c and any(sheet.rows[b][c].strip() for b in lower):
                # it does not reach past the heading that it stands under itself
                own = last if under == above and not words.key_kind(last) else ""
            line.append(plain(words.NOTE_MARK.sub("", own)))
        levels.append(line)
    return tuple(tuple(dict.fromkeys(level[c] for level in levels if level[c])) for c in range(sheet.width))


def _stated(lines: list[str]) -> dict[str, str]:
    """What the lines say by themselves, the first statement of each kind."""
    found: dict[str, str] = {}
    for line in lines:
        for kind, pattern in words.STATED.items():
            if (match := pattern.fullmatch(line)) and match.lastindex and match[1]:
                found.setdefault(kind, match[1].strip())
        if match := words.SOURCE.fullmatch(line):
            found.setdefault("source", match[1].strip())
    return found


def _cells(sheet: Sheet, rows: list[int]) -> list[str]:
    return [plain(cell) for r in rows for cell in sheet.rows[r] if cell.strip()]


def _panels(block: Block) -> list[Block]:
    """A block whose key columns repeat (地区, a, b, 地区, a, b) as one block a panel."""
    kinds = [words.key_kind(heading[0]) if heading else "" for heading in block.headings]
    starts = [c for c, kind in enumerate(kinds) if kind == "place" and c > 0 and kinds[c - 1] == ""]
    if not starts or kinds[0] != "place":
        return [block]
    edges = [0, *starts, block.columns[1]]
    return [replace(block, columns=(a, b)) for a, b in zip(edges, edges[1:], strict=False)]


def blocks(sheet: Sheet, is_place: Callable[[str], bool], before: Block | None = None) -> list[Block]:
    """The tables of a sheet. ``before``: the last table of the sheet before it, whose headings a page without its own continues."""
    reader = _Reader(sheet, is_place)
    number = 0
    while number < len(sheet.rows):
        further = reader.further(number)
        if further == number:
            reader.take(number)
        number = max(further, number + 1)
    made: list[Block] = []
    for opened in reader.blocks:
        lines = _cells(sheet, opened.pre)
        notes = [" ".join(_cells(sheet, [n])) for n in opened.notes]
        last = made[-1] if made else before
        headings = _headings(sheet, opened.header) if opened.header else ()
        if not headings and last is not None and len(last.headings) == sheet.width:
            headings = last.headings
        stated = _stated([*lines, *notes])
        titles = tuple(line for line in lines if not any(p.fullmatch(line) for p in words.STATED.values()))
        if "unit" not in stated and (
            units := dict.fromkeys(u for t in titles for u in words.UNIT.findall(t))
        ):
            stated["unit"] = "、".join(units)  # 5-1-2 各地区诊疗人次数（万人次）
        if last is not None and not titles:
            titles, stated = last.titles, last.stated | stated
        made.append(
            Block(
                sheet,
                titles,
                stated,
                headings or tuple(() for _ in range(sheet.width)),
                (0, sheet.width),
                tuple(opened.body),
                frozenset(opened.groups),
                tuple(notes),
            )
        )
    closing = _stated([line for block in made for line in block.notes])
    return [panel for block in made for panel in _panels(replace(block, stated=closing | block.stated))]
