"""What a student could read and should not: answers as numbers, lines of worked solutions, looked for in every file before it is written."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.cases import slices
from analysis.errors import Problem

if TYPE_CHECKING:
    from analysis.cases.made import Made

DISTINCT = 3  # digits an answer needs before its number can be told from others in a text
LAYER = "caselab.py"


def forms(value: Any) -> set[str]:
    """How a number could be written: rounded to none to three decimals and as per cent, with at least three digits that count."""
    size = abs(float(value))
    made = (
        {f"{size:.{d}f}" for d in range(4)}
        | ({f"{100 * size:.{d}f}%" for d in range(3)} if size < 1 else set())
        | ({f"{size:,.0f}"} if size.is_integer() else set())
        | ({f"{size / 1e4:g}万"} if size >= 1e4 else set())
    )
    return {
        form
        for form in made
        if len(re.sub(r"\D", "", re.sub(r"(\.\d*?)0+(?=%?$)", r"\1", form)).lstrip("0")) >= DISTINCT
    }


def secret(made: Made) -> dict[str, str]:
    """Form of each computed answer -> the item it answers. What is only read stands in the exhibits and is no secret."""
    found: dict[str, str] = {}
    for exercise in made.source.exercises:
        for item in exercise.items if exercise.level == "compute" else ():
            if item.kind == "number" and item.answer not in made.values.facts:
                found |= {form: f"{exercise.id}.{item.key}" for form in forms(made.values.compute(item.answer))}  # fmt: skip
    return found


def leaks(made: Made, files: Mapping[str, str]) -> list[Problem]:
    """What a student could read in these files and should not."""
    wanted, lines = secret(made), [e.work for e in made.source.exercises] + [e.model[0] for e in made.source.exercises] + [e.model[1] for e in made.source.exercises]  # fmt: skip
    hidden = {line.strip() for text in lines for line in text.splitlines() if len(line.strip()) >= 12}
    problems = []
    for name, body in sorted(files.items()):
        if name == LAYER:
            continue
        if name.endswith(".csv"):  # between commas a number would not be told from a part of another
            body = "\n".join(cell for row in csv.reader(body.removeprefix(slices.BOM).splitlines()) for cell in row)  # fmt: skip
        body = re.sub(r'"image/png": "[^"]*"|data:image/[^"\')]*|<script.*?</script>|"[0-9a-f]{16,}"', "", body, flags=re.S)  # fmt: skip
        for form, item in wanted.items():
            if re.search(rf"(?<![\w.,#]){re.escape(form)}(?![\d%]|[.,]\d)", body):
                problems.append(
                    Problem(name, f"{form}, the answer of {item}", "no answer", "take it out of the text")
                )
        problems += [
            Problem(name, repr(line), "no line of a solution", "cut it")
            for line in sorted(hidden)
            if line in body
        ]
    return list(dict.fromkeys(problems))
