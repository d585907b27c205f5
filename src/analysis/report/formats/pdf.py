"""A document as PDF, by typst: tagged, PDF/UA-1 and PDF/A-2a, figures as vectors, the pinned font. Same document, same bytes.

A number opens its record at the end of the document. A briefing has two pages whatever it holds: its text and figures are
measured and set as large as they fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from analysis.charts.style import font_files
from analysis.report.formats import document, vector
from analysis.report.formats.document import Document, Figure, Gaps, Records, Sources
from analysis.report.formats.prose import Bullets, Grid, Heading, Paragraph, Run, Runs

STANDARDS = ["ua-1", "a-2a"]
NO_DATE = "2000-01-01"  # of a document none of whose sources has a date
_HAN = re.compile(r"[\u3400-\u9fff][\u3400-\u9fff\u3001-\u303f\uff00-\uffef]*")


@cache
def _compiler() -> Any:
    import typst

    folder = str(font_files()[0].parent)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


@cache
def _preamble() -> str:
    return (files("analysis.report.formats") / "page.typ").read_text("utf-8")


def pdf(doc: Document) -> bytes:
    """The document as a PDF."""
    body = _briefing(doc) if doc.kind == "briefing" else _theme(doc)
    source = f"{_preamble()}\n{_sheet(doc)}\n{body}"
    made = _compiler().compile(
        input=source.encode(), format="pdf", pdf_standards=STANDARDS, timestamp=_moment(doc)
    )
    return bytes(made)


def pictures(svgs: Iterable[str], ppi: int = 200) -> list[bytes]:
    """Drawings (as ``vector.plain`` gives them) as PNG, in order."""
    svgs = list(svgs)
    if not svgs:
        return []
    pages = "#pagebreak()\n".join(
        f'#image(bytes({quoted(svg)}), format: "svg", width: {vector.size(svg)[0]:g}pt)' for svg in svgs
    )
    source = f'#set page(width: auto, height: auto, margin: 0pt)\n#set text(font: "{vector.FONT}")\n{pages}'
    made = _compiler().compile(input=source.encode(), format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made)


def _moment(doc: Document) -> int:
    import datetime as dt

    day = dt.date.fromisoformat(doc.date or NO_DATE)
    return int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp())


def quoted(said: str) -> str:
    """A string of typst's."""
    return '"' + said.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ") + '"'


def _words(said: str, lang: str) -> str:
    """Text as content; Chinese in an English document is marked with its language."""
    if lang != "en" or not _HAN.search(said):
        return f"#{quoted(said)};" if said else ""
    out, last = "", 0
    for run in _HAN.finditer(said):
        before = said[last : run.start()]
        out += (f"#{quoted(before)};" if before else "") + f"#zh({quoted(run.group())});"
        last = run.end()
    rest = said[last:]
    return out + (f"#{quoted(rest)};" if rest else "")


_STYLES = {"strong": "b", "emphasis": "b", "code": "code", "mark": "mark"}


def _run(run: Run, lang: str) -> str:
    inner = _words(run.text, lang)
    if run.fact:
        return f"#n({quoted(run.fact)})[{inner}];"
    return f"#{_STYLES[run.style]}[{inner}];" if run.style else inner


def _content(runs: Runs, lang: str) -> str:
    return "[" + "".join(_run(run, lang) for run in runs) + "]"


def _sheet(doc: Document) -> str:
    year, month, day = (int(part) for part in (doc.date or NO_DATE).split("-"))
    keywords = "".join(f"{quoted(word)}," for word in doc.keywords)
    running = f"[{_words(f'{doc.title} · {doc.site}', doc.lang)}]"
    return (
        f"#show: sheet.with({quoted(doc.lang)}, {quoted(f'{doc.title} · {doc.site}')}, {quoted(doc.site)}, "
        f"datetime(year: {year}, month: {month}, day: {day}), {quoted(doc.description or doc.title)}, ({keywords}), "
        f"{running}, [{_words(doc.foot, doc.lang)}], {str(doc.kind == 'briefing').lower()})"
    )


def _head(doc: Document) -> str:
    title = f'[{_words(doc.place, doc.lang)}#h(.5em)#text(.62em, weight: "regular", fill: ink2)[{_words(doc.subject, doc.lang)}]]'
    meta = "".join(f"([{_words(k, doc.lang)}], [{_words(v, doc.lang)}])," for k, v in doc.meta)
    notices = "".join(f"#notice[{_words(n, doc.lang)}]\n" for n in doc.notices)
    return f"#heading(level: 1, {title})\n" + (f"#facts(({meta}))\n" if meta else "") + notices


def _theme(doc: Document) -> str:
    made = (_block(block, doc) for block in doc.blocks)
    kept = (f"#block(sticky: true)[{said}]" if n in doc.asking else said for n, said in enumerate(made))
    return _head(doc) + "\n".join(kept)


def _briefing(doc: Document) -> str:
    """Two pages, each set in the largest size at which it fits: the second begins with the second figure, or with the sources."""
    heads = [n for n, block in enumerate(doc.blocks) if isinstance(block, Heading)]
    cut = heads[1] if len(heads) > 1 else heads[0]
    pages = []
    for head, blocks in ((_head(doc), doc.blocks[:cut]), ("", doc.blocks[cut:])):
        body = head + "\n".join(_block(block, doc, "share") for block in blocks)
        pages.append(f"#fits(share => [{body}])")
    return "\n#pagebreak()\n".join(pages)


def _block(block: document.Block, doc: Document, share: str = "") -> str:
    lang = doc.lang
    if isinstance(block, Heading):
        return f"#heading(level: {block.level}, {_content(block.runs, lang)})"
    if isinstance(block, Paragraph):
        content = _content(block.runs, lang)
        if block.kind in ("sub", "note", "withheld"):
            return f"#{block.kind}({content})"
        return (
            f"#par({f'{block.kind}({content})' if block.kind in ('lead', 'question', 'code') else content})"
        )
    if isinstance(block, Bullets):
        items = "".join(f"{_content(item, lang)}," for item in block.items)
        return f"#{'enum' if block.ordered else 'list'}(spacing: .8em, {items})"
    if isinstance(block, Figure):
        return _figure(block, doc, share)
    if isinstance(block, Gaps):
        items = "".join(
            f"({quoted(code)}, [{_words(what, lang)}], {f'[{_words(settle, lang)}]' if settle else 'none'}),"
            for code, what, settle in block.items
        )
        return f"#gaps([{_words(block.title, lang)}], 2, ({items}))"
    if isinstance(block, Sources):
        items = "".join(f"([{_words(line, lang)}], {quoted(url)})," for _, line, url in block.items)
        return f"#sources(({items}))"
    if isinstance(block, Records):
        return "#records[" + "\n".join(_record(one, lang) for one in block.items) + "]"
    return _grid(block, doc)


def _record(item: tuple[str, str, str, tuple[tuple[str, str], ...]], lang: str) -> str:
    fact, number, what, lines = item
    told = "".join(f"([{_words(k, lang)}], [{_words(v, lang)}])," for k, v in lines)
    return f"#record({quoted(fact)}, [{_words(number, lang)}], [{_words(what, lang)}], ({told}))"


def _figure(figure: Figure, doc: Document, share: str) -> str:
    lang, svg = doc.lang, vector.plain(figure.svg)
    wide, high = vector.size(svg)
    subtitle = _content(figure.subtitle, lang) if figure.subtitle else "none"
    common = (
        f"{quoted(svg)}, {quoted(figure.alt)}, {_content(figure.headline, lang)}, {subtitle}, "
        f"[{_words(doc.words['figure_n'], lang)}], {quoted(figure.name)}"
    )
    if share:
        made = f"#fitted({common}, {wide / high:.4f}, {share} * 150mm)"
    else:
        made = f"#fitted({common}, {wide / high:.4f}, 190mm)"
    return made + (f"\n#note({_content(figure.note, lang)})" if figure.note else "")


def _grid(grid: Grid, doc: Document) -> str:
    lang, many = doc.lang, len(grid.columns)
    widths = [f"{w:.1f}fr" for w in grid.weights(lang)]
    sided = ["left" if head.left else "right" for head in grid.columns]
    named = [
        f"[{_words(label, lang)}{'#linebreak()' if apart else ''}"
        + (f"#text(fill: ink2)[{_words(unit.strip() if apart else unit, lang)}]" if unit else "")
        + "]"
        for label, unit, apart in grid.heads(lang)
    ]
    lines = []
    for k, row in enumerate(grid.rows):
        mine = k in grid.marked
        cells = [_cell(run, lang, mine) for run in row]
        lines.append("".join(f"{cell}," for cell in _sparked(cells, grid, k)))
    if grid.sparks:
        widths.insert(1, "20mm")
        sided.insert(1, "left")
        named.insert(1, f"[{_words(doc.words['spark'], lang)}]")
    weights, sides, heads = ", ".join(widths), ", ".join(sided), "".join(f"{name}," for name in named)
    fill = (
        f"(_, y) => if y in ({''.join(f'{k + 1},' for k in sorted(grid.marked))}) {{ mine }}"
        if grid.marked
        else "none"
    )
    size = 8.4 if many <= 6 else 7.6 if many <= document.WIDE else 7.2
    table = f"table(columns: ({weights},), align: ({sides},), fill: {fill}, table.header({heads}), {''.join(lines)})"
    if grid.caption:
        table = (
            f"figure(kind: table, supplement: [{_words(doc.words['table_n'], lang)}], "
            f"caption: {_content(grid.caption, lang)}, align(left, {table}))"
        )
    turned = many > document.WIDE
    scaled = f"{size / 10:g}em" if doc.kind == "briefing" else f"{size}pt"
    cut = "true" if len(grid.rows) > document.SHORT else "false"
    made = f"#block(above: 4mm, width: 100%, breakable: {cut}, text({scaled}, {table}))"
    return f"#page(flipped: true)[{made}]" if turned else made


def _sparked(cells: list[str], grid: Grid, k: int) -> list[str]:
    """A row's cells with its small line after the first."""
    if not grid.sparks:
        return cells
    one = grid.sparks[k]
    drawn = f"spark({quoted(vector.spark(one.svg))}, {quoted(one.alt)})" if one.svg else "[]"
    return [*cells[:1], drawn, *cells[1:]]


def _cell(run: Run, lang: str, mine: bool) -> str:
    inner = f"[{_words(run.text, lang)}]"
    if run.fact:
        return f"n({quoted(run.fact)}, {inner})"
    return f"row({inner})" if mine else inner
