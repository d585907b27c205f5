"""Checks that need more than one page: links, regions, both languages, a second rendering, internal figures, files as they were made."""

from __future__ import annotations

import os
from collections.abc import Iterable

from analysis.report.gate import access
from analysis.report.gate.scan import Page
from analysis.report.gate.site import Site
from analysis.report.gate.text import KEY, _names
from analysis.report.plan import sums


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
            if name.startswith("..") or not site.files.path(name).is_file():
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
                ("section and record ids", set(page.ids) - page.shapes, set(other.ids) - other.shapes),
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
    below = [name.partition("/")[0] for name in site.names]
    names = {
        n
        for n, top in zip(site.names, below, strict=True)
        if (top == page.region if page.region else top.isdecimal())
    }
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
        if path.is_file() and path.read_text(encoding="utf-8", errors="replace") != page.html:
            yield f"{page.name}: the second rendering differs"


def check_as_made(site: Site) -> Iterable[str]:
    """20: every published file is the one that the run made, and every page is of a run."""
    return sums.differing(site.folder, site.names)
