"""Checks of what one page says and how it is built: alternative texts, language, headings, tables, leaks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from analysis import catalog
from analysis import words as catalogue
from analysis.report.gate import scripting
from analysis.report.gate.scan import Page
from analysis.report.gate.site import Site

# the title of a page whose rows state no period says so
UNDATED = catalogue.common().pair("pages.period_none")


HAN = re.compile(r"[\u3400-\u9fff]")


# h1 to h6 apart, no element ends in a digit: a name that ran into its class
NUMBERED = re.compile(r"<((?!h[1-6]\b)[a-z]+\d+)\b")
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:[ ,;:]+[A-Za-z]{2,}){3,}")


# what each kind of leak must hold, and the leak itself: most texts hold none of the former, which is looked for in a tenth of the time
LEAKS = {
    word: re.compile(pattern)
    for word, pattern in (
        ("Traceback", r"Traceback \(most recent"),
        ("NaN", r"\bNaN\b"),
        ("<NA>", r"<NA>"),
        ("NaT", r"\bNaT\b"),
        ("inf", r"(?<![\w.])-?inf(?![\w-])"),
        ("{{", r"\{\{"),
        ("}}", r"\}\}"),
        ("TODO", r"\bTODO\b"),
        ("FIXME", r"\bFIXME\b"),
        ("/", r"(?<![\w.])/(?:home|work|tmp|root|usr|var|Users)/"),
        (":\\", r"[A-Z]:\\\\"),
        ("import ", r"\bimport \w+ as\b"),
        ("def ", r"\bdef \w+\("),
        ("object at 0x", r"object at 0x"),
        ("\ufffd", "\ufffd"),  # what stands for bytes that are no UTF-8
    )
}


def _leak(text: str, words: Collection[str] = LEAKS.keys()) -> str:
    """The first thing in a text that leaked into it, of the kinds that these words begin; empty for none."""
    found = (LEAKS[word].search(text) for word in words if word in text)
    first = min(filter(None, found), key=lambda match: match.start(), default=None)
    return first.group() if first else ""


KEY = re.compile(r"(?<![\w./-])[a-z]+(?:_[a-z0-9]+)+(?![\w./])")


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
    """5: titles unique, with region and period; one h1, no skipped level; main and skip link; no element but HTML's and SVG's."""
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
        if unknown := sorted(set(NUMBERED.findall(page.html))):
            yield f"{page.name}: <{unknown[0]}> is no element; a browser shows nothing of it"


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


def check_leaks(site: Site) -> Iterable[str]:
    """10: no code, traceback, path, NaN, None as a value, template mark or TODO in the visible text."""
    for page in site.pages:
        whole = "\n".join(text for text, *_ in page.texts)
        words = [word for word in LEAKS if word in whole]  # few: the texts are looked through for these alone
        for text, *_ in page.texts:
            if found := _leak(text, words):
                yield f"{page.name}: {found!r} in {text.strip()[:60]!r}"
            elif text.strip() in ("None", "nan", "null", "[]", "{}", "undefined"):
                yield f"{page.name}: {text.strip()!r} as a value"
        yield from scripting.problems(page)
