"""The form of a bulletin: one row a proposal, its context with the number marked, drop-downs to decide with.

A person decides each row: ``accept`` it as it stands or as corrected in its cells, ``reject`` it, or ``add`` one that the reader
missed in a free row at the end. A second sheet holds measures without a number, a third what is known of the document.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from analysis import catalog
from analysis.intake.bulletins import measures, reader
from analysis.intake.bulletins.documents import Document
from analysis.tables import MEASURES, PERIOD_BASES, QUANTIFIERS, STATUSES

DECISIONS = ("accept", "reject", "add")
SALIENCE = ("core", "minor", "metadata")
THEMES = (
    "talent", "grassroots", "digital", "service_capacity", "service_volume", "funding", "research_output", "governance", "ranking", "equipment", "evaluation", "party_building",
    "culture", "target", "metadata",
)  # fmt: skip
CODED = (
    "decision", "no", "context", "as_printed", "value", "value_low", "value_high", "unit", "quantifier", "measure", "status", "direction", "period_start", "period_end",
    "period_basis", "region_code", "institution", "indicator_zh", "indicator_en", "theme", "qualifier", "qualifier_en", "damaged", "salience", "why", "confidence", "char_start",
    "char_end",
)  # fmt: skip
MEASURE_COLUMNS = (
    "decision", "no", "context", "family", "mechanism", "region_code", "institution", "paraphrase_zh", "paraphrase_en", "start_date", "status", "theme", "confidence", "char_start",
    "char_end",
)  # fmt: skip
ABOUT = ("title", "title_en", "issuer", "published", "region_code", "url", "grade", "file", "sha256")
CHOICES: dict[str, tuple[str, ...]] = {
    "decision": DECISIONS,
    "quantifier": QUANTIFIERS,
    "measure": MEASURES,
    "status": STATUSES,
    "direction": ("up", "down"),
    "period_basis": PERIOD_BASES,
    "theme": THEMES,
    "damaged": ("true", "false"),
    "salience": SALIENCE,
}
SHEETS = ("statements", "measures", "document")
FREE_ROWS = 20
NOTES = {
    "decision": "accept 采纳（可先改各格） · reject 不采纳 · add 补充遗漏",
    "context": "原文前后文，数字已标红",
    "value": "基本单位：元、人、%、pp；区间与无数字者留空",
    "why": "改动了数值、界限或量词时写明理由",
    "qualifier": "原文中限定该数字的词，以；分隔",
    "qualifier_en": "the same in English, parted by ; and a blank",
    "region_code": "空白：原文另指一地（全县、标题中的县），由人填写 · empty: the words name another place, say which",
    "indicator_zh": "指标：data/indicators.csv 中的名称，或新名称",
}
_WIDE = {"context": 60, "indicator_zh": 26, "indicator_en": 26, "as_printed": 16, "institution": 22, "why": 24, "paraphrase_zh": 34, "paraphrase_en": 40}  # fmt: skip
_THEME_WORDS = (
    ("talent", "博士|人才|引进|招聘|医师|医生|护士|编制|院士|进修|专家|职称|培训"),
    ("funding", "资金|经费|投入|补助|投资|财政|安排|奖"),
    ("digital", "互联网|平台|信息|数据|电子|线上|远程|影像|AI|系统"),
    ("grassroots", "乡镇|基层|社区|村|家庭医生|签约|医共体|县域"),
    ("research_output", "论文|课题|基金|专利|成果|SCI|临床试验|科研"),
    ("ranking", "排名|名次|位居|百强|绩效考核"),
    ("service_volume", "人次|出院|门诊|床位|住院日|费用|药占比|手术人次"),
    ("service_capacity", "手术|技术|专科|学科|病种|CMI"),
    ("equipment", "设备|仪器|CT|平方米|磁共振"),
)


@dataclass(frozen=True)
class About:
    """What is known of the document: who issued what, when, about which place."""

    title: str = ""
    issuer: str = ""
    published: str = ""
    region: str = ""
    url: str = ""


def source_title(document: Document) -> str:
    """The first line of the text that reads like a title: it has Chinese and no full stop, and is no heading of an issue."""
    for line in document.text.split("\n")[:25]:
        plain = line.strip()
        chinese = sum("\u4e00" <= c <= "\u9fff" for c in plain)
        if 8 <= chinese and len(plain) <= 60 and not set("。；：:") & set(plain) and "期" not in plain[:12]:
            return plain
    return document.path.stem


def theme_of(text: str) -> str:
    """The theme that the words around a number suggest."""
    import re

    return next((theme for theme, pattern in _THEME_WORDS if re.search(pattern, text)), "governance")


def indicator_of(words: str) -> tuple[str, str]:
    """(label, English label) of the dictionary's indicator of that name; the words themselves and "" when it has none."""
    for indicator in catalog.indicators().values():
        if words and words in (indicator.label_zh, *indicator.aliases):
            return indicator.label_zh, indicator.label_en
    return words, ""


_ENGLISH = {
    "累计": "cumulative", "每年": "a year", "每月": "a month", "每人每年": "per person a year", "每人每月": "per person a month", "年均": "yearly average", "月均": "monthly average",
    "日均": "daily average", "人均": "per head", "次均": "per visit or stay", "均次": "per visit or stay", "平均": "on average", "全职": "full-time", "柔性": "flexible", "柔性引进": "flexible appointments",
    "新增": "newly added", "首批": "first batch", "首次": "for the first time", "其中": "of these", "先后": "one after another", "目前": "at the time of writing", "现有": "at present",
    "截至目前": "to date", "截止目前": "to date", "同比": "on the same period a year earlier", "环比": "on the period before", "较上年": "on the year before", "比上年": "on the year before",
    "较上年同期": "on the same period a year earlier", "较去年": "on the year before", "去年": "last year", "今年": "this year", "今年以来": "this year so far", "力争": "strive for", "争取": "strive for",
    "至少": "at least", "原则上": "in principle", "连续": "in a row", "共": "in all", "总计": "in all", "政策范围内": "within the policy's scope", "改革前": "before the reform", "改革后": "after the reform",
    "共建前": "before co-building", "共建后": "after co-building", "托管前": "before the trusteeship", "托管后": "after the trusteeship", "帮扶前": "before the assistance", "帮扶后": "after the assistance",
    "试点前": "before the pilot", "试点后": "after the pilot", "疫情期间": "during the epidemic", "疫情防控期间": "during the epidemic", "三年来": "over the past three years", "五年来": "over the past five years",
    "近三年": "over the past three years", "近五年": "over the past five years",
}  # fmt: skip


def in_english(qualifier: str) -> str:
    """A qualifier in English, part by part; what the list does not know stays as printed, for the person to translate."""
    return "; ".join(_ENGLISH.get(part, part) for part in qualifier.split("；") if part)


def _head(sheet: Worksheet, columns: tuple[str, ...], rows: int) -> None:
    sheet.append(list(columns))
    sheet.append([NOTES.get(name, "") for name in columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EDF2")
    for cell in sheet[2]:
        cell.font = Font(italic=True, color="666666", size=9)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "C3"
    for at, name in enumerate(columns, start=1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = _WIDE.get(name, 12)
        if name in CHOICES:
            rule = DataValidation(type="list", formula1='"' + ",".join(CHOICES[name]) + '"', allow_blank=True)
            rule.errorTitle, rule.error = name, "choose from the list / 请从列表选择"
            sheet.add_data_validation(rule)
            rule.add(f"{letter}3:{letter}{rows + 2}")


def marked(text: str, start: int, end: int, reach: int = 30) -> CellRichText:
    """The context of a span with the span in red and bold."""
    before = " ".join(text[max(0, start - reach) : start].split())
    after = " ".join(text[end : end + reach].split())
    font = InlineFont(b=True, color="00C00000")
    parts = [part for part in (before, TextBlock(font, text[start:end].replace("\n", " ")), after) if part]
    return CellRichText(*parts)


def _put(sheet: Worksheet, row: int, columns: tuple[str, ...], cells: dict[str, object]) -> None:
    for at, name in enumerate(columns, start=1):
        value = cells.get(name, "")
        if value in ("", None):
            continue
        cell = sheet.cell(row, at)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # text that begins with = is text
        if name == "context":
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def write(document: Document, about: About, path: Path) -> int:
    """Write the form of a document; returns how many statements it proposes. Raises DataError as ``reader.rows`` does."""
    proposed = reader.rows(document.text, about.published, about.region)
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEETS[0]
    _head(sheet, CODED, len(proposed) + FREE_ROWS)
    for number, row in enumerate(proposed, start=1):
        label, english = indicator_of(row.indicator_zh)
        cells: dict[str, object] = {name: getattr(row, name) for name in CODED if hasattr(row, name)}
        cells |= {
            "no": number,
            "context": marked(document.text, row.char_start, row.char_end),
            "damaged": "true" if row.damaged else "false",
            "indicator_zh": label,
            "indicator_en": english,
            "qualifier_en": in_english(row.qualifier),
            "theme": theme_of(row.context),
            "salience": "minor" if row.confidence != "high" and not row.damaged else "core",
        }
        _put(sheet, number + 2, CODED, cells)
    _measures(book, document)
    facts = book.create_sheet(SHEETS[2])
    digest = sha256(document.path.read_bytes()).hexdigest()
    said = (
        about.title or source_title(document),
        "",
        about.issuer,
        about.published,
        about.region,
        about.url,
        "C",
        document.path.name,
        digest,
    )
    for name, value in zip(ABOUT, said, strict=True):
        facts.append([name, value])
    facts.column_dimensions["A"].width, facts.column_dimensions["B"].width = 16, 70
    book.save(path)
    return len(proposed)


def _measures(book: Workbook, document: Document) -> None:
    found = measures.find(document.text)
    sheet = book.create_sheet(SHEETS[1])
    _head(sheet, MEASURE_COLUMNS, len(found) + FREE_ROWS)
    for number, one in enumerate(found, start=1):
        cells: dict[str, object] = {
            name: getattr(one, name)
            for name in (
                "family",
                "mechanism",
                "institution",
                "region_code",
                "confidence",
                "char_start",
                "char_end",
            )
        }
        cells |= {
            "no": number,
            "context": marked(document.text, one.char_start, one.char_end, 12),
            "status": one.status,
            "theme": theme_of(one.context),
        }
        _put(sheet, number + 2, MEASURE_COLUMNS, cells)
