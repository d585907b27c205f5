"""A pack as a printed handout: case, exhibits, exercises with room to write, as PDF and Word, from the writers of every page.

For students: it holds what their page holds and no answer. Same pack, same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import words
from analysis.cases import notes, packs
from analysis.cases.made import WORDS as TEXTS
from analysis.report.formats.document import Block, Document, Figure
from analysis.report.formats.prose import Bullets, Grid, Head, Heading, Paragraph, Run, blocks
from analysis.report.pages import render
from analysis.words import nth

if TYPE_CHECKING:
    from analysis.cases.exhibits import Shown
    from analysis.cases.made import Made

LINES = 14  # to write prose on, every second one by hand
GAP = "＿＿＿＿＿＿"
TEXT = words.catalogue(Path(__file__).with_name("cases.toml"))
WORDS = TEXT.group("handout")


def _lifted(pieces: Iterable[Block]) -> Iterator[Block]:
    """Headings one level up: a section of the case is a section of the handout."""
    for piece in pieces:
        yield Heading(2, piece.runs) if isinstance(piece, Heading) else piece


def _broken(cell: str) -> str:
    """A long id may break at its own marks; other cells stay as they are."""
    return re.sub(r"[:_]", "\\g<0>\u200b", cell) if len(cell) > 16 and re.fullmatch(r"[!-~]+", cell) else cell


def _exhibit(shown: Shown) -> Iterator[Block]:
    i = nth(shown.lang)
    title, note = (Run(shown.exhibit.title[i]),), (Run(shown.exhibit.note[i]),)
    rows = tuple(tuple(Run(_broken(cell)) for cell in row) for row in shown.rows)
    if shown.drawing is not None:
        yield Figure(shown.exhibit.id, title, (), shown.drawing.svg("wide"), shown.alt, ())
    caption = () if shown.drawing is not None else title
    yield Grid(caption, tuple(Head(cell, left=True) for cell in shown.head), rows)
    yield Paragraph(note, "note")
    if shown.sources:
        yield Paragraph((Run("  ".join(shown.sources)),), "note")


def _item(item: packs.Item, exercise: packs.Exercise, i: int) -> str:
    points = TEXTS["point" if item.points == 1 else "points"][i]
    unit = f"（{item.unit}）" if item.unit and i == 0 else ""
    return f"{item.ask[i]}{unit} ({item.points:g} {points})" + ("" if item.kind == "text" else f"  {GAP}")


def _exercise(made: Made, exercise: packs.Exercise, lang: str) -> Iterator[Block]:
    i = nth(lang)
    head = f"{exercise.id} · {exercise.points:g} {TEXTS['points'][i]}"
    yield Heading(3, (Run(head),))
    yield from blocks(made.values.filled(exercise.text[i], lang, exercise.id))
    if exercise.options:
        said = tuple(
            (Run(f"{key}{'：' if i == 0 else ': '}{words[i]}"),) for key, words in exercise.options.items()
        )
        yield Bullets(said, ordered=False)
    yield Bullets(tuple((Run(_item(item, exercise, i)),) for item in exercise.items), ordered=True)
    if exercise.by_person:
        yield from blocks(notes.rubric_table(exercise, lang))
        yield Grid((), (Head(""),), tuple((Run(" "),) for _ in range(LINES)))


def document(made: Made, lang: str) -> Document:
    """The handout in one language."""
    i, source = nth(lang), made.source
    out: list[Block] = [Paragraph((Run(source.question[i]),), "lead")]
    for n, section in enumerate(source.sections, 1):
        out += _lifted(blocks(made.values.filled(section["text"][i], lang, f"section {n}")))
        if "exhibit" in section:
            out += _exhibit(made.shown[lang][section["exhibit"]])
    out += [Heading(2, (Run(WORDS["exercises"][i]),)), Paragraph((Run(WORDS["intro"][i]),), "sub")]
    for exercise in source.exercises:
        out += _exercise(made, exercise, lang)
    words = render.words(lang)
    return Document(
        "theme",
        lang,
        source.title[i],
        WORDS["kind"][i],
        words["site"],
        ((WORDS["version"][i], source.version), (WORDS["as_of"][i], made.as_of)),
        made.as_of if len(made.as_of) == 10 else "",  # a document's date is a day
        f"cases/{source.name}",
        TEXTS["made"][i].replace("`", ""),
        tuple(out),
        words=words,
    )
