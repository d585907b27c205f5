"""An audit of a finished site from its own files and the raw figures, with nothing of this project: what a sceptical reader would check.

By hand: `python tests/audit.py reports data/raw [--xlsx] [1/4]` (the first of four parts of its folders); pages of places and pages that compare. Each printed number
against facts.json; each fact against the values it rests on (bounds, period, grade, sources, place); each of those against the raw
file it was read from; each CSV line and workbook row against the fact it prints. A fault is one line: kind, page, what.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from recompute import judged, table_of

NATION = "000000"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SCALES = {"千": 1e3, "万": 1e4, "亿": 1e8, "million": 1e6, "billion": 1e9}
ORDER = "ABC"
SAID_AS = {"个": "家"}  # statistics count hospitals in 个, pages say 家
BASES = ["explicit", "relative_resolved", "as_of_publication", "inferred", "undated"]
POOLS = ("panel", "user")  # files whose rows are region, year, indicator, value, unit


@dataclass
class Told:
    """What was looked at, and what was wrong: (kind, page, what)."""

    seen: Counter = field(default_factory=Counter)
    faults: list[tuple[str, str, str]] = field(default_factory=list)

    def check(self, kind: str, where: str, holds: bool, what: str) -> None:
        self.seen[kind] += 1
        if not holds:
            self.faults.append((kind, where, what))


HELD = ("thead", "th", "caption", "figcaption", "script", "style")
INLINE = (
    "data",
    "a",
    "b",
    "strong",
    "em",
    "i",
    "span",
    "button",
    "abbr",
    "small",
    "sub",
    "sup",
    "code",
    "wbr",
    "time",
    "cite",
    "q",
)
SENTENCE = re.compile(r"[。！？]|[.!?](?=\s+[A-Z])")


@cache
def wordings() -> dict[str, dict[str, list[str]]]:
    """Other words that say a qualifier, as words.toml declares them."""
    declared = tomllib.loads((Path(__file__).parents[1] / "data" / "words.toml").read_text("utf-8"))
    found: dict[str, dict[str, list[str]]] = {"zh": {}, "en": {}}
    for entry in declared["qualifiers"].values():
        for lang, held in found.items():
            held[entry["printed"][lang]] = [said[lang] for key, said in entry.items() if key != "printed"]
    return found


def unsaid(qualifier: str, around: str, lang: str) -> list[str]:
    """The parts of a qualifier that the words around a number do not say."""
    seen, known = around.casefold(), wordings()[lang]
    parts = re.split("；|; ", qualifier)
    return [p for p in parts if not any(w.casefold() in seen for w in (p, *known.get(p, ())))]


class Reader(HTMLParser):
    """A page's numbers, (fact, value, text), and the text of its records by fact."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.numbers: list[tuple[str, str, str]] = []
        self.records: dict[str, str] = {}
        self.region = ""
        # what a reader sees with each number: its sentence, its row's head, its column's head, the captions above
        self.around: list[str] = []
        self._text, self._heads, self._row, self._caption, self._column = "", [], "", "", -1
        self._within: list[str] = []
        self._starts: list[int] = []
        self._wait: list[tuple[int, int, str]] = []  # (number, where it starts, heads and caption)
        self._open: list[tuple[str, str, list[str]]] = []
        self._record, self._depth = "", 0
        self._opens, self._cell = "", False  # the record that a button opens; inside a cell that is a number
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self._ends(tag)
        self._border(tag)
        if tag == "button":
            self._opens = a.get("popovertarget", "").removeprefix("r-")
        if tag in HELD:
            self._within.append(tag)
        if tag == "table":
            self._heads, self._caption = [], ""
        elif tag == "tr":
            self._row, self._column = "", -1
        elif tag in ("th", "td"):
            self._column += 1
            if tag == "th" and "thead" in self._within:
                self._heads.append("")
        elif tag == "data":
            self._starts.append(len(self._text))
        if tag == "meta" and a.get("name") == "yigai-region":
            self.region = a["content"]
        if tag == "data":
            self._open.append((a.get("data-fact", self._opens), a.get("value", ""), []))
        elif (
            tag == "td" and "data-v" in a
        ):  # a cell that is a number: its value, or none where that is what is printed
            self._starts.append(len(self._text))
            self._cell = True
            self._open.append((a.get("data-fact", ""), a["data-v"], []))
        if tag == "div":
            if a.get("class") == "rec":
                self._record, self._depth = a["id"].removeprefix("r-"), 0
                self.records[self._record] = ""
            elif self._record:
                self._depth += 1

    def _ends(self, tag):
        """A cell that is a number ends where the next cell or row begins, or the rows end."""
        if self._cell and tag in ("td", "th", "tr", "tbody", "table"):
            self._cell = False
            self._number(cell=True)

    def _number(self, cell=False):
        fact, value, parts = self._open.pop()
        text = "".join(parts).strip()
        self.numbers.append((fact, value or text if cell else value, text))
        self.around.append("")
        head = self._heads[self._column] if 0 <= self._column < len(self._heads) else ""
        self._wait.append(
            (len(self.around) - 1, self._starts.pop(), " | ".join((head, self._row, self._caption)))
        )

    def handle_endtag(self, tag):
        self._ends(tag)
        if tag == "data" and self._open:
            self._number()
        if tag == "button":
            self._opens = ""
        self._border(tag)
        if tag in self._within:
            while self._within.pop() != tag:
                pass
        if tag == "div" and self._record:
            if not self._depth:
                self._record = ""
            self._depth -= 1

    def _border(self, tag):
        """Where a block begins or ends, the numbers since the last border get their sentence."""
        if tag not in INLINE:
            for n, start, beside in self._wait:
                before = [m.end() for m in SENTENCE.finditer(self._text) if m.end() <= start]
                after = [m.end() for m in SENTENCE.finditer(self._text) if m.end() > start]
                self.around[n] = (
                    self._text[before[-1] if before else 0 : after[0] if after else None] + " | " + beside
                )
            self._text, self._wait = "", []

    def handle_data(self, text):
        if "script" in self._within or "style" in self._within:
            return
        self._text += text
        if "thead" in self._within and "th" in self._within and self._heads:
            self._heads[-1] += text
        elif "th" in self._within:
            self._row += text
        if "caption" in self._within or "figcaption" in self._within:
            self._caption += text
        for _, _, parts in self._open:
            parts.append(text)
        if self._record:
            self.records[self._record] += text


_RANGE = re.compile(r"^(?:[–—-]|至)\s*[+−-]?[\d,.]+\s*")


def read_number(text: str) -> list[tuple[float, float]]:
    """Every number of a printed text with half of its last digit, in base units."""
    found = []
    for match in NUMBER.finditer(text):
        digits, after = match.group().replace(",", ""), text[match.end() :].strip()
        if not text[match.end() :].startswith(
            " "
        ):  # not "9640 –1.45 万", whose first end had a unit of its own
            after = _RANGE.sub("", after)  # "3.21–4.02 万": both ends of a range have the scale behind it
        scale = next((size for word, size in SCALES.items() if after.startswith(word)), 1.0)
        zeros = len(digits) - len(digits.rstrip("0")) if "." not in digits and float(digits) else 0
        half = 0.5 * 10.0 ** (zeros - len(digits.partition(".")[2])) * scale
        found.append((float(digits) * scale, half))
    return found


class Raw:
    """The raw figures: what panel files print by (place, period) and indicator, coded statements by id, ranks by hospital and year."""

    def __init__(self, folder: Path):
        self.cells: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.coded: dict[str, dict] = {}
        self.ranks: dict[tuple[str, str], list[dict]] = defaultdict(list)
        for file in sorted(folder.glob("panel/*.csv")):
            for row in self._rows(file):
                when = row.get("year") or row.get("period") or ""
                printed = f"{row.get('value', '')} {row.get('unit', '')}".strip()
                self.cells[row.get("region_code", ""), when][row.get("indicator_zh", "")].add(printed)
        for file in sorted(folder.glob("bulletins/doc-*.csv")):
            self.coded |= {row["fact_id"]: row for row in self._rows(file)}
        for file in sorted(folder.glob("assessment/guokao_rank_series.csv")):
            for row in self._rows(file):
                self.ranks[row["hospital"], row["assessment_year"]].append(row)

    def _rows(self, file: Path) -> list[dict]:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))

    def holds(self, cell: dict) -> bool | None:
        """Whether the raw files print a cell as the site says; None for what stands in no such file."""
        if cell["id"] in self.coded:
            row = self.coded[cell["id"]]
            return row["as_printed"] == cell["printed"] and row["region_code"] == cell["place"]
        if str(cell["id"]).startswith("ga:"):
            rows = self.ranks.get((cell["locator"].split(" · ")[0], cell["end"][:4]), [])
            return any(_prints(row, cell["printed"]) for row in rows) if rows else None
        parts = cell["locator"].split(" › ")
        when = parts[-1] if re.search("月|季", parts[-1]) else cell["end"][:4]
        held = self.cells.get((cell["place"], when), {})
        named = [held[part] for part in parts if part in held]
        return any(cell["printed"] in one for one in named) if named else None


def _prints(row: dict, printed: str) -> bool:
    digits = NUMBER.search(printed)
    held = {row[key] for key in ("rank", "grade", "percentile_top", "score") if row.get(key)}
    return printed in held or bool(digits and digits.group() in held)


def cells_of(page: dict) -> list[dict]:
    """The published values of a page as mappings, bounds and printed strings made again."""
    if not page["cells"]["rows"]:
        return []
    frame = table_of(page["cells"])
    where = sorted(c for c in frame if re.fullmatch(r"where\d+", c))
    # column by column: to_dict of thousands of rows took a third of the time of a page
    held = {c: [None if v is None or v != v else v for v in frame[c].tolist()] for c in frame}
    out = []
    for values in zip(*held.values(), strict=True):
        row = dict(zip(held, values, strict=True))
        value = row["value"]
        for side, name, sign in (("under", "low", -1), ("over", "high", 1)):
            if row[side] is not None:
                row[name] = round(value + sign * row[side], 9)
        if row["digits"] is not None:
            scale = next((size for word, size in (("万", 1e4), ("亿", 1e8)) if word in row["after"]), 1.0)
            row["printed"] = f"{value / scale:.{int(row['digits'])}f}{row['after']}"
        row["locator"] = page["cells"]["break"].join(row[c] for c in where if row[c] is not None)
        if row["id"] is None:
            row["id"] = f"{row['source']}:{row['place']}:{row['indicator']}:{row['end'][:4]}"
        out.append(row)
    return out


def audit_fact(
    told: Told, where: str, fact: dict, facts: dict, cells: list[dict], frame, tables: dict
) -> None:
    """A fact against the values it rests on."""
    rows = [n for first, last in fact["rows"] for n in range(first, last + 1)]
    own = [cells[n] for n in rows]
    name = f"{fact['id']} {fact['label']['en']}"
    grade = max((c["grade"] for c in own if c["grade"]), key=ORDER.index, default="")
    told.check(
        "grade", where, not grade or fact["grade"] == grade, f"{name}: {fact['grade']}, its values {grade}"
    )
    days = [d for c in own for d in (c["start"], c["end"]) if d]
    inside = [d for d in fact["period"] if d]
    told.check(
        "period",
        where,
        not days or all(min(days) <= d <= max(days) for d in inside),
        f"{name}: {fact['period']}",
    )
    basis = max((c["basis"] for c in own if c["basis"]), key=BASES.index, default="explicit")
    computed = "formula" in fact
    held_basis = fact.get("period_basis", "explicit")
    told.check(
        "basis", where, BASES.index(held_basis) >= BASES.index(basis), f"{name}: {held_basis}, {basis}"
    )
    for lang in ("zh", "en"):
        said = fact["text"][lang].replace(fact.get("unit") or "\n", "")  # 1/10万 is a unit
        shown = read_number(
            re.sub(r"[（(].*[）)]", "", said)
        )  # in brackets stands what the source prints beside the number
        sought = [v for v in (fact.get("value"), fact.get("low"), fact.get("high")) if v is not None]
        if shown and sought:
            near = all(any(abs(a - abs(v)) <= half * 1.001 + 1e-9 for v in sought) for a, half in shown)
            told.check("text", where, near, f"{name}: prints {fact['text'][lang]!r} for {sought}")
    if not computed and len(own) == 1 and own[0]["kind"] == "observations":
        (cell,) = own
        told.check(
            "value",
            where,
            fact.get("value") == cell["value"],
            f"{name}: {fact.get('value')}, held {cell['value']}",
        )
        told.check(
            "unit",
            where,
            fact.get("unit", "") in {cell["unit"] or fact.get("unit", ""), SAID_AS.get(cell["unit"])},
            f"{name}: {fact.get('unit')}",
        )
        told.check(
            "printed",
            where,
            fact.get("as_printed", "") == cell["printed"],
            f"{name}: {fact.get('as_printed')!r}",
        )
    if computed:
        verdict, found = judged(fact, facts, frame.iloc[rows], tables)
        told.check(
            "stated" if verdict == "stated" else "recomputed",
            where,
            verdict in ("agrees", "stated"),
            f"{name}: {found}",
        )


def audit_page(told: Told, file: Path, raw: Raw, regions: dict[str, dict]) -> None:
    """A page's facts.json, its HTML in each language and its CSV files."""
    held = json.loads(file.read_text(encoding="utf-8"))
    where, theme = f"{file.parent.name}/{file.name}", held["theme"]
    facts, cells = held["facts"], cells_of(held)
    frame = table_of(held["cells"])
    told.check("place of the page", where, held["region_code"] == file.parent.name, held["region_code"])
    for cell in cells:
        if cell["kind"] == "observations":
            found = raw.holds(cell)
            if found is None:
                told.seen["(raw, in no file that is read here)"] += 1
            else:
                told.check("raw", where, found, f"{cell['id']}: {cell['printed']!r} at {cell['locator']}")
            if found and cell["value"] is not None and cell["id"] not in raw.coded:
                near = any(
                    abs(a - abs(cell["value"])) <= half * 1.001 for a, half in read_number(cell["printed"])
                )
                told.check(
                    "raw value", where, near, f"{cell['id']}: {cell['printed']!r} is not {cell['value']}"
                )
    for fact in facts.values():
        audit_fact(told, where, fact, facts, cells, frame, held.get("tables", {}))
        rows = [cells[n] for first, last in fact["rows"] for n in range(first, last + 1)]
        if (
            "formula" not in fact
            and len(rows) == 1
            and rows[0]["place"] in regions
            and not rows[0]["institution"]
        ):
            names = regions[rows[0]["place"]]
            told.check(
                "place", where, any(n and n in fact["label"]["zh"] for n in names) or not _named(fact, regions),
                f"{fact['id']} {fact['label']['zh']}: its value is of {names[0]}",
            )  # fmt: skip
    for lang, ending in (("zh", ".html"), ("en", ".en.html")):
        html = file.with_name(file.name.replace(".facts.json", ending))
        if html.is_file():
            audit_html(told, html, Reader(html.read_text(encoding="utf-8")), facts, lang, held["region_code"])
    for line_file in sorted((file.parent / theme).glob("*.csv")):
        with line_file.open(encoding="utf-8-sig", newline="") as lines:
            for line in csv.DictReader(lines):
                audit_line(told, f"{where} {line_file.name}", line, facts)


def _named(fact: dict, regions: dict) -> bool:
    """Whether a label names any province at all."""
    return any(
        names[0] in fact["label"]["zh"]
        for code, names in regions.items()
        if code.endswith("0000") and names[0]
    )


def audit_html(told: Told, html: Path, page: Reader, facts: dict, lang: str, region: str) -> None:
    where = f"{html.parent.name}/{html.name}"
    told.check("region of the page", where, page.region == region, page.region)
    for n, (fact_id, value, text) in enumerate(page.numbers):
        fact = facts.get(fact_id)
        if fact_id:
            told.check("known", where, fact is not None, f"{fact_id} {text}")
        if fact is not None:
            whole = fact["text"][lang]
            beside = (fact.get("qualifier") or {}).get(lang, "")
            bare = whole[: whole.index(beside) - 1].rstrip() if beside and beside in whole else whole
            told.check("shown", where, text in (whole, bare), f"{text!r}, facts.json {whole!r}")
            if text == bare != whole:
                lacking = unsaid(beside, page.around[n], lang)
                told.check(
                    "qualifier", where, not lacking, f"{text!r} without {lacking} in {page.around[n][:200]!r}"
                )
            if fact.get("value") is not None:
                told.check("shown value", where, value != "" and abs(float(value) - fact["value"]) <= 6e-9 * max(1.0, abs(fact["value"])), f"{text}: {value}")  # fmt: skip
        elif value and (shown := read_number(text)):
            # a count may be printed to its publisher's step, coarser than its digits show
            half = max(shown[0][1], 50.0 if shown[0][1] >= 0.5 and shown[0][0] == 0 else 0.0)
            near = abs(shown[0][0] - abs(float(value))) <= half * 1.001 + 1e-9
            told.check("shown value", where, near, f"prints {text!r} for {value}")
    for fact_id, text in page.records.items():
        if (fact := facts.get(fact_id)) and fact.get("as_printed"):
            told.check(
                "record",
                where,
                _bare(fact["as_printed"]) in _bare(text.replace(fact["text"][lang], "", 1)),
                fact_id,
            )


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def audit_line(told: Told, where: str, line: dict, facts: dict) -> None:
    """A line of a CSV file against the fact that it prints."""
    told.check("csv place", where, bool(re.fullmatch(r"\d{6}", line["region_code"])), line["row_en"])
    if not line["fact"]:
        return
    fact = facts.get(line["fact"])
    told.check("csv fact", where, fact is not None, line["fact"])
    if fact is None:
        return
    for key in ("value", "low", "high"):
        held = fact.get(key)
        same = (
            line[key] == ""
            if held is None
            else line[key] != "" and abs(float(line[key]) - held) <= 1e-9 * max(1.0, abs(held))
        )
        told.check("csv number", where, same, f"{line['fact']} {key}: {line[key]!r}, facts.json {held}")
    printed = line["printed_zh"] == fact["text"]["zh"] and line["printed_en"] == fact["text"]["en"]
    told.check("csv printed", where, printed, f"{line['fact']}: {line['printed_en']!r}")
    about = [line["period_start"], line["period_end"], line["grade"]] == [*fact["period"], fact["grade"]]
    told.check(
        "csv record",
        where,
        about,
        f"{line['fact']}: {line['period_start']} {line['period_end']} {line['grade']}",
    )


def audit_comparison(told: Told, file: Path, raw: Raw) -> None:
    """A page that compares: its facts against the values they rest on and these against raw, both languages, its tables against CSV."""
    held, where = json.loads(file.read_text(encoding="utf-8")), f"compare/{file.name}"
    cells, frame, stem = cells_of(held), table_of(held["cells"]), file.name.removesuffix(".facts.json")
    for cell in cells:
        if cell["kind"] == "observations" and (found := raw.holds(cell)) is not None:
            told.check("raw", where, found, f"{cell['id']}: {cell['printed']!r} at {cell['locator']}")
    for fact in held["facts"].values():
        audit_fact(told, where, fact, held["facts"], cells, frame, held.get("tables", {}))
    printed: set[str] = set()
    for name in (file.with_name(f"{stem}.csv"), *sorted(file.parent.glob(f"{stem}-*.csv"))):
        if name.is_file():
            with name.open(encoding="utf-8-sig", newline="") as lines:
                printed |= {f"{float(line['value']):.9g}" for line in csv.DictReader(lines) if line["value"]}
    for lang, ending in (("zh", ".html"), ("en", ".en.html")):
        html = file.with_name(stem + ending)
        if html.is_file():
            page = Reader(html.read_text(encoding="utf-8"))
            audit_html(told, html, page, held["facts"], lang, "")
            for fact, value, text in page.numbers:
                if not fact and value:
                    told.check(
                        "csv number",
                        where,
                        f"{float(value):.9g}" in printed,
                        f"{text} for {value} is in no CSV",
                    )


def audit_workbook(told: Told, folder: Path) -> None:
    """A region's workbooks against its CSV files: the same cells, in each language."""
    from python_calamine import CalamineWorkbook

    lines = Counter()
    for file in sorted(folder.glob("*/*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as rows:
            lines.update((r["fact"], r["printed_en"], r["region_code"]) for r in csv.DictReader(rows))
    for name in ("tables.xlsx", "tables.en.xlsx"):
        if (folder / name).is_file():
            with (folder / name).open(
                "rb"
            ) as file:  # one workbook at a time: a site's together fill the memory
                book = CalamineWorkbook.from_filelike(file)
                sheets = (book.get_sheet_by_name(one).to_python() for one in book.sheet_names)
                head, *rows = next(sheet for sheet in sheets if sheet and sheet[0][:1] == ["theme"])
            at = [head.index(k) for k in ("fact", "printed_en", "region_code")]
            held = Counter(tuple(_cell(row[k]) for k in at) for row in rows)
            differing = sum(((held - lines) + (lines - held)).values())
            told.check("xlsx", f"{folder.name}/{name}", held == lines, f"{differing} rows differ")


def _cell(value: object) -> str:
    """A workbook's cell as the CSV file has it."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def audit(
    site: Path, raw_folder: Path, xlsx: bool = False, raw: Raw | None = None, part: tuple[int, int] = (1, 1)
) -> Told:
    """Go through a site, or the k-th of n parts of its folders. raw: the raw figures where they were read before."""
    told, raw = Told(), raw or Raw(raw_folder)
    with (raw_folder.parent / "regions.csv").open(encoding="utf-8", newline="") as lines:
        regions = {r["region_code"]: (r["short_zh"], r["name_zh"]) for r in csv.DictReader(lines)}
    k, n = part
    for folder in sorted(
        f for f in site.iterdir() if f.is_dir() and (f.name.isdigit() or f.name == "compare")
    )[k - 1 :: n]:
        for file in sorted(folder.glob("*.facts.json")):
            if folder.name == "compare":
                audit_comparison(told, file, raw)
            else:
                audit_page(told, file, raw, regions)
        if xlsx:
            audit_workbook(told, folder)
    return told


if __name__ == "__main__":
    parts = [tuple(map(int, one.split("/"))) for one in sys.argv[3:] if re.fullmatch(r"\d+/\d+", one)]
    result = audit(
        Path(sys.argv[1]), Path(sys.argv[2]), "--xlsx" in sys.argv, part=parts[0] if parts else (1, 1)
    )
    for kind, where, what in result.faults:
        print(kind, "|", where, "|", what)
    wrong = Counter(kind for kind, *_ in result.faults)
    print({kind: f"{wrong[kind]} of {n}" for kind, n in sorted(result.seen.items())})
    print(len(result.faults), "faults in", sum(result.seen.values()), "checks")
    sys.exit(bool(result.faults))
