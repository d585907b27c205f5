"""The place of each row of a table: its names resolved once, with the province they stand under and the level of their column."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from operator import itemgetter
from typing import Protocol

from analysis import catalog, paths
from analysis.clean import places
from analysis.errors import DataError, Problem
from analysis.intake import sidecar, words
from analysis.intake.grid import plain
from analysis.intake.layout import Block
from analysis.intake.understood import Understood, otherwise

NAMES_KNOWN = 0.8  # below this share of known names a table is refused: it is another kind of table


class Table(Protocol):
    """What is asked of a table: its cells by row, the column of each key, the rows with figures, and where to say what is left out."""

    block: Block
    found: Understood
    answers: sidecar.Answers
    rows: list[list[str]]
    keys: dict[str, int]
    figures: list[int]

    def leave(self, row: int, column: int, text: str, why: str) -> None:
        """Note a row that is left out."""


class Located:
    """The place of each row: names resolved once each, with the province they stand under and the level of their column."""

    def __init__(self, block: Table):
        self.block, self.found = block, block.found
        self.column = block.keys.get("place", block.keys.get("code", 0))
        self.code_column = block.keys.get("code")
        self.above_column = block.keys.get("within")
        self.whole = ""  # the place whose parts are all in the table: a total is its own
        self.city = ""  # the city that heads the rows just above, its indent, and whether a county of its own stands there
        self.indent, self.own = 0, False

    def codes(self) -> dict[int, str]:
        """Row -> code; rows without a place are left out with the reason. Names of one row that contradict each other are a problem."""
        block = self.block
        printed = {text: plain(text) for text in {block.rows[n][self.column] for n in block.block.body}}
        bare = {text: name if name.isascii() else words.place_name(text) for text, name in printed.items()}
        coded = {text: words.code_in(text) for text in printed}
        figures, regions = set(block.figures), catalog.regions()
        level = self._level(set(bare.values()))
        known: dict[tuple[str, str], str | Problem] = {}
        own_code: str = ""
        code: str | Problem = ""
        before: tuple[object, str, bool] | None = None
        made: dict[int, str] = {}
        names = set(bare.values())
        said = self._said()
        about = said if regions.get(said) and regions[said].level != "nation" else ""
        province = about or self._only_province(names) or self._only_city(names)
        self.whole = _whole_of(names)
        if said and not any(isinstance(self._resolve(name, province, level), str) for name in names):
            self.whole = said  # its rows are parts that are no places: 城市, 农村
        unknown: dict[str, list[int]] = {}
        columns = [c for c in (self.column, self.code_column, self.above_column) if c is not None]
        cells = itemgetter(*columns)
        for n in block.block.body:
            row = block.rows[n]
            key = (cells(row), province, n in block.block.groups)
            if key == before and not own_code and isinstance(code, str):  # the row above says the same
                if n in figures:
                    made[n] = code
                continue
            before = key
            name = bare[row[self.column]]
            name = block.answers.places.get(name, name)
            printed_code = row[self.code_column] if self.code_column is not None else ""
            own_code = plain(printed_code).removesuffix(".0") or coded[row[self.column]]
            text = own_code or name
            context = province if n not in block.block.groups else ""
            if self.above_column is not None:
                context, name = self._within(row[self.above_column], name)
                text = own_code or name
            if (text, context) not in known:
                known[text, context] = self._resolve(text, context, level)
            code = self._below_city(row[self.column], text, known[text, context])
            if isinstance(code, str) and own_code and name and n in figures:
                self._agree(n, name, code)
            if isinstance(code, str):
                if regions[code].level in ("province", "nation"):
                    province = code
                if n in figures:
                    made[n] = code
            elif n in figures:
                unknown.setdefault(text, []).append(n)
        self._unknown(unknown, known, len(block.figures))
        return self._without_subtotals(made)

    def _below_city(self, printed: str, text: str, code: str | Problem) -> str | Problem:
        """A county whose name two cities of the province have (桥西区): of the city above it where it is indented or follows one of its own."""
        regions = catalog.regions()
        indent = len(printed) - len(printed.lstrip())
        if isinstance(code, str):
            if regions[code].level == "city":
                self.city, self.indent, self.own = code, indent, False
            else:
                self.own = bool(self.city) and regions[code].parent == self.city
                self.city = self.city if self.own else ""
            return code
        if self.city and (self.own or indent > self.indent):
            counties = [c for c in catalog.counties_named(text) if regions[c].parent == self.city]
            if len(counties) == 1:
                self.own = True
                return counties[0]
        return code

    def _within(self, above: str, name: str) -> tuple[str, str]:
        """(code of the place around, name) of a row with two columns of places; a blank name is the place around itself."""
        outer = words.place_name(above)
        if not name:
            return "", outer
        found = self._resolve(outer, "", "") if outer else ""
        return (found if isinstance(found, str) else ""), name

    def _said(self) -> str:
        """The place that the table was said to be about: its 全市 or 合计 is that one, its counties are looked for there."""
        said = self.block.answers.place or self.block.block.stated.get("place", "")
        if not said:
            return ""
        found = self._resolve(said, "", "")
        if not isinstance(found, str):
            self.found.problems.append(replace(found, where=f"{paths.relative(self.found.path)} place"))
            return ""
        return found

    def _only_city(self, names: set[str]) -> str:
        """The city to which all counties of the table belong (全市 in its yearbook is that one), "" when there are several."""
        regions = catalog.regions()
        parents = [{regions[c].parent for c in found} for n in names if (found := catalog.counties_named(n))]
        common = set.intersection(*parents) if len(parents) > 1 else set()
        return next(iter(common)) if len(common) == 1 else ""

    def _only_province(self, names: set[str]) -> str:
        """The province to which all cities of the table belong (a provincial yearbook's 全省 is that one), "" when there are several."""
        parents = {
            r.parent
            for r in catalog.regions().values()
            if r.level == "city" and (r.name_zh in names or r.short_zh in names)
        }
        provinces = {r.name_zh for r in catalog.regions().values() if r.level == "province"}
        return next(iter(parents)) if len(parents) == 1 and not names & provinces else ""

    def _level(self, names: set[str]) -> str:
        """The level that most of the names have, for the few that two levels share (吉林)."""
        by_name: dict[str, set[str]] = {}
        for r in catalog.regions().values():
            for text in (r.name_zh, r.short_zh):
                by_name.setdefault(text, set()).add(r.level)
        single = Counter(next(iter(by_name[n])) for n in names if len(by_name.get(n, ())) == 1)
        cities = single.get("city", 0)
        return (
            "city" if cities >= 3 and cities > single.get("province", 0) / 2 else "province" if single else ""
        )

    def _resolve(self, text: str, context: str, level: str) -> str | Problem:
        if not text:
            return Problem("", "a blank", "", "")
        bare = text.lower()
        if total := words.TOTAL_OF.fullmatch(text):
            text, bare = total[1], total[1].lower()
        if bare in words.TOTALS or words.SUM_OF_ALL.fullmatch(text):
            if self.whole:
                return self.whole
            return Problem("", "a total without the name of a place", "", f'--name "{text}=PLACE" says whose')
        if bare in words.GROUPS:
            return Problem("", "a group of places", "", "")
        try:
            return places.resolve(text, context or None, level).code
        except DataError as error:
            first = error.problems[0]
        if context:
            try:
                return places.resolve(text, None, level).code
            except DataError:
                pass
        return Problem("", words.PARTIAL[bare][1], "", "") if bare in words.PARTIAL else first

    def _agree(self, row: int, name: str, code: str) -> None:
        region = catalog.regions()[code]
        try:
            named = places.resolve(name, region.parent or None)
        except DataError as error:
            problem = error.problems[0]
            self.found.problems.append(
                replace(problem, where=f"{paths.relative(self.found.path)} row {row + 1} region_zh")
            )
            return
        if named.code != code:
            self.found.problems.append(
                Problem(
                    f"{paths.relative(self.found.path)} row {row + 1} region_zh",
                    f'"{name}" beside {code}',
                    region.name_zh,
                    "correct the code or the name",
                )
            )

    def _unknown(self, unknown: dict[str, list[int]], known: dict, rows: int) -> None:
        """Names that lead nowhere: left out with the reason in a table whose other names are known, else a problem."""
        misread = {
            text: numbers
            for text, numbers in unknown.items()
            if text
            and text.lower() not in words.TOTALS | words.GROUPS | words.PARTIAL.keys()
            and not words.SUM_OF_ALL.fullmatch(text)
        }
        also = "; " + otherwise(self.found.path)  # once is enough
        many = sum(map(len, misread.values())) > (1 - NAMES_KNOWN) * max(rows, 1)
        for text, numbers in unknown.items():
            problem = next(p for (t, _), p in known.items() if t == text and isinstance(p, Problem))
            if many and text in misread:
                column = "region_code" if text.isdecimal() else "region_code (place)"
                first = ", ".join(str(n + 1) for n in numbers[:5])
                self.found.problems.append(
                    Problem(
                        f"{paths.relative(self.found.path)} row {first} {column}",
                        f'"{text}"',
                        problem.expected,
                        f'{problem.fix}, or [places] "{text}" = "CODE" in the sidecar ("" leaves its rows out){also}',
                    )
                )
                also = ""
                continue
            why = problem.found if not problem.expected else f"no place of the dictionary; {problem.fix}"
            if not problem.expected and problem.fix:
                why += f"; {problem.fix}"
            for n in numbers:
                self.block.leave(n, self.column, text or "(blank)", why)

    def _without_subtotals(self, made: dict[int, str]) -> dict[int, str]:
        """A province's row above its own cities, among several provinces, is the sum of those cities: it is left out."""
        regions = catalog.regions()
        listed = {code for code in made.values()}
        parents = {regions[code].parent for code in listed if regions[code].level == "city"}
        if len(parents) < 2:
            return made
        kept = {}
        for n, code in made.items():
            if code in parents and regions[code].level == "province":
                self.block.leave(
                    n,
                    self.column,
                    regions[code].name_zh,
                    "the sum of the cities below it, not the province's own figure",
                )
            else:
                kept[n] = code
        return kept


def _whole_of(names: set[str]) -> str:
    """The nation where all its provinces are named, or the province of which all cities are; "" where any is missing."""
    standing: dict[str, list[catalog.Region]] = {}
    for r in catalog.regions().values():
        if r.state != "former" and r.level in ("province", "city"):
            standing.setdefault(r.parent, []).append(r)
    nation = [r for r in standing.pop("000000") if r.code[:2] not in _APART]
    for whole, parts in (("000000", nation), *standing.items()):
        if len(parts) > 1 and all(r.name_zh in names or r.short_zh in names for r in parts):
            return whole
    return ""


_APART = ("71", "81", "82")  # Taiwan, Hong Kong and Macao: the mainland's statistics do not count them
