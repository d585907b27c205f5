"""The gate: seventeen checks of a finished site, each a small function that can fail.

Those that a page can fail alone are put to every page before it is published (``draft``). On the finished site the static checks
read every page; the four that need Chromium (axe, widths, console and network, first figure) look at a seeded sample that
covers each template, theme and language, and read "not run" where there is no Chromium. Passing them means that automated
checks passed, nothing more. Longer than a usual module because it is one list of seventeen, read top to bottom.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import os
import random
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path

from analysis import catalog, scratch
from analysis import words as catalogue
from analysis.report.gate import access, scan, scripting
from analysis.report.gate.scan import Page

# the title of a page whose rows state no period says so
UNDATED = catalogue.common().pair("pages.period_none")

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
RUN_AXE = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: false})
    .then(result => result.violations.map(v => [v.id, v.nodes.length, String(v.nodes[0].target[0])]))"""
WIDTHS = (320, 390, 768)
MAX_SHOWN = 12
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
HAN = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,;:]+[A-Za-z]{2,}){3,}")
LEAKS = re.compile(
    r"Traceback \(most recent|\bNaN\b|<NA>|\bNaT\b|(?<![\w.])-?inf(?![\w-])|\{\{|\}\}|\bTODO\b|\bFIXME\b|(?<![\w.])/(?:home|work|tmp|root|usr|var|Users)/|[A-Z]:\\\\|\bimport \w+ as\b|\bdef \w+\(|object at 0x"
)
KEY = re.compile(r"(?<![\w./-])[a-z]+(?:_[a-z0-9]+)+(?![\w./])")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
DRAWN = re.compile(
    r"(?<![\d.])\d[\d,]*\.\d{2,}"
)  # a drawn number that is data: axis labels have fewer decimals
SCALES = (1.0, 1e3, 1e4, 1e6, 1e8, 1e9)  # in which drawings print


@dataclass(frozen=True)
class Outcome:
    """One check's result: state is passed, failed or not run; pages it ran on; one line a problem."""

    number: int
    name: str
    state: str
    pages: int
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"{self.number:2d} {self.name}: {self.state} ({self.pages} pages)"
        more = [f"     ... {len(self.problems) - MAX_SHOWN} more"] if len(self.problems) > MAX_SHOWN else []
        return "\n".join([head, *(f"     {p}" for p in self.problems[:MAX_SHOWN]), *more])


@dataclass(frozen=True)
class Result:
    """All outcomes; ``ok`` is what the exit code follows."""

    outcomes: tuple[Outcome, ...]
    strict: bool = False

    @property
    def ok(self) -> bool:
        allowed = {"passed"} if self.strict else {"passed", "not run"}
        return all(o.state in allowed for o in self.outcomes)

    def __str__(self) -> str:
        return "\n".join(map(str, self.outcomes))

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The checks that found something."""
        return tuple(o for o in self.outcomes if o.state == "failed")

    @property
    def brief(self) -> str:
        """One line: how many checks passed, on how many pages, and which were not run."""
        done, left = (
            [o for o in self.outcomes if o.state == "passed"],
            [o for o in self.outcomes if o.state == "not run"],
        )
        line = f"gate: {len(done)} checks passed on {max((o.pages for o in done), default=0)} new pages"
        return line + (
            f"; not run: {', '.join(str(o.number) for o in left)} ({left[0].problems[0]})" if left else ""
        )


@dataclass
class Site:
    """A finished site, read once.

    only: names of the pages to check; the others are looked at where these lead to them. languages: what the run was asked for;
    with one of two, the missing pages of the other are no fault. drafts: name -> text of a page and its files that are in no folder
    yet; there is no site around them then.
    """

    folder: Path
    again: Path | None = None
    pages: list[Page] = field(default_factory=list)
    only: frozenset[str] | None = None
    languages: tuple[str, ...] = ("zh", "en")
    drafts: Mapping[str, str] | None = None

    def __post_init__(self):
        self.pages = self.pages or scan.read(self.folder, self.only)
        self._ids: dict[str, frozenset[str]] = {}

    @cached_property
    def by_name(self) -> dict[str, Page]:
        return {p.name: p for p in self.pages}

    def page(self, name: str) -> Page | None:
        """A page of the site, also one that is not checked; None when there is none."""
        if name not in self.by_name and self.only is not None and (self.folder / name).is_file():
            self.by_name[name] = scan.read(self.folder, [name])[0]
        return self.by_name.get(name)

    def ids(self, name: str) -> frozenset[str]:
        """Anchors of a page, found without reading all of it when it is not checked."""
        if name not in self._ids:
            page, path = self.by_name.get(name), self.folder / name
            text = (
                path.read_text(encoding="utf-8")
                if page is None and name.endswith(".html") and path.is_file()
                else ""
            )
            self._ids[name] = frozenset(page.ids if page else re.findall(r'\sid="([^"]+)"', text))
        return self._ids[name]

    def other_titles(self) -> dict[str, str]:
        """Titles of the pages that are not checked, by title."""
        found = {}
        for name in () if self.only is None else set(scan.names(self.folder)) - self.only:
            with (self.folder / name).open(encoding="utf-8") as file:
                match = re.search(r"<title>(.*?)</title>", file.read(4000))
            found[html.unescape(match[1]).strip() if match else ""] = name
        return found

    @cached_property
    def reports(self) -> list[Page]:
        return [p for p in self.pages if "report" in p.body.split()]

    def text(self, name: str) -> str | None:
        """Content of a file of the site; None when there is none."""
        if self.drafts is not None:
            return self.drafts.get(name)
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def facts(self, page: Page) -> dict | None:
        """facts.json beside a report's page; None when it is absent."""
        text = self.text(f"{page.region}/{page.theme}.facts.json")
        return None if text is None else json.loads(text)


def check_images(site: Site) -> Iterable[str]:
    """2: alt text of 15-300 characters, unique on the page, no title, names the region and holds a number."""
    for page in site.pages:
        titles = {text for _, text in page.headings}
        names = _names(page)
        for alt in page.images:
            where = f"{page.name}: {alt[:40]!r}"
            if not 15 <= len(alt) <= 300:
                yield f"{where}: {len(alt)} characters"
            if page.images.count(alt) > 1:
                yield f"{where}: used twice"
            if alt in titles or re.search(r"\.(png|svg|jpe?g)$", alt):
                yield f"{where}: a title or a file name"
            if names and not any(n in alt for n in names):
                yield f"{where}: does not name {names[0]}"
            if not re.search(r"\d", alt):
                yield f"{where}: holds no number"


def _names(page: Page) -> list[str]:
    if not page.region:
        return []
    region = catalog.region(page.region)
    return [region.short(page.short_lang), region.name(page.short_lang)]


def check_figures(site: Site) -> Iterable[str]:
    """3: each figure has a caption, a drawing, a CSV that exists and a folded data table."""
    for page in site.pages:
        for figure in page.figures:
            where = f"{page.name}#{figure.id}"
            if not figure.caption:
                yield f"{where}: no figcaption"
            if not figure.images:
                yield f"{where}: no drawing with alt text"
            if not figure.tables or not figure.folded:
                yield f"{where}: no data table in <details>"
            if not figure.csv:
                yield f"{where}: no CSV link"


def check_language(site: Site) -> Iterable[str]:
    """4: <html lang> fits the file's name; text in the other language is marked."""
    for page in site.pages:
        expected = "en" if page.short_lang == "en" else "zh-CN"
        if page.lang != expected:
            yield f"{page.name}: html lang {page.lang!r}, expected {expected!r}"
        for text, lang, drawn in page.texts:
            if drawn:
                continue
            if HAN.search(text) and not lang.startswith("zh"):
                yield f"{page.name}: unmarked Chinese {text.strip()[:40]!r}"
            elif lang.startswith("zh") and not HAN.search(text) and ENGLISH.search(text):
                yield f"{page.name}: unmarked English {text.strip()[:40]!r}"


def check_structure(site: Site) -> Iterable[str]:
    """5: titles unique, with region and period; one h1, no skipped level; main and skip link."""
    titles = site.other_titles()
    for page in site.pages:
        if not page.title or page.title in titles:
            yield f"{page.name}: title {page.title!r} also on {titles.get(page.title, 'nothing: empty')}"
        titles[page.title] = page.name
        rest = page.title.replace(page.region or "", "")
        dated = re.search(r"\d{4}", rest) or any(words in rest for words in UNDATED)
        if page.region and (page.region not in page.title or not dated):
            yield f"{page.name}: title {page.title!r} lacks region or period"
        levels = [level for level, _ in page.headings]
        if levels.count(1) != 1 or levels[:1] != [1]:
            yield f"{page.name}: {levels.count(1)} h1"
        if any(b > a + 1 for a, b in zip(levels, levels[1:], strict=False)):
            yield f"{page.name}: a heading level is skipped"
        if any(not text for _, text in page.headings):
            yield f"{page.name}: an empty heading"
        if page.mains != 1 or not any(a.get("class") == "skip" and h == "#main" for h, a in page.links):
            yield f"{page.name}: no single main or no skip link"


def check_tables(site: Site) -> Iterable[str]:
    """6: caption, scope, no empty header, rows with heads, explained codes; no pandas HTML."""
    for page in site.pages:
        text = None
        for table in page.tables:
            where = f"{page.name}, table {table.caption[:30]!r}"
            if "dataframe" in table.classes:
                yield f"{where}: pandas' own HTML"
            if not table.caption:
                yield f"{where}: no caption"
            if not table.headers or any(h.get("scope") != "col" for h in table.headers):
                yield f"{where}: a header without scope"
            if any(not h["text"] for h in table.headers):
                yield f"{where}: an empty header"
            if table.row_heads != table.rows:
                yield f"{where}: {table.row_heads} row heads for {table.rows} rows"
            if table.scroller.get("tabindex") != "0" or not table.scroller.get("aria-label"):
                yield f"{where}: not in a focusable, labelled scroller"
            for code in set(re.findall(r"\[[xcb]\]", " ".join(h["text"] for h in table.headers))):
                text = text or " ".join(page.plain)
                if text.count(code) < 2:
                    yield f"{where}: code {code} is not explained"


def _palette(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """Colour variables in light and in dark."""
    blocks = re.findall(r":root\{([^}]*)\}", css)
    light = dict(re.findall(r"--(\w+):(#[0-9A-Fa-f]{3,6})", blocks[0])) if blocks else {}
    dark = re.search(r"prefers-color-scheme:dark\)\{:root\{([^}]*)\}", css)
    return light, light | (dict(re.findall(r"--(\w+):(#[0-9A-Fa-f]{3,6})", dark[1])) if dark else {})


def _linear(colour: str) -> list[float]:
    raw = colour.lstrip("#")
    raw = "".join(c * 2 for c in raw) if len(raw) == 3 else raw
    parts = [int(raw[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def contrast(one: str, two: str) -> float:
    """WCAG contrast ratio of two colours."""
    a, b = sorted(
        (sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), _linear(x), strict=True)) for x in (one, two)),
        reverse=True,
    )
    return (a + 0.05) / (b + 0.05)


# Machado, Oliveira and Fernandes 2009, severity 1, in linear RGB
_VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}


def difference(one: str, two: str, vision: str = "normal") -> float:
    """CIE76 colour difference as seen with normal, deutan or protan vision."""

    def lab(colour: str) -> tuple[float, float, float]:
        rgb = _linear(colour)
        r, g, b = (
            min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in _VISION[vision]
        )
        xyz = (
            (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
            0.2126 * r + 0.7152 * g + 0.0722 * b,
            (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
        )
        x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
        return 116 * y - 16, 500 * (x - y), 200 * (y - z)

    return sum((p - q) ** 2 for p, q in zip(lab(one), lab(two), strict=True)) ** 0.5


TEXT_ON = {
    "paper": ("ink", "ink2", "ink3", "az", "oc"),
    "tint": ("ink", "ink2", "ink3", "az"),
    "warm": ("ink", "ink2", "oc"),
    "s0": ("ink", "az"),
}


def check_colours(site: Site) -> Iterable[str]:
    """7: text 4.5:1, marks 3:1, marks told apart with deutan and protan vision, in light and dark."""
    for css, names in _styles(site).items():
        palettes = dict(zip(("light", "dark"), _palette(css), strict=True))
        for theme, colours in palettes.items():
            if not {"paper", "ink", "ink2", "ink3", "az", "oc", "mk", "peer"} <= colours.keys():
                yield f"{names[0]}: the palette is incomplete"
                continue
            for ground, inks in TEXT_ON.items():
                for ink in inks:
                    if ground in colours and (ratio := contrast(colours[ink], colours[ground])) < 4.5:
                        yield f"{names[0]}, {theme}: {ink} on {ground} {ratio:.1f}:1, below 4.5:1"
            for mark in ("mk", "peer", "az", "oc", "ink"):
                if (ratio := contrast(colours[mark], colours["paper"])) < 3:
                    yield f"{names[0]}, {theme}: {mark} on paper {ratio:.1f}:1, below 3:1"
            for one, two in combinations(("az", "peer", "mk", "oc"), 2):
                for vision in _VISION:
                    if (gap := difference(colours[one], colours[two], vision)) < 25:
                        yield f"{names[0]}, {theme}: {one} and {two} {gap:.0f} apart with {vision} vision, below 25"


def _styles(site: Site) -> dict[str, list[str]]:
    """Distinct palettes over the site, with the pages that use each."""
    out: dict[str, list[str]] = {}
    for page in site.pages:
        css = "".join(
            re.findall(
                r":root\{[^}]*\}|@media screen and \(prefers-color-scheme:dark\)\{:root\{[^}]*\}\}",
                page.html[:40000],
            )
        )
        out.setdefault(css, []).append(page.name)
    return out


def check_leaks(site: Site) -> Iterable[str]:
    """10: no code, traceback, path, NaN, None as a value, template mark or TODO in the visible text."""
    for page in site.pages:
        for text, *_ in page.texts:
            if found := LEAKS.search(text):
                yield f"{page.name}: {found.group()!r} in {text.strip()[:60]!r}"
            elif text.strip() in ("None", "nan", "null", "[]", "{}", "undefined"):
                yield f"{page.name}: {text.strip()!r} as a value"
        yield from scripting.problems(page)


def check_links(site: Site) -> Iterable[str]:
    """11: internal links and anchors resolve; ids are unique."""
    for page in site.pages:
        if len(site.ids(page.name)) != len(page.ids):
            twice = sorted({i for i in page.ids if page.ids.count(i) > 1})
            yield f"{page.name}: id {twice[0]!r} used twice"
        switches = {
            href for href, attributes in page.links if "hreflang" in attributes and len(site.languages) == 1
        }
        for href in dict.fromkeys(h for h, _ in page.links):
            if href.startswith(("http://", "https://")) or href in switches:
                continue
            target, _, anchor = href.partition("#")
            name = os.path.normpath(os.path.join(os.path.dirname(page.name), target)) if target else page.name
            if name.startswith("..") or not (site.folder / name).is_file():
                yield f"{page.name}: {href} leads nowhere"
            elif anchor and anchor not in site.ids(name):
                yield f"{page.name}: {href} has no such anchor"


def check_identity(site: Site) -> Iterable[str]:
    """12: title, h1, folder, meta and facts.json name one region."""
    for page in site.pages:
        folder = page.name.split("/")[0] if "/" in page.name else ""
        if folder in ("", "compare") and not page.region:
            continue
        if folder != page.region:
            yield f"{page.name}: the page says {page.region or 'no region'}"
            continue
        names = _names(page)
        if page.h1_main not in names:
            yield f"{page.name}: h1 {page.h1_main!r}, expected {names[0]!r}"
        if not page.title.startswith(tuple(names)):
            yield f"{page.name}: title {page.title!r} names another place than {names[0]}"
        facts = site.facts(page) if page in site.reports else None
        if page in site.reports and facts is None:
            yield f"{page.name}: no facts.json"
        elif facts and (facts["region_code"], facts["theme"]) != (page.region, page.theme):
            yield f"{page.name}: facts.json is of {facts['region_code']}/{facts['theme']}"


def shown_number(text: str) -> tuple[float, float] | None:
    """The first number of a printed text in base units, and half of its last printed digit: 11.84 万人 -> (118400, 50)."""
    found = NUMBER.search(text)
    if not found:
        return None
    digits = found.group().replace(",", "")
    after = text[found.end() :].strip()
    scale = (
        1e8
        if after.startswith("亿")
        else 1e4
        if after.startswith("万")
        else 1e9
        if after.startswith("billion")
        else 1e6
        if after.startswith("million")
        else 1.0
    )
    decimals = len(digits.partition(".")[2])
    sign = -1 if re.search(r"[\u2212-]\s*(?:CNY )?$", text[: found.start()]) else 1
    return sign * float(digits) * scale, 0.5 * 10.0**-decimals * scale


def check_numbers(site: Site) -> Iterable[str]:
    """13: page, facts.json and CSV agree after rounding, drawings print only numbers that stand there; % and pp kept apart."""
    for page in site.reports:
        facts = (site.facts(page) or {}).get("facts", {})
        for number in page.numbers:
            fact = facts.get(number.fact)
            if number.fact and fact is None:
                yield f"{page.name}: fact {number.fact} ({number.text}) is not in facts.json"
            elif fact:
                yield from _against_fact(page, number, fact)
            elif number.value:
                yield from _rounds(page, number)
        yield from _against_csv(site, page)
        yield from _drawn(page, facts)


def _against_fact(page: Page, number, fact: dict) -> Iterable[str]:
    expected = fact["text"][page.short_lang]
    if number.text != expected:
        yield f"{page.name}: prints {number.text!r}, facts.json has {expected!r}"
    if fact.get("value") is not None and (
        not number.value or abs(float(number.value) - fact["value"]) > 1e-9 * max(1.0, abs(fact["value"]))
    ):
        yield f"{page.name}: value {number.value!r} of {number.text!r}, facts.json has {fact['value']}"
    unit = {"percent": "%", "pp": "个百分点" if page.short_lang == "zh" else "pp"}.get(str(fact.get("style")))
    if unit and NUMBER.search(number.text) and unit not in number.text:
        yield f"{page.name}: {number.text!r} is {fact['style']} and does not say {unit}"


def _rounds(page: Page, number) -> Iterable[str]:
    shown = shown_number(number.text)
    if shown is None:
        return
    value, half = float(number.value), shown[1]
    # a count may be printed to its publisher's step (100 for 0.01 万), which the digits of 118,400 do not show
    printed = NUMBER.search(number.text)
    digits = printed.group().replace(",", "") if printed and half >= 0.5 else ""
    zeros = digits[len(digits.rstrip("0")) :]
    step = 100 if shown[0] == 0 and half >= 0.5 else 10 ** len(zeros)
    if abs(shown[0] - value) > max(half, 0.5 * step if zeros else 0) * 1.001 + 1e-9:
        yield f"{page.name}: prints {number.text!r} for {number.value}"


def _against_csv(site: Site, page: Page) -> Iterable[str]:
    for figure in page.figures:
        held: set[str] = set()
        for href in figure.csv:
            text = site.text(os.path.normpath(os.path.join(os.path.dirname(page.name), href)))
            held |= {cell for row in csv.reader(io.StringIO(text or "", newline="")) for cell in row}
        numbers = {_canonical(c) for c in held}
        for table in figure.tables:
            for value in table.values:
                if value and _canonical(value) not in numbers:
                    yield f"{page.name}#{figure.id}: {value} stands in the table and not in the CSV"


def _canonical(text: str) -> str:
    try:
        return f"{float(text):.9g}"
    except ValueError:
        return text


def _drawn(page: Page, facts: dict) -> Iterable[str]:
    """Numbers with two or more decimals in a drawing are data (axis labels have fewer): each stands in a table or a fact."""
    for figure in page.figures:
        values = {abs(float(v)) for t in figure.tables for v in t.values if v} | {
            abs(f[k]) for f in facts.values() for k in ("value", "low", "high") if f.get(k) is not None
        }
        for text in dict.fromkeys(figure.drawn):
            for digits in DRAWN.findall(text):
                shown = float(digits.replace(",", ""))
                half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) * 1.001
                if not any(
                    abs(v / scale - shown) <= half + 1e-12 * shown for v in values for scale in SCALES
                ):
                    yield f"{page.name}#{figure.id}: the drawing prints {digits}, no table or fact holds it"


def check_languages_agree(site: Site) -> Iterable[str]:
    """14: both languages have the same facts, figures and sections, and no untranslated key."""
    for page in site.pages:
        other = site.page(
            page.name.removesuffix(".html") + ".en.html"
            if page.short_lang == "zh"
            else page.name.removesuffix(".en.html") + ".html"
        )
        if other is None:
            if len(site.languages) > 1:
                yield f"{page.name}: no page in the other language"
        elif page.short_lang == "zh" and _same_reports(site, page, other):
            for what, mine, theirs in (
                ("facts", {n.fact for n in page.numbers}, {n.fact for n in other.numbers}),
                ("figures", [f.id for f in page.figures], [f.id for f in other.figures]),
                ("section and record ids", set(page.ids), set(other.ids)),
                ("table values", [t.values for t in page.tables], [t.values for t in other.tables]),
            ):
                if mine != theirs:
                    yield f"{page.name}: {what} differ between the languages"
        for text in page.plain:
            if found := KEY.search(text):
                yield f"{page.name}: untranslated key {found.group()!r}"


def _same_reports(site: Site, page: Page, other: Page) -> bool:
    """Whether both were made from the same reports: a page around reports tells of what was made in its own language only.

    A run of one language leaves the other's reports out; then the two pages differ rightly.
    """
    if page in site.reports or site.drafts is not None:
        return True
    folder = site.folder / page.region if page.region else site.folder
    around = "*.html" if page.region else "[0-9]*/*.html"
    names = {str(path.relative_to(folder)) for path in folder.glob(around)}
    english = {name.removesuffix(".en.html") for name in names if name.endswith(".en.html")}
    return english == {name.removesuffix(".html") for name in names if not name.endswith(".en.html")}


def check_access(site: Site) -> Iterable[str]:
    """17: what rests on an internal source is marked so, and marked pages stand in a site of their own."""

    def beside(page: Page) -> str:
        folder = os.path.dirname(page.name)
        csvs = [os.path.normpath(os.path.join(folder, csv)) for figure in page.figures for csv in figure.csv]
        texts = [site.text(name) for name in (f"{page.region}/{page.theme}.facts.json", *csvs)]
        return "\n".join(filter(None, texts))

    return access.problems(site.pages, beside)


def check_same_bytes(site: Site) -> Iterable[str]:
    """15: a second rendering has the same bytes."""
    for page in site.pages:
        path = (site.again or site.folder) / page.name
        if path.is_file() and path.read_text(encoding="utf-8") != page.html:
            yield f"{page.name}: the second rendering differs"


def check_axe(tab, page: Page) -> Iterable[str]:
    """1: axe-core finds no violation of WCAG 2.0 to 2.2, A and AA."""
    tab.set_viewport_size({"width": 1280, "height": 900})
    # the page's own policy forbids scripts; the checker is evaluated from outside, which the policy does not touch
    tab.evaluate(_axe_source())
    for name, times, target in tab.evaluate(RUN_AXE, AXE_TAGS):
        yield f"{page.name}: {name} ({times}x) at {target}"


def check_widths(tab, page: Page) -> Iterable[str]:
    """8: no horizontal scroll of the page at 320, 390 and 768 px."""
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 800})
        needed = tab.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            yield f"{page.name}: {needed} px wide at {width} px"


FIRST_FIGURE = (
    (1280, 800, 1.0),
    (390, 844, 1.5),
)  # window, and how many of its heights the first figure may end in
FIGURE_END = """() => { const f = document.querySelector('main figure .plate');
    return f ? Math.ceil(f.getBoundingClientRect().bottom + scrollY) : 0; }"""


def check_first_figure(tab, page: Page) -> Iterable[str]:
    """16: a theme's first figure stands whole in the first window of a desk, within one and a half of a phone."""
    if "report" not in page.body.split():
        return
    for width, height, windows in FIRST_FIGURE:
        tab.set_viewport_size({"width": width, "height": height})
        end = tab.evaluate(FIGURE_END)
        if end > height * windows:
            yield f"{page.name}: the first figure ends at {end} px in a window of {width} x {height}"


def _axe_source() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


STATIC: dict[int, tuple[str, Callable[[Site], Iterable[str]]]] = {
    2: ("alt texts", check_images),
    3: ("figures with caption, CSV and table", check_figures),
    4: ("language marked", check_language),
    5: ("titles, headings, landmarks", check_structure),
    6: ("tables", check_tables),
    7: ("contrast and colour vision", check_colours),
    10: ("nothing leaks into the text", check_leaks),
    11: ("links and anchors", check_links),
    12: ("one region a page", check_identity),
    13: ("page, facts.json, CSV and drawings agree", check_numbers),
    14: ("both languages agree", check_languages_agree),
    15: ("rendered twice, identical bytes", check_same_bytes),
    17: ("internal figures on internal pages only", check_access),
}
ALONE = (2, 3, 4, 6, 10, 12, 13, 17)  # what one page can be held to without the rest of the site
BROWSER = {
    1: "axe-core, WCAG A and AA",
    8: "no horizontal scroll",
    9: "no console error, no request",
    16: "the first figure in the first window",
}


def chromium() -> str | None:
    """Path of a Chromium, or None."""
    stated = os.environ.get("YIGAI_CHROMIUM")
    if stated:
        return stated if Path(stated).is_file() else None
    found = "/usr/bin/chromium" if Path("/usr/bin/chromium").is_file() else None
    return found or next(
        (p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None
    )


def sampled(pages: list[Page], sample: int, seed: int = 0, limit: int | None = None) -> list[Page]:
    """One page of each template, theme and language, then more at random (seeded) up to ``sample`` in all; never over ``limit``."""
    dice = random.Random(seed)
    shuffled = dice.sample(pages, len(pages))
    first: dict[tuple, Page] = {}
    for page in shuffled:
        kind = (
            page.body,
            page.theme or page.name.removesuffix(".en.html").removesuffix(".html"),
            page.short_lang,
        )
        first.setdefault(kind, page)
    chosen = {p.name: p for p in list(first.values())[:limit]}
    for page in shuffled:
        if len(chosen) >= (sample if limit is None else min(sample, limit)):
            break
        chosen.setdefault(page.name, page)
    return [chosen[name] for name in sorted(chosen)]


def run(
    folder: Path,
    strict: bool = False,
    sample: int = 24,
    *,
    again: Path | str | None = None,
    browser: bool = True,
    only: Iterable[str] | None = None,
    limit: int | None = None,
    languages: Iterable[str] = ("zh", "en"),
) -> Result:
    """Run the seventeen checks on a finished site.

    folder: the site. sample: pages for the Chromium checks (at least one of each template, theme and language, at most
    ``limit``). again: a second rendering of the site, or of part of it, for check 15, which else reads "not run" (a string says
    why there is none). only: names of the pages to check (default: all). languages: as in Site. strict: "not run" counts as a failure.
    """
    second = again if isinstance(again, Path) else None
    site = Site(
        Path(folder), second, only=None if only is None else frozenset(only), languages=tuple(languages)
    )
    if not site.pages:
        return Result((Outcome(11, STATIC[11][0], "failed", 0, (f"{folder}: no page",)),), strict)
    outcomes = (
        _browser_checks(site, sampled(site.pages, sample, limit=limit))
        if browser
        else _not_run("switched off")
    )
    for number, (name, check) in STATIC.items():
        if number == 15 and second is None:
            outcomes.append(Outcome(15, name, "not run", 0, (str(again or "no second rendering was given"),)))
            continue
        pages = {
            13: len(site.reports),
            15: sum((second / p.name).is_file() for p in site.pages) if second else 0,
        }.get(number, len(site.pages))
        problems = tuple(dict.fromkeys(check(site)))
        outcomes.append(Outcome(number, name, "failed" if problems else "passed", pages, problems))
    return Result(tuple(sorted(outcomes, key=lambda o: o.number)), strict)


def draft(files: Mapping[str, str]) -> list[str]:
    """What is wrong with a page that is not published yet. files: name -> text of the page, its facts.json and its CSV files."""
    site = Site(
        Path(),
        drafts=files,
        pages=[Page(name, text) for name, text in files.items() if name.endswith(".html")],
    )
    return [
        f"check {number}, {STATIC[number][0]}: {problem}"
        for number in ALONE
        for problem in STATIC[number][1](site)
    ]


def after_report(folder: Path, languages: Iterable[str] = ("zh", "en")) -> Result | None:
    """The gate as part of `yigai report`: checks the pages that it has not yet passed with this very content; None when all have.

    Static checks read each such page, Chromium's a fortieth of them (at least four). What passed is remembered in
    ``.yigai/gate.json`` under the gate's own version; a page that fails is checked again by every run until it is mended, for
    which ``.yigai/gate.failed`` stands as a mark.
    """
    record = folder / ".yigai" / "gate.json"
    version = hashlib.sha256(
        b"".join(
            (Path(__file__).parent / name).read_bytes()
            for name in ("gate.py", "scan.py", "access.py", "scripting.py")
        )
    ).hexdigest()
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
        passed = dict(known["passed"]) if known["version"] == version else {}
    except (OSError, ValueError, TypeError, KeyError):
        passed = {}  # lost or damaged: every page counts as not yet checked
    shas = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()[:32] for name in scan.names(folder)
    }
    fresh = {name for name, sha in shas.items() if passed.get(name) != sha}
    if not fresh:
        return None
    share = max(4, len(fresh) // 40)
    result = run(
        folder,
        sample=share,
        limit=share,
        only=fresh,
        languages=languages,
        again="`yigai gate` renders a sample twice",
    )
    broken = {
        line.partition(":")[0].partition("#")[0].partition(",")[0]
        for o in result.outcomes
        if o.state == "failed"
        for line in o.problems
    }
    passed = {
        name: sha
        for name, sha in shas.items()
        if name not in fresh or not (broken and (name in broken or not broken <= shas.keys()))
    }
    record.parent.mkdir(exist_ok=True)
    part = record.with_name("gate.json.part")
    part.write_text(json.dumps({"version": version, "passed": passed}), encoding="utf-8")
    os.replace(part, record)
    mark = record.with_name("gate.failed")
    mark.unlink(missing_ok=True) if result.ok else mark.write_text("", encoding="utf-8")
    return result


def _not_run(reason: str) -> list[Outcome]:
    return [Outcome(number, name, "not run", 0, (reason,)) for number, name in BROWSER.items()]


def _browser_checks(site: Site, pages: list[Page]) -> list[Outcome]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return _not_run("playwright is not installed")
    path = chromium()
    if path is None:
        return _not_run("no Chromium on this machine")
    try:
        with scratch.everything(), sync_playwright() as play:
            driver = play.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
            try:
                return _browse(driver, site, pages)
            finally:
                driver.close()
    except Exception as error:  # the browser, or the program that drives it, was ended or could not start
        last = [line.strip() for line in str(error).splitlines() if line.strip()]
        return _not_run(f"the browser ended before it was done: {last[0] if last else type(error).__name__}")


def _browse(driver, site: Site, pages: list[Page]) -> list[Outcome]:
    problems: dict[int, list[str]] = {number: [] for number in BROWSER}
    for page in pages:
        tab = driver.new_page()
        uri = (site.folder / page.name).resolve().as_uri()
        noise: list[str] = []
        tab.on(
            "console",
            lambda message, noise=noise: noise.append(f"console {message.type}: {message.text[:80]}"),
        )
        tab.on("pageerror", lambda error, noise=noise: noise.append(f"error: {str(error)[:80]}"))
        tab.on(
            "request",
            lambda request, noise=noise, uri=uri: (
                noise.append(f"request {request.url[-80:]}") if request.url != uri else None
            ),
        )
        tab.goto(uri)
        problems[9] += [f"{page.name}: {line}" for line in noise]
        problems[8] += check_widths(tab, page)
        problems[16] += check_first_figure(tab, page)
        problems[1] += check_axe(tab, page)
        tab.close()
    return [
        Outcome(n, BROWSER[n], "failed" if found else "passed", len(pages), tuple(found))
        for n, found in problems.items()
    ]
