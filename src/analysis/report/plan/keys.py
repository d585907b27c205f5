"""What a page depends on, as a key, and whether it must be made again (rule R5).

A page's key is the sha256 of six parts and of the content of every selection the page read:

    notebook      sources and tags of its cells, its metadata (never its outputs)
    code          every module of this package that the notebook and its theme import, directly or not, and their words
    page          the modules and templates that turn an executed notebook into a page
    parameters    the typed values
    dictionaries  data/*.csv and data/words.toml
    environment   interpreter, versions of the installed packages, the pinned fonts

No time stands in a key. File signatures (size, modification time in ns) only decide whether hashing can be skipped: when no
input file's signature changed since the last run, all parts and selections are as they were.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from analysis import paths
from analysis.report.plan import promises
from analysis.report.plan.records import PageRecord, Read

PACKAGE = Path(__file__).resolve().parents[2]
PARTS = ("notebook", "code", "page", "parameters", "dictionaries", "environment")
PAGE_MODULES = ("analysis.report.pages.page", "analysis.report.run.worker", "analysis.report.run.shell")


def digest(value: object) -> str:
    """sha256 of bytes, or of the canonical JSON of anything else; 32 hexadecimal digits."""
    raw = (
        value
        if isinstance(value, bytes)
        else json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    )
    return hashlib.sha256(raw).hexdigest()[:32]


def _module_file(name: str) -> Path | None:
    """The source file of a module of this package (or of a test's theme on the path); None for everything else."""
    if name == "analysis" or name.startswith("analysis."):
        base = PACKAGE.joinpath(*name.split(".")[1:])
        files = [base.with_suffix(".py"), base / "__init__.py"]
        if name.startswith("analysis.themes.") and (own := paths.own_themes()):
            files.append(own / f"{base.name}.py")
        return next((path for path in files if path.is_file()), None)
    return None


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module name a file imports, inside functions too; ``from a import b`` gives a and a.b."""
    text = path.read_text(encoding="utf-8")
    if not path.is_relative_to(PACKAGE):
        return imported(text)
    return imported(_import_lines(text), ".".join(("analysis", *path.relative_to(PACKAGE).parts[:-1])))


_TEXTS = re.compile(
    r"""#[^\n]*|("{3}|'{3})(?:\\.|[^\\])*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL
)
_TYPING = re.compile(r"^([ \t]*)if TYPE_CHECKING:[ \t]*\n(?:\1[ \t]+[^\n]*\n|[ \t]*\n)*", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*((?:from|import)\b[^\n(]*(?:\([^)]*\))?)", re.MULTILINE)


def _import_lines(source: str) -> str:
    """The import statements of a module of ours alone: parsing all of it, to the last expression, costs ten times as much."""
    bare = _TYPING.sub("", _TEXTS.sub(lambda m: "" if m[0][0] == "#" else "''", source))
    return "\n".join(_IMPORT.findall(bare))


def imported(source: str, package: str = "") -> frozenset[str]:
    """The same for a source text; ``package`` resolves relative imports."""
    names: set[str] = set()
    for node in _statements(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            )
            base = ".".join(part for part in (base, node.module or "") if part)
            names.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return frozenset(names)


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement of a module, those inside functions, classes and branches too; expressions hold no import.

    What stands under ``if TYPE_CHECKING`` is never run and imports nothing.
    """
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        typing = (
            isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        )
        for name in ("orelse",) if typing else ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                todo.extend(inner)


def closure(names: Iterable[str]) -> dict[str, Path]:
    """Module name -> file for the modules named and all modules of this package they import, to the end."""
    found: dict[str, Path] = {}
    todo = _ours(names)
    while todo:
        name, path = todo.popitem()
        if name not in found:
            found[name] = path
            todo |= _imports_of_ours(path)
    return found


def _ours(names: Iterable[str]) -> dict[str, Path]:
    """The files of those that are modules of this package, and of the packages that they stand in."""
    found: dict[str, Path] = {}
    for name in names:
        while name and name not in found and (path := _module_file(name)) is not None:
            found[name] = path
            name = name.rpartition(".")[0]
    return found


@cache
def _imports_of_ours(path: Path) -> dict[str, Path]:
    return _ours(imports(path))


def forget() -> None:
    """Read the modules' imports anew when they are next asked for: files have been saved."""
    imports.cache_clear()
    _imports_of_ours.cache_clear()


def notebook_imports(book: promises.Notebook) -> set[str]:
    """What a notebook's code cells import, and its theme module. A cell that is no Python is left to its report to show."""
    names = {book.module}
    for cell in book.cells:
        if cell["cell_type"] == "code":
            try:
                names |= imported(promises.source(cell))
            except SyntaxError:
                continue
    return names


HEAVY = (
    "papermill",
    "nbformat",
    "nbclient",
    "jupyter",
    "zmq",
    "tornado",
    "distributed",
    "dask",
    "ipykernel",
    "pandera",
    "analysis.report",
    "analysis.clean",
    # what functions of a few methods import: the templates of the notebooks that call them do it once, no other report needs it
    "diff_diff",
    "statsmodels",
)
# what functions of many methods import when they are called: half a second, which a run of many pages spends once in its server and
# not in each page's process, and a run of one or two pages only where it is called
LATE = ("scipy.stats", "scipy.optimize")


def preloads(names: Iterable[str], late: bool = False, apart: str = "") -> list[str]:
    """What a fork server imports for notebooks with these imports: the modules and, to the end, what our own modules import.

    Left out is what must not exist before a fork (sockets, event loops), what no report uses and, without ``late``, what functions
    import when they are called; and a module that is to stay ``apart``, though not what it imports.
    """
    wanted = set(names)
    for path in closure(wanted).values():
        wanted |= imports(path)
    out = HEAVY if late else (*HEAVY, *LATE)
    held = {name for name in wanted if f"{name}.".startswith(f"{apart}.")} if apart else set()
    return sorted(
        name for name in wanted - held if name and name != "__future__" and not name.startswith(out)
    )


def signature(files: Iterable[Path]) -> str:
    """Hash of path, size and modification time of files; a missing file counts as such."""
    rows = []
    for path in files:
        try:
            found = os.stat(path)
            rows.append((str(path), found.st_size, found.st_mtime_ns))
        except FileNotFoundError:
            rows.append((str(path), -1, -1))
    return digest(rows)


def _font() -> list[Path]:
    spec = importlib.util.find_spec("mpl_font")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    return (
        sorted(path for path in folder.rglob("*") if path.suffix in (".ttf", ".otf", ".ttc"))
        if folder
        else []
    )


def interpreter() -> str:
    """Which Python runs, to the last digit of its version."""
    return f"{platform.python_implementation()} {sys.version}"


def installed() -> list[str]:
    """Name and version of every installed package, as their metadata folders are called; nothing is imported or read."""
    folders = [Path(name) for name in sys.path if name.endswith(("site-packages", "dist-packages"))]
    own = re.compile(r"yigai|pip|uv|setuptools|wheel")  # what makes no page
    names = {path.name for folder in folders if folder.is_dir() for path in folder.glob("*.dist-info")}
    return sorted(name for name in names if not own.match(name.partition("-")[0]))


class Inputs:
    """Everything pages are made from, hashed once a run and lazily. ``books``: the themes' notebooks."""

    def __init__(self, books: Iterable[promises.Notebook]):
        self.books = {book.theme: book for book in books}
        self._digests: dict[Path, str] = {}

    @cached_property
    def dictionaries(self) -> list[Path]:
        return sorted([*paths.data().glob("*.csv"), *paths.data().glob("*.toml")])

    @cached_property
    def templates(self) -> list[Path]:
        return sorted(
            path for path in (PACKAGE / "report" / "pages" / "templates").rglob("*") if path.is_file()
        )

    @cached_property
    def signature(self) -> str:
        """Of every input file: package, templates, notebooks, dictionaries, processed tables, lock, theme modules elsewhere."""
        folders = [PACKAGE, *filter(None, [paths.own_themes()])]
        code = sorted(path for folder in folders for end in ("py", "toml") for path in folder.rglob(f"*.{end}"))  # fmt: skip
        tables = sorted(paths.processed().glob("*"))
        books = [book.path for book in self.books.values()]
        known = [*code, *self.templates, *books, *self.dictionaries, *tables, *_font(), *self.foreign]
        return digest([signature(known), interpreter(), installed()])

    @cached_property
    def foreign(self) -> list[Path]:
        """Files of theme modules that stand outside this package."""
        names = {book.module for book in self.books.values() if not book.module.startswith("analysis.")}
        specs = [importlib.util.find_spec(name) for name in sorted(names)]
        return [Path(spec.origin) for spec in specs if spec and spec.origin]

    @cached_property
    def tables(self) -> str:
        """Hash of what the tables hold: of their files themselves, not of what the build record says of them."""
        files = sorted(paths.processed().glob("*.parquet"))
        return digest([(path.name, digest(path.read_bytes())) for path in files])

    def _file(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = digest(path.read_bytes())
        return self._digests[path]

    def _files(self, files: Iterable[Path]) -> str:
        return digest([(path.name, self._file(path)) for path in files])

    def _modules(self, names: Iterable[str]) -> str:
        found = sorted(closure(names).items())
        told = [(name, path.with_suffix(".toml")) for name, path in found]
        return digest([(name, self._file(path)) for name, path in [*found, *told] if path.is_file()])

    @cached_property
    def shared(self) -> dict[str, str]:
        """The parts that all pages have in common."""
        return {
            "page": digest([self._modules(PAGE_MODULES), self._files(self.templates)]),
            "dictionaries": self._files(self.dictionaries),
            "environment": digest([interpreter(), installed(), self._files(_font())]),
        }

    @cached_property
    def themes(self) -> dict[str, dict[str, str]]:
        """theme -> its notebook's and code's hash."""
        found = {}
        for theme, book in self.books.items():
            content = json.loads(book.text)
            cells = [
                (cell["cell_type"], promises.source(cell), cell.get("metadata", {}).get("tags", []))
                for cell in content["cells"]
            ]
            code = [self._modules(notebook_imports(book)), self._files(self.foreign)]
            found[theme] = {
                "notebook": digest([book.path.name, cells, content["metadata"].get("yigai")]),
                "code": digest(code),
            }
        return found


def key(parts: Mapping[str, str], reads: Iterable[Read]) -> str:
    """A page's key from its parts and the selections it read."""
    rows = sorted((read.table, json.dumps(read.selection, sort_keys=True), read.sha) for read in reads)
    return digest([dict(parts), rows])


class Selections:
    """Current content hash of a selection, asked once for each distinct one."""

    def __init__(self, hash_of: Callable[[str, Mapping], str]):
        self._hash_of = hash_of
        self._known: dict[tuple[str, str], str] = {}

    def changed(self, read: Read) -> bool:
        name = (read.table, json.dumps(read.selection, sort_keys=True))
        if name not in self._known:
            self._known[name] = self._hash_of(read.table, read.selection)
        return self._known[name] != read.sha


def why(
    parts: Mapping[str, str],
    record: PageRecord | None,
    changed_files: Iterable[str],
    selections: Selections | None,
) -> str | None:
    """The reason a page must be made again in words, or None when it is current.

    ``record`` is what the last run stored; ``selections`` None means the tables are known to be unchanged.
    """
    if record is None:
        return "never made"
    if record.status != "ok":
        return "failed the last time"
    changed = [part for part in PARTS if parts[part] != record.parts.get(part)]
    if changed:
        return "changed: " + ", ".join(changed)
    changed_files = list(changed_files)
    if changed_files:
        return "published file missing or altered: " + ", ".join(changed_files)
    if selections:
        for read in record.reads:
            if selections.changed(read):
                chosen = ", ".join(f"{name}={value}" for name, value in sorted(read.selection.items()))
                return f"rows changed: {read.table}" + (f" ({chosen})" if chosen else "")
    return None
