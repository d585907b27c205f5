"""A pack as one HTML file: case, exhibits, exercises with self-checks; opens from a disk, asks nothing of any network.

Checks run in JavaScript at once (``page.js``, the same seals as the layer). With a :class:`Runtime` the page carries Python as well: it
starts when a cell is first run, with the layer and the data inside. Printed, the page is the handout: print rules are in ``page.css``.

The runtime is Pyodide, pinned and hashed below. It is fetched when packs are built (:func:`fetch`, through npm's own client, which
takes the registry it is set to), kept in ``build/``, never committed.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html as escaping
import io
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import paths, words
from analysis.cases import caselab, notes, packs
from analysis.cases.made import LAYER, LEVELS, cited_rows, file_name
from analysis.cases.made import WORDS as TEXTS
from analysis.errors import YigaiError, refuse
from analysis.words import LANGS, nth, pick

if TYPE_CHECKING:
    from analysis.cases.exhibits import Shown
    from analysis.cases.made import Made

PYODIDE = "0.28.3"
SHA256 = "bc3accb122c2c5d840b26ce56b100a21ab94aea4fe387a5b5c072ec6a88b7a62"
PARTS = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'; img-src data: blob:; connect-src 'none'; form-action 'none'; base-uri 'none'"
TEXT = words.catalogue(Path(__file__).with_name("cases.toml"))
WORDS = TEXT.group("page") | {"other": ("English", "中文")}  # each language names the other in that one


@dataclass(frozen=True)
class Runtime:
    """Pyodide's five files, packed (gzip, base64) by name."""

    version: str
    parts: Mapping[str, str]


def _archive(version: str = PYODIDE) -> Path:
    return paths.home() / "build" / "pyodide" / f"pyodide-{version}.tgz"


def checked(body: bytes, version: str = PYODIDE, sha256: str = SHA256) -> bytes:
    """The archive itself, if it is the pinned one. Raises MethodError for any other."""
    found = hashlib.sha256(body).hexdigest()
    if found != sha256:
        raise refuse(
            f"pyodide {version}", found, sha256, "delete build/pyodide and fetch again; a changed archive is not used"
        )  # fmt: skip
    return body


def fetch(version: str = PYODIDE, sha256: str = SHA256) -> Path:
    """A pinned archive in ``build/pyodide``, fetched once with ``npm pack``. Raises MethodError without npm, a network or the right hash."""
    archive = _archive(version)
    if archive.exists():
        checked(archive.read_bytes(), version, sha256)
        return archive
    place = f"put pyodide-{version}.tgz into build/pyodide, or --no-python"
    npm = shutil.which("npm")
    if npm is None:
        raise refuse("npm", "not on this machine", "npm, to fetch Pyodide", f"install Node.js, or {place}")
    archive.parent.mkdir(parents=True, exist_ok=True)
    words = [npm, "pack", "--silent", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", f"pyodide@{version}"]  # fmt: skip
    done = subprocess.run(words, cwd=archive.parent, capture_output=True, text=True, check=False)
    if done.returncode or not archive.exists():
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise refuse(f"pyodide {version}", last, "an archive from npm's registry", f"mend the network, or {place}")  # fmt: skip
    try:
        checked(archive.read_bytes(), version, sha256)
    except YigaiError:
        archive.unlink()
        raise
    return archive


@lru_cache(maxsize=2)
def runtime(archive: Path) -> Runtime:
    """The runtime out of its archive, packed for a page; the same archive gives the same bytes."""
    with tarfile.open(fileobj=io.BytesIO(checked(archive.read_bytes()))) as held:
        parts = {}
        for name in PARTS:
            file = held.extractfile(f"package/{name}")
            if file is None:
                raise refuse(f"pyodide {PYODIDE}", f"no {name}", ", ".join(PARTS), "fetch it again")
            parts[name] = base64.b64encode(gzip.compress(file.read(), 9, mtime=0)).decode()
    return Runtime(PYODIDE, parts)


# --------------------------------------------------------------------------------------------------------------- parts


def markdown(text: str) -> str:
    """Markdown as HTML; tables scroll by themselves."""
    import mistune

    made = mistune.create_markdown(escape=True, plugins=["table"])(text)
    return re.sub(r"(<table>.*?</table>)", r'<div class="scroll" tabindex="0">\1</div>', str(made), flags=re.S)  # fmt: skip


def _table(shown: Shown, most: int = 0) -> str:
    head = "".join(f'<th scope="col">{escaping.escape(cell)}</th>' for cell in shown.head)
    rows = "".join("<tr>" + "".join(f"<td>{escaping.escape(c)}</td>" for c in row) + "</tr>" for row in (shown.rows[:most] if most else shown.rows))  # fmt: skip
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def exhibit(shown: Shown, most: int = 0) -> str:
    """An exhibit as a figure: drawing, table, note, sources. most: rows to show; with a drawing a short sheet leaves the table out."""
    i = nth(shown.lang)
    drawing = ""
    if shown.drawing is not None:
        drawing = (
            f'<div role="img" aria-label="{escaping.escape(shown.alt)}">{shown.drawing.svg("wide")}</div>'
        )
    sources = "".join(f"<li>{escaping.escape(one)}</li>" for one in shown.sources)
    listed = f'<ul class="sources" aria-label="{WORDS["sources"][i]}">{sources}</ul>' if sources else ""
    note = f'<p class="note">{escaping.escape(shown.exhibit.note[i])}</p>'
    table = "" if most and drawing else _table(shown, most)
    return f"<figure><figcaption>{escaping.escape(shown.exhibit.title[i])}</figcaption>{drawing}{table}{note}{listed}</figure>"


def _field(item: packs.Item, exercise: packs.Exercise, i: int) -> str:
    unit = f"（{item.unit}）" if item.unit and i == 0 else ""
    word = WORDS["point" if item.points == 1 else "points"][i]
    asked = f'<span>{escaping.escape(item.ask[i])}{unit} <span class="points">{item.points:g} {word}</span></span>'
    if item.kind == "choice":
        options = "".join(
            f'<option value="{key}">{escaping.escape(exercise.options[key][i])}</option>'
            for key in item.options
        )
        control = (
            f'<select data-item="{item.key}"><option value="">{WORDS["choose"][i]}</option>{options}</select>'
        )
    elif item.kind == "text":
        control = f'<textarea data-item="{item.key}" rows="6"></textarea>'
    else:
        control = f'<input data-item="{item.key}" autocomplete="off" inputmode="text">'
    return f"<label{' class=wide' if item.kind == 'text' else ''}>{asked}{control}</label>"


def _python(exercise: packs.Exercise, i: int) -> str:
    return (
        f'<details class="python"><summary>{WORDS["python"][i]}</summary>'
        f'<textarea rows="5" spellcheck="false" aria-label="{WORDS["code"][i]}, {exercise.id}">'
        f"{exercise.id} = ...\npack.check(&quot;{exercise.id}&quot;, {exercise.id})</textarea>"
        f'<button type="button" class="plain">{WORDS["run"][i]}</button><output></output></details>'
    )


def exercise_form(made: Made, exercise: packs.Exercise, lang: str, with_python: bool) -> str:
    """An exercise as a form that checks itself."""

    i = nth(lang)
    text = f"**{exercise.id}** · {exercise.points:g} {WORDS['points'][i]}\n\n{made.values.filled(exercise.text[i], lang, exercise.id)}"
    fields = "".join(_field(item, exercise, i) for item in exercise.items)
    rubric = markdown(notes.rubric_table(exercise, lang)) if exercise.by_person else ""
    python = _python(exercise, i) if with_python and not exercise.by_person and exercise.work else ""
    return (
        f'<form class="exercise" data-id="{exercise.id}" id="{exercise.id}">{markdown(text)}{fields}{rubric}'
        f'<button>{WORDS["check"][i]}</button><div class="said" aria-live="polite"></div>{python}</form>'
    )


def _script(name: str, body: str) -> str:
    return f'<script type="application/json" id="{name}">{body}</script>'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace(
        "<", "\\u003c"
    )


def html(made: Made, lang: str, held: Runtime | None = None) -> str:
    """The page of a pack in one language. Deterministic; without ``held`` it carries no Python and checks all the same."""
    i, source = nth(lang), made.source
    body = [f'<p class="kind">{WORDS["kind"][i]} · {escaping.escape(source.title[i])}</p><h1>{escaping.escape(source.question[i])}</h1><p class="note">{escaping.escape(TEXTS["made"][i].replace("`", ""))}</p>']  # fmt: skip
    for n, section in enumerate(source.sections, 1):
        body.append(markdown(made.values.filled(section["text"][i], lang, f"section {n}")))
        if "exhibit" in section:
            body.append(exhibit(made.shown[lang][section["exhibit"]]))
    if rows := cited_rows(made, lang):
        lines = [TEXTS["cited"][i], "", TEXTS["cited_head"][i], "|---|---|---|---|"]
        body.append(markdown("\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])))
    body.append(f'<h1 id="exercises">{WORDS["exercises"][i]}</h1><p class="note">{WORDS["intro"][i]}</p>')
    level = ""
    for exercise in source.exercises:
        if exercise.level != level:
            level = exercise.level
            body.append(f"<h2>{LEVELS[level][i]}</h2>")
        body.append(exercise_form(made, exercise, lang, held is not None))
    body.append(
        f'<div class="bar"><button id="save">{WORDS["save"][i]}</button><button id="print" class="plain">{WORDS["print"][i]}</button>'
        f'<label>{WORDS["load"][i]} <input type="file" id="load" accept=".json"></label></div>'
    )
    scripts = []
    if held is not None:
        files = dict(made.data) | {
            "caselab.py": LAYER.read_text("utf-8"),
            "checks.json": _json(made.checks),
        }
        scripts.append(_script("files", _json(files)))
        scripts += [f'<script type="text/plain" id="runtime-{name}">{part}</script>' for name, part in held.parts.items()]  # fmt: skip
    here = Path(__file__).parent
    known = f"const LANG = {i}, PACK = {_json(made.checks)}, WORDS = {_json({k: list(v) for k, v in caselab.WORDS.items()})};"
    scripts.append(f"<script>{known}\n{(here / 'page.js').read_text('utf-8')}</script>")
    other = file_name("pack", LANGS[1 - i], "html")
    nav = f'<nav><a href="#case">{WORDS["case"][i]}</a><a href="#exercises">{WORDS["exercises"][i]}</a><a href="{other}">{WORDS["other"][i]}</a></nav>'
    return document(
        lang, source.title[i], "", f'{nav}<main id="case">{"".join(body)}</main>{"".join(scripts)}'
    )


def document(lang: str, title: str, style: str, body: str) -> str:
    """A whole page: head with the policy that forbids every request, the shared style and ``style``, and the body."""
    return (
        f'<!doctype html>\n<html lang="{pick(("zh-Hans", "en"), lang)}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escaping.escape(title)}</title>'
        f"<style>{Path(__file__).with_name('page.css').read_text('utf-8')}{style}</style></head><body>{body}</body></html>\n"
    )
