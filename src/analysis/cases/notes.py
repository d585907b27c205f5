"""The teaching note of a pack, and the tables in Markdown that it shares with the notebooks. Every number is computed when it is written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import words
from analysis.cases import packs
from analysis.cases.packs import Exercise
from analysis.words import nth

if TYPE_CHECKING:
    from analysis.cases.made import Made

TEXT = words.catalogue(Path(__file__).with_name("cases.toml"))
RUBRIC = TEXT.pair("notes.rubric")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def rubric_table(exercise: Exercise, lang: str) -> str:
    """The rubric beside an exercise that a person marks."""
    i, rubric = nth(lang), packs.shared()["rubric"]
    rows = [
        [rubric[c]["name"][lang], *rubric[c]["levels"][lang]]
        for item in exercise.items
        for c in item.criteria
    ]
    return table([RUBRIC[i], "0", "1", "2", "3"], rows)


def lesson(made: Made, plan: str, lang: str) -> str:
    """A timed plan as a table."""
    note, i = made.source.note, nth(lang)
    words = {key: note[key][lang] for key in ("main", "second", "exit", "short")}
    rows = [[str(step["minutes"]), step[lang].format(**words)] for step in packs.shared()[plan]]
    return table((("分钟", "做什么"), ("Minutes", "What"))[i], rows)


NOTE_HEADS = TEXT.group("notes.note_heads")


def teaching_note(made: Made, lang: str) -> str:
    """The teaching note in one language."""
    i, source, note = nth(lang), made.source, made.source.note

    def said(text: str) -> str:
        return made.values.filled(text, lang, f"{source.name}, note")

    def head(key: str) -> str:
        return NOTE_HEADS[key][i]

    auto = sum(e.points for e in source.exercises if not e.by_person)
    person = sum(e.points for e in source.exercises if e.by_person)
    marks = TEXT.pair("notes.marks", auto=f"{auto:g}", person=f"{person:g}")[i]
    board = note["board"][lang]
    prose = next(e for e in source.exercises if len([c for it in e.items for c in it.criteria]) == 4)
    parts = [
        f"# {('教学说明：', 'Teaching note: ')[i]}{source.title[i]}", head("only"),
        head("objectives"), "\n".join(f"{n}. {said(one)}" for n, one in enumerate(note["objectives"][lang], 1)),
        head("audience"), said(note["audience"][lang]),
        head("plan90"), lesson(made, "plan90", lang), head("plan45"), lesson(made, "plan45", lang),
        head("board"), table(board[0], board[1:]),
        head("questions"), "\n".join(f"{n}. {said(one)}" for n, one in enumerate(note["questions"][lang], 1)),
        head("errors"), "\n".join(f"- {said(one)}" for one in note["errors"][lang]),
        head("rubric"), marks, rubric_table(prose, lang),
        head("samples"), samples(made, lang),
        head("next"), said(note["next"][lang]),
        head("reading"), "\n".join(f"- {one}" for one in note["reading"][lang]),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def samples(made: Made, lang: str) -> str:
    """Three marked sample answers."""
    i, rubric, parts = nth(lang), packs.shared()["rubric"], []
    for n, sample in enumerate(made.source.samples, 1):
        marks = sample["marks"]
        given = (("，", ", ")[i]).join(f"{rubric[c]['name'][lang]} {p}" for c, p in marks.items())
        text = made.values.filled(sample["text"][i], lang, "sample")
        parts.append(f"**{n}** · {sample['exercise']} · {sum(marks.values())} / {3 * len(marks)}\n\n> {text}\n\n{given}{('。', '. ')[i]}{sample['said'][i]}")  # fmt: skip
    return "\n\n".join(parts)
