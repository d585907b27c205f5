"""The rules a notebook keeps, so that it reads as a text, runs for every region and prints no typed result."""

from __future__ import annotations

import ast
import builtins
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from analysis import rules
from analysis.commands import new as new_theme
from analysis.rules import code_problems, prose_problems

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9]*.ipynb"))
THEMES = [p for p in NOTEBOOKS if not p.name.startswith("00")]
CASES = sorted(FOLDER.glob("cases/*/*.ipynb"))
NEW = new_theme.Theme("nurses_again", "nurses", ("护士", "Nurses"), ("注册护士", "Registered nurses"), 90)
MAX_CELL, MAX_CODE = 15, 120
LARGE = 10  # nodes of an expression from which it is more than one call that the contract asks for


def cells(path: Path, kind: str) -> list[dict]:
    return [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == kind]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def tags(cell: dict) -> list[str]:
    return cell["metadata"].get("tags", [])


def lines_of_code(cell: dict) -> int:
    return sum(1 for line in source(cell).splitlines() if line.strip())


class Meaning(ast.NodeTransformer):
    """Names as what they stand for: an import's name its module, a builtin itself, any other its place in the order of appearance."""

    def __init__(self, imports: dict[str, str]):
        self.imports, self.seen = imports, {}

    def visit_Name(self, node):
        name = self.imports.get(node.id) or (
            node.id if hasattr(builtins, node.id) else self.seen.setdefault(node.id, f"v{len(self.seen)}")
        )
        return ast.Name(name, node.ctx)

    def visit_arg(self, node):
        return ast.arg(self.seen.setdefault(node.arg, f"v{len(self.seen)}"))


def blocks(codes: Iterable[str]) -> Iterator[str]:
    """What a notebook does that no other may do again. codes: its code cells but the parameters cell.

    A block is two statements in a row of one cell, or one expression of LARGE nodes, whatever its variables are called. Names that an
    import binds are read as what they import, so that a call of the notebook's own theme (`theme.data(view).show(lang)`) is another
    call in each notebook. Not blocks: imports, parameters, and a single short call (a shared reader, a shared finding that is shown).
    """
    trees = [ast.parse(code) for code in codes]
    nodes = [node for tree in trees for node in tree.body]
    imports = {a.asname or a.name: a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    imports |= {
        a.asname or a.name: f"{n.module}.{a.name}"
        for n in nodes
        if isinstance(n, ast.ImportFrom)
        for a in n.names
    }

    def meaning(*parts: ast.AST) -> str:
        reader = Meaning(imports)
        return "\n".join(ast.unparse(reader.visit(ast.parse(ast.unparse(part)))) for part in parts)

    for tree in trees:
        body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
        yield from (meaning(*pair) for pair in zip(body[:-1], body[1:], strict=True))
        parts = [part for node in body for part in ast.walk(node) if isinstance(part, ast.expr)]
        yield from (
            meaning(part)
            for part in parts
            if sum(not isinstance(n, ast.expr_context) for n in ast.walk(part)) >= LARGE
        )


def shared_blocks(notebooks: dict[str, list[str]]) -> list[str]:
    """Blocks that stand in more than one notebook, with the notebooks' names."""
    where = defaultdict(set)
    for name, codes in notebooks.items():
        for block in blocks(codes):
            where[block].add(name)
    return [f"{', '.join(sorted(names))}:\n{block}" for block, names in where.items() if len(names) > 1]


def code_of(path: Path) -> list[str]:
    return [source(cell) for cell in cells(path, "code") if "parameters" not in tags(cell)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_is_stripped_and_runnable(path):
    nb = json.loads(path.read_text("utf-8"))
    assert nb["metadata"]["kernelspec"]["name"] == "python3"
    for number, cell in enumerate(nb["cells"], 1):
        assert cell["id"] == f"cell-{number:02d}", f"{path.name}: ids are fixed by position; run `yigai tidy`"
        if cell["cell_type"] == "code":
            stripped = cell["outputs"] == [] and cell["execution_count"] is None
            assert stripped, f"{path.name}, cell {number}: outputs are stripped; run `yigai tidy`"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_code_calls_and_does_not_compute(path):
    code = cells(path, "code")
    for cell in code:
        assert lines_of_code(cell) <= MAX_CELL, source(cell)
    assert sum(map(lines_of_code, code)) <= MAX_CODE
    text = [c for c in cells(path, "markdown") if "lang-en" not in tags(c)]
    assert len(text) >= len(code) - 2, "about as many text cells as code cells"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_both_languages_say_the_same_cells(path):
    zh, en = (
        [i for i, c in enumerate(json.loads(path.read_text("utf-8"))["cells"]) if f"lang-{lang}" in tags(c)]
        for lang in ("zh", "en")
    )
    assert [i + 1 for i in zh] == en, "each Chinese cell is followed by its English twin"
    for cell in cells(path, "markdown"):
        assert "lang-zh" in tags(cell) or "lang-en" in tags(cell)
        if "lang-en" in tags(cell):
            assert not re.search(r"[\u4e00-\u9fff]", source(cell)) or path.name.startswith("00"), source(cell)
        headings = [line for line in source(cell).splitlines() if line.startswith("#")]
        assert len(headings) <= 1
    first = cells(path, "markdown")[0]
    assert source(first).startswith("# ") and source(first).splitlines()[0].rstrip().endswith(("？", "?")), (
        "the first line asks the question"
    )


@pytest.mark.parametrize("path", THEMES, ids=lambda p: p.stem)
def test_no_result_is_typed_in_prose(path):
    assert rules.check(path) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("口径", "口径，山西有 42 张", "cell {n} line 2: found a typed number in “"),
        (
            'region_code = \\"140000\\"',
            "region_code = 140000",
            'line 1: found region_code = 140000; expected six digits as text; write region_code = "140000"',
        ),
        (
            "theme.closing(view).show(lang)",
            "for x in y: show(x)\\nif y: pass",
            "found If; expected calls of methods",
        ),
        ("theme.closing(view).show(lang)", "pd.read_csv(x)", "found read_csv; expected calls of methods"),
        ("theme.closing(view).show(lang)", "show(", "found no Python"),
    ],
    ids=["digit", "code", "if", "read_csv", "syntax"],
)
def test_what_is_typed_is_refused_with_cell_line_and_what_to_do(tmp_path, old, new, said):
    made = json.loads(new_theme.notebook(NEW))
    path = tmp_path / "90_nurses_again.ipynb"
    path.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    assert rules.check(path) == []
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    number = next(
        i for i, c in enumerate(made["cells"], 1) if old in json.dumps(source(c), ensure_ascii=False)
    )
    (first, *_) = map(str, rules.check(path))
    assert f"{path.name} cell {number} line " in first and said.format(n=number) in first


@pytest.mark.parametrize("path", THEMES, ids=lambda p: p.stem)
def test_metadata_and_parameters(path):
    nb = json.loads(path.read_text("utf-8"))
    meta = nb["metadata"]["yigai"]
    assert (
        meta["module"] == f"analysis.themes.{meta['theme']}"
        and (FOLDER.parent / "src" / "analysis" / "themes" / f"{meta['theme']}.py").is_file()
    )
    assert meta["scope"] in ("region", "nation") and set(meta["title"]) == {"zh", "en"}
    assert path.stem == f"{meta['order']:02d}_{meta['theme']}"
    (parameters,) = [c for c in nb["cells"] if "parameters" in tags(c)]
    names = []
    for line in source(parameters).splitlines():
        (node,) = ast.parse(line).body
        assert isinstance(node.value, ast.Constant) and "#" in line, (
            f"plain literal with a trailing comment: {line}"
        )
        names.append(node.targets[0].id)
    assert names[:3] == ["region_code", "lang", "as_of"]


def test_no_two_notebooks_share_a_block_of_code():
    found = shared_blocks({str(path.relative_to(FOLDER)): code_of(path) for path in (*NOTEBOOKS, *CASES)})
    assert not found, "give each block one home, in the theme module of one of them:\n" + "\n".join(found)


def test_a_shared_block_is_found():
    one = "from analysis.themes import one as theme\nfrom analysis.methods import ranking"
    two = "from analysis.themes import two as theme\nfrom analysis.methods import ranking"
    cell = "table = [ranking.noise_needed(p.before, p.after) for p in pairs.itertuples()]"
    renamed = "noise = [ranking.noise_needed(row.before, row.after) for row in moves.itertuples()]"
    steps = "a = ranking.rank(x)\nb = ranking.mobility(a)"
    own = "view = theme.load(region_code)\ntheme.data(view).show(lang)"
    for shared in (cell, steps):
        assert shared_blocks({"1": [one, shared], "2": [two, shared]})
    assert shared_blocks({"1": [one, cell], "2": [two, renamed]}), "other variables, the same block"
    assert shared_blocks({"1": [one, steps], "2": [two, "a = ranking.rank(x)\nb = ranking.ties(a)"]}) == [], (
        "another method is no copy"
    )
    assert shared_blocks({"1": [one, own], "2": [two, own]}) == [], (
        "each notebook's own theme is another module"
    )
    assert shared_blocks({"1": [one, own], "2": [one, own]}) != [], "the same theme twice is a copy"
    path = NOTEBOOKS[4]
    assert shared_blocks({"1": code_of(path), "2": [*code_of(NOTEBOOKS[5]), *code_of(path)]}), (
        "a copied cell of a real notebook"
    )


def test_the_rules_can_fail():
    assert code_problems("def f(): pass") == ["FunctionDef"]
    assert code_problems("x = 'a/b.csv'") == ["a path"]
    assert code_problems("import pandas as pd\npd.read_csv(x)") == ["read_csv"]
    assert prose_problems("医师 3.42 人，居第 11 位。") != []
    assert prose_problems("Doctors rose to 3.42 last year.") != []
    assert prose_problems("每千人口数 = 数量 ÷ 人口 × 1000。") == []


# ---- draws -------------------------------------------------------------------------------------------------------------------

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "analysis"
DRAWING = sorted(
    path
    for room in ("themes", "methods", "charts", "cases")
    for path in (PACKAGE / room).rglob("*.py")
) + [PACKAGE / "findings.py", PACKAGE / "facts.py", PACKAGE / "sentences.py"]  # fmt: skip
MAKERS = {
    "default_rng",
    "Random",
    "RandomState",
    "SeedSequence",
    "PCG64",
    "Philox",
    "MT19937",
    "SFC64",
    "seed",
}
SCIPY = {
    "bootstrap",
    "permutation_test",
    "monte_carlo_test",
}  # of scipy.stats: take a generator, or draw without


def generators(tree: ast.AST) -> tuple[set[str], set[str]]:
    """What stands for the modules `random` and `numpy.random` here, and which of their functions are imported by name."""
    modules, names = {"np.random", "numpy.random"}, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {a.asname or a.name for a in node.names if a.name in ("random", "numpy.random")}
        elif isinstance(node, ast.ImportFrom) and node.module == "numpy":
            modules |= {a.asname or a.name for a in node.names if a.name == "random"}
        elif isinstance(node, ast.ImportFrom) and node.module in ("random", "numpy.random"):
            names |= {a.asname or a.name for a in node.names}
    return modules, names


def unseeded(text: str) -> list[str]:
    """Draws of a cell or module whose seed is not given: the engine gives each page draws of its own, as a kernel does."""
    tree, found = ast.parse(text), []
    modules, names = generators(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        owner, _, name = called.rpartition(".")
        keys = {keyword.arg for keyword in node.keywords}
        given = keys & {"seed", "x"} or [a for a in node.args if ast.unparse(a) != "None"]
        if owner in modules or (not owner and name in names):
            found += [called] if name != "Generator" and not (name in MAKERS and given) else []
        elif (
            owner and name in ("sample", "rvs") or owner.endswith("stats") and name in SCIPY
        ) and not keys & {"random_state", "rng"}:
            found.append(called)
    return found


@pytest.mark.parametrize("path", [*NOTEBOOKS, *CASES], ids=lambda p: p.stem)
def test_draws_of_a_notebook_take_their_seed_from_a_parameter(path):
    assert [line for cell in cells(path, "code") for line in unseeded(source(cell))] == []


def test_draws_of_the_collections_code_take_their_seed_from_a_parameter():
    assert {path.name: found for path in DRAWING if (found := unseeded(path.read_text("utf-8")))} == {}


def test_a_draw_without_a_seed_is_found():
    for text in (
        "import numpy as np\nnp.random.rand(3)",
        "import numpy as np\nnp.random.default_rng()",
        "import numpy as np\nnp.random.default_rng(None)",
        "from numpy.random import default_rng\nrng = default_rng()",
        "from numpy import random\nrandom.normal()",
        "import numpy.random as r\nr.shuffle(x)",
        "import random\nrandom.choice(rows)",
        "import random\nrandom.Random()",
        "from random import choice\nchoice(rows)",
        "rows.sample(3)",
        "from scipy import stats\nstats.norm.rvs(3)",
        "from scipy import stats\nstats.bootstrap((x,), f)",
    ):
        assert unseeded(text), text
    for text in (
        "import numpy as np\nnp.random.default_rng(seed).normal()",
        "import random\nrandom.Random(seed).choice(rows)",
        "rows.sample(3, random_state=seed)",
        "from scipy import stats\nstats.bootstrap((x,), f, rng=rng)",
        "random(3)",
    ):
        assert not unseeded(text), text
