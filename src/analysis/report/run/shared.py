"""What the second language of a notebook takes over from the first: the statements that do not depend on the language.

A place's page is made once a language, and most of the work is the same in both. The child that has run the notebook in the first
language runs it in the second one too: its variables are put back to what they were, cells run again, and of each cell the
assignments that cannot see the language give the objects that they gave before. :func:`plan` says which ones these are, from the
cells' text alone, or why the notebook is run anew for each language; it refuses more than it must.

A statement is taken over when it assigns plain names from an expression in which no name depends on the language; of a last line
``theme.finding(view).show(lang)`` the finding is, and shown in the second language. What it calls is
the package's own: a notebook that imports anything else, or that could look at its variables in another way (magics, ``exec``,
``globals``, the history of inputs), changes an object in place, or defines something, is run anew.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from analysis import paths

OURS = (
    "analysis",
    "pandas",
    "numpy",
)  # what may be imported: no call of these keeps what a language has left behind
OPENING = "opening.begin"
LANGUAGE = "lang"
SHOWN = "_shown"  # what a cell of the first language displayed, as the second one is given it; no cell may use such a name
# names by which code could see or change variables that it does not name
SEEING = frozenset(
    "exec eval compile globals locals vars dir getattr setattr delattr __import__ open input print breakpoint help id hash super"
    " type object memoryview exit quit get_ipython display In Out".split()
)
ALLOWED = (
    ast.Assign, ast.Expr, ast.Import, ast.ImportFrom,
    ast.Name, ast.Load, ast.Store, ast.Constant, ast.Attribute, ast.Call, ast.keyword, ast.Starred, ast.alias,
    ast.Tuple, ast.List, ast.Dict, ast.Set, ast.Subscript, ast.Slice, ast.Compare, ast.cmpop, ast.BoolOp, ast.boolop,
    ast.BinOp, ast.operator, ast.UnaryOp, ast.unaryop, ast.IfExp, ast.JoinedStr, ast.FormattedValue,
    ast.Lambda, ast.arguments, ast.arg, ast.DictComp, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.comprehension,
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A code cell below the parameters: its source for the second language, and the names that it is given instead of assigning."""

    source: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The cells below the parameters, in order; or ``why`` nothing can be taken over."""

    cells: tuple[Cell, ...] = ()
    why: str = ""


@lru_cache(maxsize=64)
def plan(above: tuple[str, ...], stated: tuple[str, ...], below: tuple[str, ...]) -> Plan:
    """What of the cells ``below`` the parameters the second language takes over.

    above: the cells before, the same in both; stated: the parameters, as the notebook and as papermill states them.

    >>> plan(("from analysis import opening",), ("lang = 'zh'",), ("a = opening.x(1)\\nb = a.text(lang)",)).cells[0]
    Cell(source='pass\\nb = a.text(lang)', given=('a',))
    """
    try:
        first, trees = [ast.parse(one) for one in above], [ast.parse(one) for one in below]
        for one in stated:
            for statement in ast.parse(one).body:
                ast.literal_eval(getattr(statement, "value", statement))
    except (SyntaxError, ValueError):
        return Plan(why="a cell is not plain Python, or a parameter no plain value")
    for tree in (*first, *trees):
        if why := _strange(tree):
            return Plan(why=why)
    depends = {LANGUAGE}
    return Plan(tuple(_cell(source, tree, depends) for source, tree in zip(below, trees, strict=True)))


def _strange(tree: ast.Module) -> str:
    """Why a cell may do more than its names say; empty when it may not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module):
            continue
        if not isinstance(node, ALLOWED):
            return f"{type(node).__name__} in a cell"
        if isinstance(node, ast.Name) and (node.id in SEEING or node.id.startswith("_")):
            return f"{node.id} in a cell"
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            return f".{node.attr} in a cell"
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            return "something is changed in place"
        for name in _imported(node):
            if not _ours(name):
                return f"imports {name}"
    return ""


def _imported(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    if node.level or any(one.name == "*" for one in node.names):
        return ["."]
    return [f"{node.module}.{one.name}" for one in node.names]


def _ours(name: str) -> bool:
    """Whether what is imported is the package's own or pandas or numpy; a theme of the user's own may keep what it likes."""
    own = paths.own_themes() if name.startswith("analysis.themes.") else None
    return name.partition(".")[0] in OURS and not (own and (own / f"{name.split('.')[2]}.py").is_file())


def _cell(source: str, tree: ast.Module, depends: set[str]) -> Cell:
    """The cell for the second language; ``depends`` gains and loses the names whose values depend on the language."""
    met: set[str] = set()
    given: list[str] = []
    taken: dict[ast.stmt, str] = {}
    again = _assigned_again(tree)
    for statement in tree.body:
        names = _targets(statement)
        read = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        if _opens(statement):
            depends |= {LANGUAGE}
        elif read & depends:
            depends |= set(names)
            if statement is tree.body[-1] and _shows(statement, depends):
                given.append(SHOWN)
                taken[statement] = f"{SHOWN}.finding.show({LANGUAGE})"
        else:
            if names and isinstance(statement, ast.Assign) and not set(names) & (met | again):
                given += names
                taken[statement] = "pass"
            depends -= set(names)
        met |= read | set(names)
    return Cell(_without(source, taken), tuple(given))


def _targets(statement: ast.stmt) -> list[str]:
    """The plain names that a statement binds at the notebook's level."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [(one.asname or one.name).partition(".")[0] for one in statement.names]
    if not isinstance(statement, ast.Assign):
        return []
    return [
        node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)
    ]


def _assigned_again(tree: ast.Module) -> set[str]:
    names = [name for statement in tree.body for name in _targets(statement)]
    return {name for name in names if names.count(name) > 1}


def _shows(statement: ast.stmt, depends: Collection[str]) -> bool:
    """``theme.finding(view).show(lang)``, where nothing before ``.show`` depends on the language."""
    if not (isinstance(statement, ast.Expr) and isinstance(call := statement.value, ast.Call)):
        return False
    shown = call.func
    if not (isinstance(shown, ast.Attribute) and shown.attr == "show" and isinstance(shown.value, ast.Call)):
        return False
    if call.keywords or [ast.unparse(one) for one in call.args] != [LANGUAGE]:
        return False
    return not any(isinstance(node, ast.Name) and node.id in depends for node in ast.walk(shown.value))


def _opens(statement: ast.stmt) -> bool:
    """``region_code, lang, as_of = opening.begin(theme, region_code, lang, as_of)``: each value comes from the one of its name."""
    if not isinstance(statement, ast.Assign) or not isinstance(call := statement.value, ast.Call):
        return False
    if ast.unparse(call.func) != OPENING or call.keywords or len(statement.targets) != 1:
        return False
    return ast.unparse(statement.targets[0]).strip("()") == ", ".join(map(ast.unparse, call.args[1:]))


def _without(source: str, taken: Mapping[ast.stmt, str]) -> str:
    """The source with statements replaced; the rest stays as it is written (a last ``;`` has a meaning)."""
    lines = source.encode().split(b"\n")
    for one in sorted(taken, key=lambda one: one.lineno, reverse=True):
        last = one.end_lineno or one.lineno
        head, tail = lines[one.lineno - 1][: one.col_offset], lines[last - 1][one.end_col_offset :]
        lines[one.lineno - 1 : last] = [head + taken[one].encode() + tail]
    return b"\n".join(lines).decode()
