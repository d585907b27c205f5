"""What a theme's four files (notebook, module, words, test) must hold together, looked at without running any of them.

``faults`` lists what breaks, each with file, line, what is allowed and the command that mends it: told by ``yigai tidy``. What a cell
may hold is in ``rules``, what words may say in ``wording``, who may import whom in ``floors``; here is what ties the files to each other.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from analysis import catalog, floors, paths
from analysis.errors import DataError, ParameterError, Problem, YigaiError
from analysis.report.plan import promises

NUMBERED = re.compile(r"(\d\d)_([a-z][a-z0-9_]*)")
NO_THEMES = ("00",)  # notebooks that open the collection and make no page
NEW = "`yigai new NAME` writes one that keeps every rule"
LINTED = re.compile(
    r"^(?P<where>.+?:\d+):\d+: (?P<code>[A-Z]+\d+) (?:\[\*\] )?(?P<said>.*)$"
)  # a line of ruff


def faults(book: Path) -> list[Problem]:
    """Every fault of a theme's notebook and of the files that belong to it, in the order in which an author meets them."""
    if book.stem[:2] in NO_THEMES:
        return []
    try:
        content = json.loads(book.read_text("utf-8"))
        cells, stated = content["cells"], content["metadata"].get("yigai")
    except (ValueError, KeyError, TypeError) as error:
        fix = "open it in JupyterLab, or take it back with `git checkout`"
        return [Problem(book.name, f"{type(error).__name__}: {error}", "a notebook's JSON", fix)]
    found = [*_named(book, stated), *_twins(book.name, cells)]
    if stated:
        found += [*_kept(book), *_default(book.name, cells), *_module(book, stated, cells)]
    return found


def strays(folder: Path) -> Iterator[Problem]:
    """Notebooks that no report finds, because their names have no number or one that another has."""
    seen: dict[str, str] = {}
    for book in sorted(folder.glob("*.ipynb")):
        match = NUMBERED.fullmatch(book.stem)
        free = f"{max([int(n) for n in seen] or [0]) + 1:02d}"
        plain = re.sub(r"\W+", "_", re.sub(r"^\d+[_-]*", "", book.stem)).lower()
        rename = f"`git mv notebooks/{book.name} notebooks/{free}_{plain}.ipynb`, the same number as order in its metadata"
        if match is None:
            yield Problem(book.name, "a name that no report looks for", "NN_theme.ipynb, small letters and _", rename)  # fmt: skip
        elif other := seen.get(match[1]):
            yield Problem(book.name, f"number {match[1]} again, as in {other}", "a number a notebook", rename)
        seen |= {match[1]: book.name} if match else {}


def _named(book: Path, stated: Mapping | None) -> Iterator[Problem]:
    """The notebook says which theme it shows, as its name does."""
    where = f"{book.name} metadata"
    if not stated:
        example = json.dumps(
            {"theme": "x", "module": "analysis.themes.x", "order": int(book.stem[:2]), "scope": "region"}
        )
        fix = f'write "yigai": {example[:-1]}, "title": {{"zh": "…", "en": "…"}}}}; {NEW}'
        yield Problem(where, "no yigai, so no report is made of it", "the theme that it shows", fix)
        return
    name = f"{stated.get('order', 0):02d}_{stated.get('theme')}"
    if book.stem != name:
        yield Problem(
            where, f"order and theme {name}", book.stem, f"`git mv notebooks/{book.name} notebooks/{name}.ipynb`"
        )  # fmt: skip
    if stated.get("scope") not in ("region", "nation"):
        yield Problem(where, f"scope {stated.get('scope')!r}", "region or nation", "write one of the two")
    if set(stated.get("title") or ()) != {"zh", "en"}:
        yield Problem(where, f"title {stated.get('title')!r}", "zh and en", "write both")


def _kept(book: Path) -> tuple[Problem, ...]:
    """What planning refuses: fields, the parameters cell."""
    try:
        promises.load(book)
    except YigaiError as error:
        return error.problems
    return ()


def _twins(name: str, cells: list[dict]) -> Iterator[Problem]:
    """Each Chinese text cell is followed by the same in English."""
    langs = [_lang(cell) for cell in cells]
    for number, (cell, lang) in enumerate(zip(cells, langs, strict=True), 1):
        if cell["cell_type"] != "markdown":
            continue
        where, fix = f"{name} cell {number}", "`yigai tidy` once both are there"
        if not lang:
            tag = "tag it lang-zh or lang-en (JupyterLab: property inspector, cell tags)"
            yield Problem(where, "a text cell of no language", "one cell a language", tag)
        elif lang == "zh" and langs[number : number + 1] != ["en"]:
            yield Problem(where, "no English after it", "the same text in English in the next cell, tagged lang-en", fix)  # fmt: skip
        elif lang == "en" and (number == 1 or langs[number - 2] != "zh"):
            yield Problem(where, "no Chinese before it", "the same text in Chinese in the cell before, tagged lang-zh", fix)  # fmt: skip


def _lang(cell: Mapping) -> str:
    tags = cell["metadata"].get("tags", ())
    return next((lang for lang in ("zh", "en") if f"lang-{lang}" in tags), "")


def _default(name: str, cells: list[dict]) -> Iterator[Problem]:
    """The place that the notebook shows when it is opened by hand is one."""
    for number, cell in enumerate(cells, 1):
        stated = re.search(r'^region_code\s*=\s*"([^"]*)"', promises.source(cell), re.M)
        if cell["cell_type"] == "code" and stated:
            try:
                catalog.region(stated[1])
            except ParameterError as error:
                (problem,) = error.problems
                line = promises.source(cell)[: stated.start()].count("\n") + 1
                yield Problem(f"{name} cell {number} line {line}", *_rest(problem))


def _rest(problem: Problem) -> tuple[str, str, str]:
    return problem.found, problem.expected, problem.fix


def _module(book: Path, stated: Mapping, cells: list[dict]) -> Iterator[Problem]:
    """The theme's module, what the notebook asks of it, and its test."""
    theme, name = str(stated.get("theme")), str(stated.get("module", "")).rpartition(".")[2]
    file = _file(name)
    if file is None:
        known = [path.stem for folder in _folders() for path in sorted(folder.glob("*.py"))]
        near = get_close_matches(name, known, n=1) or [theme]
        fix = f'write "module": "analysis.themes.{near[0]}"'
        yield Problem(f"{book.name} metadata", f"module {stated.get('module')!r}", "a module of themes/", fix)
        return
    if file.stem != theme:
        fix = f"`git mv` it and its words to {theme}.py and {theme}.toml"
        yield Problem(f"{book.name} metadata", f"theme {theme} in {file.name}", "a module named as the theme", fix)  # fmt: skip
    yield from asked(book.name, cells)
    yield from python(file)
    tests = paths.home() / "tests"
    if file.parent == _themes() and tests.is_dir() and not _tested(theme, tests):
        fix = f"write tests/test_theme_{theme}.py; `yigai new` writes such a file beside each new theme"
        yield Problem(file.name, "no test that names the theme", "a test of its numbers", fix)


def _themes() -> Path:
    return Path(__file__).parent / "themes"


def _folders() -> list[Path]:
    """Where themes stand: the project's and a user's own."""
    return [_themes(), *filter(None, [paths.own_themes()])]


def _file(name: str) -> Path | None:
    return next((path for folder in _folders() if (path := folder / f"{name}.py").is_file()), None)


def _tested(theme: str, tests: Path) -> bool:
    word = re.compile(
        rf"^\s*(?:from analysis\.themes import|import analysis\.themes\.)[^#]*?\b{theme}\b", re.M
    )
    own = tests / f"test_theme_{theme}.py"
    return own.is_file() or any(word.search(text) for text in _texts(tests))


@lru_cache(maxsize=2)
def _texts(folder: Path) -> tuple[str, ...]:
    return tuple(path.read_text("utf-8") for path in sorted(folder.glob("*.py")))


def asked(name: str, cells: list[dict]) -> Iterator[Problem]:
    """What the cells take from modules of ours and these do not have: `charts.trend`."""
    modules: dict[str, str] = {}
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] != "code":
            continue
        try:
            tree = ast.parse(promises.source(cell))
        except SyntaxError:  # told by `rules`
            continue
        taken = []  # line, module, name, as the cell writes it
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "analysis":
                for alias in node.names:
                    modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                    taken.append((node.lineno, str(node.module), alias.name, f"import {alias.name}"))
        for part in ast.walk(tree):
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                module = modules.get(part.value.id, "")
                taken.append((part.lineno, module, part.attr, f"{part.value.id}.{part.attr}"))
        for line, module, attribute, written in taken:
            has = names(module)
            if has and attribute not in has:
                near = get_close_matches(attribute, has, n=3, cutoff=0.5)
                fix = f"did you mean {', '.join(near)}?" if near else "write it there, or call another"
                yield Problem(f"{name} cell {number} line {line}", written, f"a name of {module}", fix)


@lru_cache(maxsize=256)
def names(module: str) -> set[str]:
    """What a module of ours holds at its top, read from its text; empty for one that is none, or makes its names as it runs."""
    if not module:
        return set()
    _, *parts = module.split(".")
    base, own = Path(__file__).parent.joinpath(*parts), paths.own_themes()
    places = [base / "__init__.py"]
    if parts:
        places += [base.with_suffix(".py"), *([own / f"{parts[-1]}.py"] if own else [])]
    file = next((path for path in places if path.is_file()), None)
    if file is None:
        return set()
    found: set[str] = set()
    try:
        tree = ast.parse(file.read_text("utf-8"))
    except SyntaxError:  # told by `python`
        return set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom) and "*" in found:
                found = found - {"*"} | names(str(node.module))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
    late = any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body)
    held = {path.stem for path in file.parent.glob("*")} if file.name == "__init__.py" else set()
    held |= {path.stem for path in own.glob("*.py")} if own and parts == ["themes"] else set()
    strings = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return found | held | (strings if late else set())


def python(file: Path) -> list[Problem]:
    """A module's faults: imports up the floors, functions without types, no ``coverage``, and what ruff says where it is installed."""
    text = file.read_text("utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        at = f"{file.name}:{error.lineno}"
        return [Problem(at, f"no Python: {error.msg}", "a module that runs", "correct the line")]
    found = [_problem(line) for line in floors.breaches("themes", text, file.name)]
    defined = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if "coverage" not in defined and "coverage" not in text:
        fix = "def coverage() -> Coverage: see themes/panel.py, every_province"
        found.append(
            Problem(file.name, "no coverage()", "a function that says which places have a page", fix)
        )
    found += _unknown_indicators(file.name, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and (untyped := _untyped(node)):
            fix = f"write `def {node.name}(name: type) -> type:`; `mypy` says which types fit (make test)"
            found.append(Problem(f"{file.name}:{node.lineno}", f"{node.name}: {untyped} without a type", "a type for each argument and the result", fix))  # fmt: skip
    return found


def _unknown_indicators(name: str, tree: ast.Module) -> Iterator[Problem]:
    """Keys in INDICATOR or INDICATORS that data/indicators.csv does not have."""
    for node in tree.body:
        if not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("INDICATOR", "INDICATORS")):
            continue
        for key in ast.walk(node.value):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                try:
                    catalog.indicator(key.value)
                except DataError as error:
                    yield Problem(f"{name}:{key.lineno}", *_rest(error.problems[0]))


def _untyped(node: ast.FunctionDef) -> str:
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    bare = [arg.arg for arg in named if arg.annotation is None and arg.arg not in ("self", "cls")]
    if bare or (node.returns is None and named != []):
        return ", ".join([*bare, *(["result"] if node.returns is None else [])])
    return "result" if node.returns is None else ""


def _problem(line: str) -> Problem:
    """A line that was already said in one piece, taken apart again."""
    where, _, rest = line.partition(": found ")
    found, _, rest = rest.partition("; expected ")
    expected, _, fix = rest.rpartition("; ")
    return Problem(where, found, expected, fix)


def linted(books: Iterable[Path]) -> list[Problem]:
    """What the linter says of the modules of notebooks, in our form; nothing where it is not installed (make dev)."""
    named = (book.stem.partition("_")[2] for book in books)
    files = [file for name in named if (file := _file(name)) is not None]
    if not files or importlib.util.find_spec("ruff") is None:
        return []
    settings = paths.home() / "pyproject.toml"
    command = [sys.executable, "-m", "ruff", "check", "--quiet", "--no-cache", "--output-format", "concise"]
    command += ["--config", str(settings)] if settings.is_file() else []
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True)
    lines = (LINTED.match(line) for line in done.stdout.splitlines())
    return [
        Problem(
            m["where"].replace("\\", "/").rpartition("/")[2],
            f"{m['code']} {m['said']}",
            "what the linter's rules allow (pyproject.toml)",
            "cut it into parts that have names" if m["code"] == "C901" else "`ruff check --fix` mends what can be mended",
        )
        for m in lines
        if m
    ]  # fmt: skip
