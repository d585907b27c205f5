"""Hostile notebooks by both engines, cell by cell: the same, or handed to papermill's own engine."""

import pytest

import engine_notebooks
from analysis.report.run import processes
from test_kernels import both, differences, ended, made, place, unexplained  # noqa: F401 (fixtures)

pytestmark = [
    pytest.mark.skipif(not processes.forking(), reason="the fork server needs Linux's pidfd"),
    pytest.mark.xdist_group("engine"),
    pytest.mark.slow,
]


def files(name: str) -> dict[str, str]:
    """What lies beside: only what the notebook's cells speak of."""
    text = " ".join(cell if isinstance(cell, str) else cell[0] for cell in engine_notebooks.NOTEBOOKS[name])
    return {
        path: content
        for path, content in engine_notebooks.FILES.items()
        if path.partition("/")[0].removesuffix(".py") in text.replace("own_lib", "lib own_lib")
    }


@pytest.mark.parametrize("name", engine_notebooks.NOTEBOOKS)
def test_both_engines_give_the_same(tmp_path, name):
    cells, options = engine_notebooks.NOTEBOOKS[name], {"files": files(name), "execution_timeout": 120}

    def again(engine, number):
        return made(tmp_path / f"{number} again by {engine}", engine, *cells, **options)

    assert unexplained(both(tmp_path, *cells, **options), again) == []


def test_what_is_saved_meanwhile_is_saved_by_both(tmp_path):
    """`--autosave-cell-every`: a later cell finds in the file what an earlier one has printed."""
    cells = (
        "import time\nfor i in range(4):\n    print('out', i, flush=True); time.sleep(0.5)",
        "'out 3' in open('out.ipynb').read()",
        "open('saved', 'w').write(str(_))",
    )
    found = both(tmp_path, *cells, autosave_cell_every=1, log_output=True)
    assert differences(found) == [] and found[1][1]["saved"] == b"True"


def test_there_are_many_of_them():
    assert len(engine_notebooks.NOTEBOOKS) >= 40
