"""One figure of a finished page as files that stand alone: SVG, PNG, CSV and its citation, all with the credit line.

They are made when asked for and not at every build: as files of their own the drawings would double a site's size. In the page a
reader saves the same SVG and PNG by a button; the CSV lies beside the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from analysis import paths
from analysis.errors import ParameterError, Problem
from analysis.report.formats import pdf, vector
from analysis.report.pages import cite, page, render
from analysis.report.plan import notes
from analysis.told import Told, text_of


def address(text: str, site: Path) -> tuple[Path, str, str]:
    """(site's folder, page from it, section) of ``140000/services.html#beds``, also written with the path of the site before it.

    Raises ParameterError when no page stands there or it keeps no findings.
    """
    name, _, section = text.partition("#")
    path = Path(name)
    candidates = [path, site / path]
    found = next((p for p in candidates if p.is_file() and p.suffix == ".html"), None)
    if found is None or len(found.resolve().parts) < 3:
        expected = "a page of a site, such as reports/140000/region_profile.html#position"
        raise ParameterError(
            Problem("PAGE", repr(name), expected, "see the address of the page in the browser")
        )
    found = found.resolve()
    return found.parents[1], f"{found.parent.name}/{found.name}", section


def note_of(site: Path, name: str) -> notes.Note:
    """What is kept of a page (see publish.batch). Raises ParameterError for a page that keeps no findings."""
    code, _, file = name.partition("/")
    stem = file.removesuffix(".html")
    lang = "en" if stem.endswith(".en") else "zh"
    path = site / ".yigai" / notes.name(f"{code}/{stem.removesuffix('.en')}/{lang}")
    if not path.is_file():
        fix = f"name the theme's page on which it stands, or make the page: yigai report --region {code}"
        raise ParameterError(Problem("PAGE", name, "a theme's page, made in this folder", fix))
    return notes.read(path)


def figure_of(note: notes.Note, section: str) -> Told:
    """The finding of a figure's section. Raises ParameterError naming the page's figures when there is no such one."""
    figures = {f.section: f for f in note.findings if f.kind == "figure"}
    if section not in figures:
        expected = f"a figure of the page: {', '.join(figures) or 'it has none'}"
        raise ParameterError(
            Problem("PAGE#FIGURE", repr(section), expected, "write it after the page's address and a #")
        )
    return figures[section]


def citation(text: str) -> cite.Cited:
    """The citation of a page or (after a #) of one of its figures, as it prints it; by default of the site in reports/.

    Raises ParameterError where no such page was made.
    """
    site, name, section = address(text, paths.reports())
    note = note_of(site, name)
    return cited(note, figure_of(note, section)) if section else page_cited(note)


def page_cited(note: notes.Note, source_ids: Iterable[str] | None = None) -> cite.Cited:
    """The page's citation, the same as it prints; ``source_ids``: by default of all that it shows."""
    entry, findings = note.entry, note.findings
    book = render.Book(entry.lang, entry.region_code)
    view = page.page_view(entry, book, findings, page.collected_reads(findings))
    if source_ids is None:
        source_ids = sorted({one for finding in findings for one in render.finding_sources(finding)})
    return cite.of_page(view, entry.as_of, source_ids)


def cited(note: notes.Note, finding: Told) -> cite.Cited:
    """The figure's citation, the same as its page prints."""
    lang = note.entry.lang
    sources = render.finding_sources(finding)
    whole = page_cited(note, sources)
    headline = text_of(render.opened(finding.headline, lang))
    who = cite.publishers(sources, lang)
    return replace(whole, part=headline, anchor=finding.section, publishers=who)


def files(note: notes.Note, section: str) -> dict[str, bytes]:
    """name -> content of one figure's files: svg, png, csv (one a table), txt, bib, ris."""
    finding, lang = figure_of(note, section), note.entry.lang
    citation = cited(note, finding)
    headline, subtitle, remark = (
        text_of(render.opened(part, lang)) for part in (finding.headline, finding.subtitle, finding.note)
    )
    svg = vector.alone(finding.drawings["wide"], headline, subtitle, remark, citation.text(), finding.alt)
    made = {f"{section}.svg": svg.encode(), f"{section}.png": pdf.pictures([svg])[0]}
    for name, rows in render.csv_tables(finding):
        made[f"{name}.csv"] = page.csv_text(page.placed(rows, note.entry.region_code)).encode()
    for ending, text in (("txt", citation.text()), ("bib", citation.bibtex()), ("ris", citation.ris())):
        made[f"{section}.{ending}"] = f"{text}\n".encode()
    return made
