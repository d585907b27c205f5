"""What a file says of its figures as a whole, or is asked: source, period, place, indicator and unit.

What it does not say comes from its sidecar or is asked for in one sentence.
"""

from __future__ import annotations

import re

from analysis import catalog, paths
from analysis.clean import periods
from analysis.clean.numbers import SCALES
from analysis.errors import DataError, Problem
from analysis.intake import labels, layout, parted, words
from analysis.intake.grid import letters, plain, tight
from analysis.intake.keyed import Column, Keyed
from analysis.intake.understood import Question

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
SERIAL = "as a spreadsheet's number of a day"
NEAREST = 8  # for so many unknown headings the nearest label is looked for


WHICH = (
    "which indicator it holds",
    '--indicator "NAME"',
    'indicator = "NAME" (a label of data/indicators.csv, its unit in brackets)',
)


class Stated(Keyed):
    """A table with what is said of all its figures."""

    def _columns(self) -> list[Column]:
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
            made.append(Column(c, self._heading(c), tuple(rest), unit, period, place, above if part else ""))
            above = unit or (above if part else "")
        return made

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
        lines = [line for line in self.block.titles if not _MADE.search(line)]
        text = " ".join([*lines, self.block.stated.get("time", "")])
        if "《" in text:
            text = re.sub(r"《[^》]*》", "", text)
        found = set(map(_when, _WHEN.finditer(text)))
        years = {when[:4] for when in found}
        spans = re.search(r"\d{4}\s*年?\s*[-—–~至到]\s*\d{4}", text)
        if not years and layout.is_period(self.block.sheet.name):
            return layout.period_of(self.block.sheet.name)
        if len(years) != 1 or spans:
            return ""
        parts = found - years  # 2023年1-9月 says more than 2023年 beside it
        return (parts or years).pop() if len(parts) < 2 else ""

    def _year_said(self) -> str:
        found = re.search(r"(?:19|20)\d\d", self.answers.period or self._title_period())
        return found[0] if found else ""

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

    def _indicator_of(self, column: Column, source_id: str) -> tuple[str, str]:
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
            return "", f"{SERIAL} it would be {day}; write the year"
        near = labels.nearest(kept[-1]) if self.unknown <= NEAREST else ""
        return "", "no indicator of the dictionary" + (f"; nearest {near}" if near else "")

    def _titled(self, column: Column, key: str, why: str, source_id: str) -> tuple[str, str]:
        """(key, why not) of a heading below a title that says what is counted: 医院 below 各地区医疗卫生机构床位数 with 单位：张 is
        医院床位数, 合计 is the title's own; a heading whose own unit contradicts the table's is none."""
        unit = self.block.stated.get("unit", "")
        if column.unit or not unit or self.answers.unit or self._said(column) is not None:
            return key, why
        fits = {k for k, entry in catalog.indicators().items() if scale(unit, entry.unit) is not None}
        parts = [
            p for p in column.parts if tight(p).lower().strip(":") not in words.SAYS_NOTHING | {"其中", "#"}
        ]
        if not fits or key in fits or not key and parts:
            return key, why
        for title in map(_counted, self.block.titles):
            bare = re.sub("^(?:医疗卫生机构|医疗机构|卫生机构)(?=.)", "", title)
            whole = labels.indicator(title, source_id)
            named = labels.of_headings([bare, *parts], source_id) if parts else whole
            if named in fits and (not parts or named != whole):
                return named, ""
        if not key or "、" in unit:
            return key, why
        return "", f"{unit}, the unit of the table, does not count {catalog.indicator(key).label_zh}"

    def _said(self, column: Column) -> str | None:
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
        self._ask(*WHICH)
        return "", ""

    def _unit(self, own: str, key: str, heading: str, source_id: str) -> str:
        """The unit of a column: printed in its heading, said, stated for the block; else asked for unless the source prints one."""
        entry = catalog.indicators()[key]
        names = (heading, heading.split(" / ")[-1])
        said = next((self.answers.units[n] for n in names if n in self.answers.units), "") or next(
            (words.unit_of(self.answers.columns[n]) for n in names if n in self.answers.columns), ""
        )
        stated = self.answers.unit or self.block.stated.get("unit", "")
        listed = [u for u in re.split(r"[、,，;；/\s]+(?!10)", stated) if u]
        fitting = [u for u in listed if scale(u, entry.unit) is not None]
        block = fitting[0] if len(set(fitting)) == 1 else "" if fitting else "".join(listed[:1])
        if (
            entry.kind not in ("stock", "flow")
            and block != entry.print_unit
            and (scale(block, entry.unit) or 1) > 1
        ):
            block = ""  # 单位：万人 above a table is of its counts, not of 每千人口医师数 among them
        unit = said or own or block
        if unit:
            return unit.removesuffix(words.ITS_OWN) + entry.unit if unit.endswith(words.ITS_OWN) else unit
        if self._prints(source_id, key) or entry.unit in ("日", "岁", "‰", "1/10万"):
            return entry.print_unit
        one = f'[units] "{heading}" = "{entry.print_unit}"'
        if stated:  # the other columns have the unit of the table
            option, line = f'--column "{heading}={entry.label_zh}({entry.print_unit})"', one
        else:
            option, line = f'--unit "{entry.print_unit}"', f'unit = "{entry.print_unit}" (or {one})'
        self._ask(f"the unit of {heading}", option, line)
        return ""

    def _prints(self, source_id: str, key: str) -> bool:
        """Whether the block is an export of the source whose print unit the dictionary holds, not a table that only names it."""
        export = self.block.stated.get("database") or self.block.stated.get("source")
        return source_id == "nbs-province" and bool(export and catalog.indicators()[key].print_unit)

    def _in_percent(self, column: int) -> bool:
        """Whether every figure of a column is printed with a per cent sign."""
        texts = [self.rows[n][column].strip() for n in self.figures[:200]]
        return any(texts) and all(t[-1] in "%％" or t in layout.BLANKS for t in texts if t)

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


# a line that says when the table was made, not what its figures are of
_MADE = re.compile(
    r"(?:发布|制表|填报|填表|打印|印发|更新|编制|上报|报送|导出|下载|生成)(?:日期|时间|于)?\s*[:：]?\s*(?:19|20)\d\d"
)
_PART_OF_YEAR = r"\d{1,2}\s*[-—–~～至]\s*\d{1,2}\s*月份?|\d{1,2}\s*月(?:\s*\d{1,2}\s*日|份|底|末)?|第?[1-4一二三四]季度|前[2-3二两三]个?季度|[上下]半年"
_WHEN = re.compile(rf"(?<![\d.])((?:19[4-9]|20[0-4])\d)\s*(?:年(?:\s*({_PART_OF_YEAR}))?|\)|）|$|\s)")


def _when(found: re.Match) -> str:
    """The period of a title: the year, or the part of it that stands behind the year (2023年1-9月, 2024年6月底, 2023年前三季度)."""
    part = tight(found[2] or "").replace("个", "")
    if not part:
        return found[1]
    if part[0] == "前":
        part = "1-9月" if part[1] in "3三" else "1-6月"
    return f"{found[1]}年{part}"


def _counted(title: str) -> str:
    """What a table's title says is counted: 3-1-1 2022年各地区医疗卫生机构床位数 -> 医疗卫生机构床位数."""
    return words.title(re.sub(r"^(?:(?:续表|附?表)\s*)?[\d\s.-]+(?!年)(?=\D)", "", title))


def scale(unit: str, base: str) -> int | None:
    """What one printed unit is in base units (万人 is 10,000 人); None when the two do not measure the same thing."""
    from analysis.clean.panel import same_unit

    for word in sorted(SCALES, key=len, reverse=True):
        rest = unit.removeprefix(word)
        if unit.startswith(word) and same_unit(rest, base):
            return SCALES[word]
    return None
