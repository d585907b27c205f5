"""Slides for the 90 minutes: one HTML file that shows, prints and asks no network. Steps of the plan, exhibits, questions, the board.

Arrow keys, space or the mouse wheel move on; printed, each slide is a page. For the instructor: the questions carry their expected lines.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from analysis.cases import notes, packs, page
from analysis.words import LANGS

if TYPE_CHECKING:
    from analysis.cases.books import Made

STYLE = """
html { scroll-snap-type: y mandatory; scroll-behavior: smooth; }
main { max-width: none; padding: 0; }
section { min-height: 100vh; scroll-snap-align: start; padding: 6vh 8vw; display: flex; flex-direction: column; justify-content: center; border-bottom: 1px solid var(--line); }
section h2 { font-size: 2.1rem; margin: 0 0 1.2rem; } section p, section li { font-size: 1.35rem; line-height: 1.6; } section figure { margin: 0; } section figcaption { font-size: 1.5rem; }
section table { font-size: 1rem; } section .sources li, section .note { font-size: .95rem; } section td:nth-last-child(-n+2) { white-space: nowrap; } section.question h2 { font-size: 1.7rem; font-weight: 600; line-height: 1.45; } .minutes { color: var(--soft); font-size: 1.1rem; margin: 0; }
@media print { section { min-height: 0; height: 178mm; break-after: page; border: 0; padding: 0; } @page { size: A4 landscape; margin: 14mm; } }
"""
MOVE = """
const slides = [...document.querySelectorAll("section")];
addEventListener("keydown", event => {
  const step = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const here = slides.findIndex(one => one.getBoundingClientRect().top > -innerHeight / 2);
  slides[Math.max(0, Math.min(slides.length - 1, here + step))].scrollIntoView();
});
"""
WORDS = {"minutes": ("分钟", "minutes"), "board": ("板书", "Board"), "choice": ("投票", "Vote")}
ROWS = 12  # of an exhibit's table that a slide can show


def _slide(body: str, kind: str = "") -> str:
    return f"<section{f' class={kind}' if kind else ''}>{body}</section>"


def slides(made: Made, lang: str) -> str:
    """The deck in one language."""
    i, source, note = LANGS.index(lang), made.source, made.source.note
    words = {key: note[key][lang] for key in ("main", "second", "exit", "short")}
    deck = [_slide(f'<p class="kind">{html.escape(source.title[i])}</p><h1>{html.escape(source.question[i])}</h1>')]  # fmt: skip
    choice = made.values.filled(source.sections[-1]["text"][i], lang, f"{source.name}, slides")
    plan = packs.shared()["plan90"]
    for n, step in enumerate(plan):
        said = step[lang].format(**words)
        deck.append(_slide(f'<p class="minutes">{step["minutes"]} {WORDS["minutes"][i]}</p><h2>{html.escape(said)}</h2>'))  # fmt: skip
        if n == 0:
            deck.append(_slide(page.markdown(choice)))
        if n == 1:
            deck += [_slide(page.exhibit(shown, ROWS)) for shown in made.shown[lang].values()]
        if n == 3:
            asked = [made.values.filled(one, lang, f"{source.name}, slides") for one in note["questions"][lang]]  # fmt: skip
            deck += [_slide(f"<h2>{html.escape(one)}</h2>", "question") for one in asked]
    board = note["board"][lang]
    deck.append(_slide(f"<h2>{WORDS['board'][i]}</h2>{page.markdown(notes.table(board[0], board[1:]))}"))
    return page.document(lang, source.title[i], STYLE, f"<main>{''.join(deck)}</main><script>{MOVE}</script>")  # fmt: skip
