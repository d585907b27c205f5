"""Slides for the 90 minutes: steps of the plan, exhibits, questions, the board, once as :class:`Slide` and written in two forms.

HTML shows, prints and asks no network: arrow keys, space or the mouse wheel move on; printed, each slide is a page. PowerPoint
(:mod:`analysis.cases.powerpoint`) is the same deck to edit. For the instructor alone: an expected line of argument is folded
under its question, and stands in the speaker's notes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis import words
from analysis.cases import notes, packs, page
from analysis.words import nth

if TYPE_CHECKING:
    from analysis.cases.exhibits import Shown
    from analysis.cases.made import Made

STYLE = """
html { scroll-snap-type: y mandatory; scroll-behavior: smooth; }
main { max-width: none; padding: 0; }
section { min-height: 100vh; scroll-snap-align: start; padding: 6vh 8vw; display: flex; flex-direction: column; justify-content: center; border-bottom: 1px solid var(--line); }
section h2 { font-size: 2.1rem; margin: 0 0 1.2rem; } section p, section li { font-size: 1.35rem; line-height: 1.6; } section figure { margin: 0; } section figcaption { font-size: 1.5rem; }
section table { font-size: 1rem; } section .sources li, section .note { font-size: .95rem; } section td:nth-last-child(-n+2) { white-space: nowrap; } section.question h2 { font-size: 1.9rem; font-weight: 600; line-height: 1.45; } .minutes { color: var(--soft); font-size: 1.1rem; margin: 0; }
section summary { color: var(--soft); font-size: 1.1rem; cursor: pointer; }
@media print { section { min-height: 0; height: 178mm; break-after: page; border: 0; padding: 0; } section details { display: none; } @page { size: A4 landscape; margin: 14mm; } }
"""
MOVE = """
const slides = [...document.querySelectorAll("section")];
addEventListener("keydown", event => {
  if (event.target.closest("summary")) return;
  const step = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const here = slides.findIndex(one => one.getBoundingClientRect().top > -innerHeight / 2);
  slides[Math.max(0, Math.min(slides.length - 1, here + step))].scrollIntoView();
});
"""
TEXT = words.catalogue(Path(__file__).with_name("cases.toml"))
WORDS = TEXT.group("slides")
ROWS = 12  # of an exhibit's table that a slide can show
_QUESTION = re.compile(r"(.*?[？?])\s*(.*)", re.S)


@dataclass(frozen=True)
class Slide:
    """One slide. head: what is read first; body: Markdown; shown: an exhibit; board: a table, its head first; said: for the speaker."""

    kind: Literal["title", "step", "text", "exhibit", "question", "board"]
    head: str = ""
    kicker: str = ""
    body: str = ""
    said: str = ""
    shown: Shown | None = None
    board: Sequence[Sequence[str]] = ()


def asked(text: str) -> tuple[str, str]:
    """A question of the teaching note and its expected lines.

    >>> asked("How far? Eight places.")
    ('How far?', 'Eight places.')
    """
    found = _QUESTION.fullmatch(text)
    return (found[1], found[2]) if found else (text, "")


def deck(made: Made, lang: str) -> list[Slide]:
    """The slides of the 90 minutes in one language, in order."""
    i, source, note = nth(lang), made.source, made.source.note
    words = {key: note[key][lang] for key in ("main", "second", "exit", "short")}
    slides = [Slide("title", source.question[i], source.title[i])]
    choice = made.values.filled(source.sections[-1]["text"][i], lang, f"{source.name}, slides")
    for n, step in enumerate(packs.shared()["plan90"]):
        slides.append(Slide("step", step[lang].format(**words), f"{step['minutes']} {WORDS['minutes'][i]}"))
        if n == 0:
            slides.append(Slide("text", body=choice))
        if n == 1:
            slides += [Slide("exhibit", one.exhibit.title[i], shown=one) for one in made.shown[lang].values()]
        if n == 3:
            for one in note["questions"][lang]:
                question, expected = asked(made.values.filled(one, lang, f"{source.name}, slides"))
                slides.append(Slide("question", question, said=expected))
    return [*slides, Slide("board", WORDS["board"][i], board=note["board"][lang])]


def _section(slide: Slide, i: int) -> str:
    if slide.kind == "title":
        inner = f'<p class="kind">{html.escape(slide.kicker)}</p><h1>{html.escape(slide.head)}</h1>'
    elif slide.kind == "text":
        inner = page.markdown(slide.body)
    elif slide.shown is not None:
        inner = page.exhibit(slide.shown, ROWS)
    elif slide.kind == "board":
        inner = f"<h2>{slide.head}</h2>{page.markdown(notes.table(slide.board[0], slide.board[1:]))}"
    else:
        above = f'<p class="minutes">{slide.kicker}</p>' if slide.kicker else ""
        folded = f"<details><summary>{WORDS['expected'][i]}</summary><p>{html.escape(slide.said)}</p></details>" if slide.said else ""  # fmt: skip
        inner = f"{above}<h2>{html.escape(slide.head)}</h2>{folded}"
    return f'<section class="{slide.kind}">{inner}</section>'


def slides(made: Made, lang: str) -> str:
    """The deck in one language as one HTML file."""
    i = nth(lang)
    body = "".join(_section(slide, i) for slide in deck(made, lang))
    return page.document(lang, made.source.title[i], STYLE, f"<main>{body}</main><script>{MOVE}</script>")
