"""`papermill --engine yigai`: cell by cell what papermill's own engine gives, or that engine itself, with one line that says why."""

from __future__ import annotations

import ast
import json
import logging
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import numpy.random
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

import engine_notebooks
import report_kit
from analysis.report.run import aside, kernels, kernelserver, processes

linux = pytest.mark.skipif(not processes.forking(), reason="the fork server needs Linux's pidfd")
pytestmark = [linux, pytest.mark.xdist_group("engine")]


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder of its own, and the environment of a shell: pytest's variable of the running test would start a server a test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    return tmp_path


@pytest.fixture(scope="module", autouse=True)
def ended():
    """No server outlives the tests, and no process of theirs, not even one that has ended and that nobody has waited for."""
    before = set(processes.descendants(os.getpid()))
    yield
    kernels._stop_all()
    report_kit.assert_none_left(5, before)
    report_kit.reap(before)
    assert not set(processes.descendants(os.getpid())) - before


def notebook(*cells, kernel: str = "python3"):
    """Cells as texts, or a text with a list of tags."""
    made = []
    for number, cell in enumerate(cells):
        text, tags = cell if isinstance(cell, tuple) else (cell, [])
        made.append(new_code_cell(text, id=f"c{number}", metadata={"tags": tags}))
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    return new_notebook(cells=made, metadata={"kernelspec": spec})


def run(*cells, engine: str | None = "yigai", folder: Path | None = None, **options):
    """The executed notebook; papermill raises what it raises and has then written out.ipynb."""
    folder = folder or Path.cwd()
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook(*cells), folder / "in.ipynb")
    kept = os.getcwd()
    os.chdir(folder)
    try:
        return papermill.execute_notebook(
            "in.ipynb", "out.ipynb", engine_name=engine, progress_bar=False, **options
        )
    finally:
        os.chdir(kept)


def value(done, cell: int = -1):
    return ast.literal_eval(done.cells[cell].outputs[-1]["data"]["text/plain"])


def outcome(cell) -> dict:
    """A cell's outcome without addresses, process ids and the moment at which a stream was flushed."""
    streams, others = {"stdout": "", "stderr": ""}, []
    for output in cell.get("outputs", ()):
        if output["output_type"] == "stream":
            streams[output["name"]] += output["text"]
        else:
            others.append(output)
    text = json.dumps([streams, others], sort_keys=True)
    text = re.sub(r"ipykernel_[0-9]+/[0-9]+", "cell", re.sub(r"0x[0-9a-f]{6,}", "0x", text))
    text = re.sub(
        r"_handle_events\([0-9]+", "_handle_events(0", text
    )  # the number of a kernel's own descriptor
    about = cell["metadata"]["papermill"]
    return {
        "count": cell.get("execution_count"),
        "status": about["status"],
        "failed": about["exception"],
        "outputs": text,
    }


def left(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".ipynb"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


SAME = (
    # a fresh process: what it holds, how it was started, and nothing of the server's
    "import sys, os, signal, warnings, threading, atexit, inspect\nsys.argv[0], len(sys.argv), sys.orig_argv[1:3], sys.path, sys.flags",
    "sorted(name for name in sys.modules if not name.startswith('_pydevd'))",
    "[str(signal.getsignal(one)) for one in sorted(signal.valid_signals())], os.getsid(0) == os.getpid(), oct(os.umask(0o22))",
    "threading.active_count(), atexit._ncallbacks(), len(inspect.stack()), sys.getrecursionlimit(), [str(one) for one in warnings.filters]",
    "import traceback\nprint(''.join(traceback.format_stack()[:-1]))",  # as logging prints it of a message that it cannot format
    "sorted(os.environ), sorted(name for name in dir(sys.modules['__main__']) if name[1:].strip('i0123456789'))",
    "sorted(os.listdir('/'.join(['', 'proc', 'self', 'fd'])))[:3]",
    # outputs that a front end updates, clears or refuses
    "h = display('one', display_id=True); open('ran', 'a').write('x');",
    "h.update('two')",
    "from IPython.display import clear_output\nprint('a'); clear_output(); print('b'); clear_output(wait=True); display(3)",
    ("input('?')", ["raises-exception"]),
    "print?",
    "display({'application/json': {'a': float('nan')}, 'text/plain': 'x'}, raw=True)",
    # tasks and loops over cells, a child's prints, lines past sys.stdout
    "import asyncio\nasync def later():\n    await asyncio.sleep(0.01); return 'late'\ntask = asyncio.create_task(later())",
    "await task, type(asyncio.get_running_loop()).__name__",
    "import multiprocessing\nchild = multiprocessing.get_context('fork').Process(target=print, args=('of a child',)); child.start(); child.join()",
    "os.write(1, b'past sys.stdout\\n'); import time; time.sleep(0.5)",
    # what is left open, and what is registered for the end
    "import atexit, tempfile\natexit.register(lambda: open('atexit', 'w').close())\nheld = open('unflushed', 'w'); held.write('data')\nfolder = tempfile.TemporaryDirectory(dir='.')",
    "import helper\nhelper.VALUE",
    ("1/0", ["raises-exception"]),
    "def deep(n): return deep(n + 1)\ndeep(0)",
    "print('never')",
)  # fmt: skip


def made(folder: Path, engine: str | None, *cells, files: dict[str, str] | None = None, **options) -> tuple:
    """The notebook as an engine leaves it, the files beside, and what was raised."""
    folder.mkdir()
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    try:
        run(*cells, engine=engine, folder=folder, **options)
        error = None
    except Exception as raised:
        error = type(raised)
    # a notebook may print where it stands
    text = (folder / "out.ipynb").read_text("utf-8").replace(str(folder), "/here")
    return nbformat.reads(text, 4), left(folder), error


def both(tmp_path, *cells, **options) -> list:
    """The same by papermill's engine and by ours."""
    return [made(tmp_path / f"by {engine}", engine, *cells, **options) for engine in (None, "yigai")]


def differences(found) -> list[str]:
    (plain, its, error), (ours, mine, failed) = found
    said = [] if error == failed else [f"raises {failed}, not {error}"]
    said += [] if its.keys() == mine.keys() else [f"leaves {sorted(mine)}, not {sorted(its)}"]
    said += [
        f"file {name}" for name in its.keys() & mine.keys() if its[name] != mine[name] and "pyc" not in name
    ]
    said += [] if len(plain.cells) == len(ours.cells) else ["number of cells"]
    for number, (one, other) in enumerate(zip(plain.cells, ours.cells, strict=False)):
        if one.cell_type == "code" and outcome(one) != outcome(other):
            said.append(f"cell {number}: {outcome(other)}\n instead of {outcome(one)}")
    return said


AGAIN = 8  # times that papermill's own engine is run once more where the two do not agree


def unexplained(found, again: Callable[[str | None, int], tuple]) -> list[str]:
    """Differences that papermill's own engine does not show against itself. again: a further run of an engine, by its number.

    Where a kernel's threads race, two of its runs differ: there, and only there, one of our outcomes has to be one of papermill's.
    """

    def faults(one, other) -> dict[str, str]:
        return {
            line.partition(":" if line.startswith("cell") else ",")[0]: line
            for line in differences([one, other])
        }

    plain, ours, lasting = [found[0]], [found[1]], []
    for number in range(AGAIN + 1):
        met = [[faults(one, other) for one in plain] for other in ours]
        varying = {key for one in plain[1:] for key in faults(plain[0], one)}
        lasting = [
            line
            for key, line in met[0][0].items()
            if all(key in one for row in (met if key in varying else met[:1]) for one in row)
        ]
        if not lasting or number == AGAIN:
            break
        plain.append(again(None, number))
        if varying:
            ours.append(again("yigai", number))
    return lasting


def printed(*texts: str) -> tuple:
    """What a run leaves of cells that print these texts."""
    cells = [
        nbformat.v4.new_code_cell(
            "1",
            outputs=[nbformat.v4.new_output("stream", text=text)],
            metadata={"papermill": {"status": "completed", "exception": False}},
        )
        for text in texts
    ]
    return nbformat.v4.new_notebook(cells=cells), {}, None


def test_what_papermill_does_not_always_give_is_held_against_what_it_gives_at_times():
    """Racing outcomes of papermill's engine are taken from ours too, and nothing else is (mutations)."""
    races = [printed("x", "a"), printed("x", "b")]

    def again(engine, number):
        return races[number % 2]

    assert unexplained([races[0], races[1]], again) == []
    # another outcome in the racing cell, and a racing outcome in a cell that never varies
    assert unexplained(
        [races[0], printed("x", "c")], lambda e, n: races[n % 2] if e is None else printed("x", "c")
    )
    assert unexplained([races[0], printed("y", "b")], again)
    # what papermill gives always is not excused by our giving it at times
    assert unexplained([printed("a"), printed("b")], lambda e, n: printed("a"))


def test_a_forked_kernel_gives_what_a_started_one_gives(tmp_path, caplog):
    found = both(
        tmp_path, *SAME, files={"helper.py": "print('loading')\nVALUE = 1\n", "calendar.py": "VALUE = 2\n"}
    )
    assert not lines(caplog)  # it was forked
    assert differences(found) == []
    assert found[1][1]["ran"] == b"x" and found[1][1]["unflushed"] == b"data" and "atexit" in found[1][1]
    assert (
        found[1][0].cells[8].outputs[0]["data"]["text/plain"] == "'two'"
    )  # the error's own cells stand before


def test_what_the_comparison_is_for_it_finds(tmp_path):
    """Mutations: an output, a count, a file, an exception and a cell that are not the same."""
    found = both(tmp_path, "open('left', 'w').write('x')\n'value'", "1/0")
    assert differences(found) == []
    for change in (
        lambda nb, files: nb.cells[1].outputs[0]["data"].update({"text/plain": "'other'"}),
        lambda nb, files: nb.cells[1].update(execution_count=7),
        lambda nb, files: nb.cells.pop(),
        lambda nb, files: files.update(left=b"y"),
        lambda nb, files: files.pop("left"),
    ):
        nb, files, error = found[1]
        changed = nbformat.from_dict(json.loads(json.dumps(nb))), dict(files), error
        change(*changed[:2])
        assert differences([found[0], changed]) != []
    assert differences([found[0], (*found[1][:2], None)]) != []


PANDAS = "import numpy, pandas\npandas.DataFrame({f'column {n}': [n / 3] for n in range(30)})"


OPTIONS = "{name: str(pandas.get_option(name)) for name in pandas._config.config._registered_options}, numpy.get_printoptions()"


def test_packages_are_there_and_print_as_in_a_kernel(tmp_path, caplog):
    cells = (
        PANDAS,
        "_.T.describe()",
        "float((numpy.ones((300, 300)) / 3 @ numpy.ones((300, 300)) / 7).sum())",
    )
    assert differences(both(tmp_path, *cells)) == [] and not lines(caplog)
    assert any(key[1] == ("numpy", "pandas") for key in kernels._servers)


DRAW = "import numpy, pandas, random\nfloat(numpy.random.rand()), random.random()"
SEEDED = "numpy.random.seed(3); float(numpy.random.rand())"


def test_draws_without_a_seed_differ():
    one, other = run(DRAW, SEEDED), run(DRAW, SEEDED)
    first, second = value(one, 0), value(other, 0)
    assert first[0] != second[0] and first[1] != second[1]
    assert value(one) == value(other)


@pytest.mark.parametrize("seeded_again", [True, False])
def test_children_that_are_not_seeded_again_draw_the_same(seeded_again, tmp_path):
    """With the mutation: without what the server does in each child, they do."""
    for name in ("one", "other"):
        pid = os.fork()
        if pid == 0:
            if seeded_again:
                kernelserver._reseed()
            (tmp_path / name).write_text(repr(numpy.random.rand()))
            os._exit(0)
        os.waitpid(pid, 0)
    assert ((tmp_path / "one").read_text() == (tmp_path / "other").read_text()) is not seeded_again


@pytest.mark.parametrize(
    ("cell", "error", "options"),
    [
        ("print('partial', flush=True)\nimport os, time\ntime.sleep(0.5)\nos._exit(3)", DeadKernelError, {}),
        (
            "print('partial', flush=True)\nimport time\ntime.sleep(60)",
            CellTimeoutError,
            {"execution_timeout": 2},
        ),
    ],
)
def test_a_cell_that_dies_keeps_what_it_printed(tmp_path, cell, error, options):
    with pytest.raises(error):
        run("1", cell, "2", **options)
    left = nbformat.read(tmp_path / "out.ipynb", 4).cells
    assert left[1].outputs[0]["text"] == "partial\n" and left[1].metadata.papermill.status == "completed"
    assert left[1].metadata.papermill.end_time and left[0].execution_count == 1


def test_options_of_papermill_are_taken(tmp_path, caplog):
    caplog.set_level(logging.INFO, "papermill")
    with (tmp_path / "out.txt").open("w") as out, (tmp_path / "err.txt").open("w") as err:
        run(
            "import sys; print('told'); print('warned', file=sys.stderr)",
            log_output=True,
            stdout_file=out,
            stderr_file=err,
        )
    assert (tmp_path / "out.txt").read_text() == "told\n" and (tmp_path / "err.txt").read_text() == "warned\n"
    assert {"told\n", "warned\n"} <= {one.getMessage() for one in caplog.records}


def test_after_the_server_was_killed_the_next_run_works(caplog, monkeypatch):
    # killed in the middle of a run: that run ends as with a killed kernel, and the next one works
    server = kernels.server_for([])
    with pytest.raises(DeadKernelError):
        run(f"import os, time; os.kill({server.process.pid}, 9); time.sleep(30)")
    assert value(run("1 + 2")) == 3 and not lines(caplog) and server not in kernels._servers.values()
    # killed between the choice and the start, and no other one can be had: papermill's own engine, with the line
    server = next(reversed(kernels._servers.values()))
    server.alive = lambda: True
    monkeypatch.setattr(kernels, "server_for", lambda modules: server)
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    assert value(run("2 + 2")) == 4
    assert lines(caplog) == ["the server of kernels has ended"]


def lines(caplog) -> list[str]:
    """The reasons for stepping aside that were said."""
    start = "papermill's own engine runs this notebook: "
    said = [one.getMessage() for one in caplog.records]
    return [line.removeprefix(start) for line in said if line.startswith(start)]


def execute_and_end(folder: Path, end: int) -> int:
    """A forked copy of this process runs in.ipynb there, and then ends by itself or by a signal; its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.chdir(folder)
        papermill.execute_notebook("in.ipynb", "out.ipynb", engine_name="yigai", progress_bar=False)
        if end:
            os.kill(os.getpid(), end)
        kernels._stop_all()  # what the end of the interpreter does
    finally:
        os._exit(0)


def test_nothing_is_left_running(tmp_path):
    report_kit.adopt_orphans()
    kernels._stop_all()
    others = set(processes.descendants(os.getpid()))
    for cell, end in (("1", 0), ("1", signal.SIGKILL), ("import time; time.sleep(100)", 0)):
        nbformat.write(notebook(cell), tmp_path / "in.ipynb")
        pid = execute_and_end(tmp_path, end)
        if "sleep" in cell:
            until = time.monotonic() + 60
            while len(processes.descendants(pid)) < 2 and time.monotonic() < until:
                time.sleep(0.05)
            os.kill(pid, signal.SIGKILL)
        ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert ended == (-signal.SIGKILL if end or "sleep" in cell else 0)
        report_kit.assert_none_left(10, others)
    report_kit.reap(others)


# ---- the decision ------------------------------------------------------------------------------------------------------------


def decided(*cells, folder: Path | None = None, kernel: str = "python3", options=()) -> str:
    return aside.reason(notebook(*cells), kernel, options, str(folder or Path.cwd()))


ASIDE = {
    "os.environ['A'] = 'b'": "environ",
    "%env A=b": "%env",
    "import sys; sys.path.insert(0, 'src')": "sys.path",
    "from sys import path": "from sys import",
    "import importlib": "importlib",
    "import warnings; warnings.simplefilter('error')": "simplefilter",
    "!pip install x": "pip",
    "%run other.py": "%run",
    "%load_ext autoreload": "%load_ext",
    "exec(open('x').read())": "exec",
    "import helper": "beside itself",
    "if False:\n    import helper": "beside itself",
    "%%capture\nimport helper": "beside itself",
    "try: import helper\nexcept ImportError: pass": "beside itself",
    "from . import helper": "beside itself",
    "import nbformat": "not on the list",
    "x = 1; import plotly.express as px": "not on the list",
    "from package.deep import thing": "beside itself",
}


@pytest.mark.parametrize("cell", ASIDE)
def test_packages_are_not_there_before_a_notebook_that_may_notice(tmp_path, monkeypatch, cell):
    (tmp_path / "helper.py").write_text("")
    (tmp_path / "package").mkdir()
    for cells in ((cell, "import pandas"), ("import pandas", cell), (f"{cell}\nimport numpy.linalg",)):
        if cell.startswith("%%") and len(cells) == 1:
            continue
        assert ASIDE[cell] in decided(*cells)
    assert decided(cell) == ""  # without packages there is nothing to notice
    # the mutation: without the rule it is accepted
    monkeypatch.setattr(aside, "IMPORTING", re.compile(r"(?!)"))
    monkeypatch.setattr(aside, "beside", lambda folder: set())
    monkeypatch.setattr(aside, "KNOWN", (*aside.KNOWN, "helper", "nbformat", "plotly", "package", ""))
    monkeypatch.setattr(aside, "installed", lambda name: True)
    if "from ." not in cell:
        assert decided(cell, "import pandas") == ""


@pytest.mark.parametrize(
    "cell",
    [
        "import json\njson.dumps = lambda *a, **k: 'X'",
        "import time; time.time = lambda: 0",
        "import asyncio.events as e; asyncio.events.get_event_loop = None",
        "setattr(json, 'dumps', str)",
        "with mock.patch('builtins.print') as p: print(1)",
    ],
)
def test_a_notebook_that_changes_what_its_kernel_works_with_is_left_to_papermill(cell, monkeypatch):
    assert "changes what its kernel works with" in decided(cell)
    for own in (
        "import json; json.dumps == 1",
        "x.time = 5",
        "class A:\n    json = 1",
        "setattr(a, 'time', 1)",
    ):
        assert decided(own) == "", own
    monkeypatch.setattr(aside, "PATCHED", re.compile(r"(?!)"))
    assert decided(cell) == ""


@pytest.mark.parametrize(
    "cell",
    [
        "import os; os.getppid()",
        "open('/proc/self/cmdline')",
        "import psutil",
        "import gc; gc.get_stats()",
        "hash('a')",
    ],
)
def test_a_notebook_that_looks_at_its_process_is_left_to_papermill(cell, monkeypatch):
    assert "looks at its process" in decided(cell)
    monkeypatch.setattr(aside, "PROCESS", re.compile(r"(?!)"))
    assert decided(cell) == ""


@pytest.mark.parametrize(
    ("cells", "files"),
    [(("import pandas",), {"calendar.py": ""}), (("import pandas",), {"random.py": ""}), (("import pandas", "%%writefile csv.py\nx = 1"), {}), (("import pandas",), {"numpy": None})],
)  # fmt: skip
def test_a_module_beside_the_notebook_that_packages_import_is_seen(tmp_path, cells, files):
    for name, text in files.items():
        (tmp_path / name).mkdir() if text is None else (tmp_path / name).write_text(text)
    held = {"calendar", "random", "csv", "numpy", "pandas"}
    assert aside.shadowed(notebook(*cells), held, str(tmp_path))
    assert not aside.shadowed(notebook(*cells), held - {"calendar", "random", "csv", "numpy"}, str(tmp_path))


def test_a_module_beside_the_notebook_is_imported_when_its_turn_comes(tmp_path, caplog):
    (tmp_path / "calendar.py").write_text("VALUE = 1\n")
    (tmp_path / "gen.py").write_text("V = 'old'\n")
    done = run(
        "open('gen.py', 'w').write('V = \"new\"')",
        "import gen\ngen.V",
        "import calendar\ncalendar.__file__[-12:]",
    )
    assert value(done, 1) == "new"
    assert not lines(caplog)
    why, server = kernels.choose(notebook("import pandas"), "python3", {})
    assert "calendar is a module beside the notebook" in why and server is None


def test_a_package_that_another_folder_holds_is_not_the_installed_one(tmp_path, monkeypatch):
    assert aside.installed("numpy") and aside.installed("analysis") and not aside.installed("nothing_like_it")
    monkeypatch.syspath_prepend(str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "numpy.py").write_text("")
    assert not aside.installed("numpy") and "not on the list" in decided("import numpy")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"argv": ["bash", "-c", "python -m ipykernel_launcher -f {connection_file}"]}, "its own way"),
        (
            {"argv": ["python", "-W", "error", "-m", "ipykernel_launcher", "-f", "{connection_file}"]},
            "its own way",
        ),
        ({"argv": ["/usr/bin/other", "-m", "ipykernel_launcher", "-f", "{connection_file}"]}, "its own way"),
        ({"env": {"A": "b"}}, "settings of its own"),
        ({"interrupt_mode": "message"}, "settings of its own"),
        ({"metadata": {"kernel_provisioner": {"provisioner_name": "other"}}}, "settings of its own"),
    ],
)
def test_only_this_interpreters_plain_kernel_is_forked(monkeypatch, change, words):
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    spec = {"argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"], "language": "python"}
    for settings, expected in ((spec, ""), (spec | change, words)):
        monkeypatch.setattr(
            KernelSpecManager, "get_kernel_spec", lambda self, name, held=settings: KernelSpec(**held)
        )
        assert expected in decided("1") and bool(expected) == bool(decided("1"))


def test_other_platforms_and_own_managers_are_left_alone(monkeypatch):
    assert "kernel_manager_class" in decided("1", options={"kernel_manager_class": object})
    assert "by the name nothing" in decided("1", kernel="nothing")
    monkeypatch.setattr(processes, "forking", lambda: False)
    assert "platform" in decided("1")


def test_stepping_aside_is_papermills_own_engine_and_one_line(caplog):
    done = run("import os; os.getppid() == int(os.environ['JPY_PARENT_PID'])")
    assert value(done) is True
    assert [one.getMessage() for one in caplog.records] == [
        "papermill's own engine runs this notebook: it looks at its process (getppid)"
    ]


def test_another_environment_folder_or_package_is_another_server(monkeypatch, tmp_path):
    run("1")
    first = next(reversed(kernels._servers.values()))
    run("2", folder=tmp_path / "other")
    assert next(reversed(kernels._servers.values())) is first  # a kernel goes to its folder itself
    monkeypatch.setenv("SETTING", "1")
    assert value(run("import os; os.environ['SETTING']")) == "1"
    assert next(reversed(kernels._servers.values())) is not first and len(kernels._servers) <= kernels.KEPT


def test_a_server_that_cannot_serve_says_why():
    with pytest.raises(kernels.NoKernelServer, match="nothing_like_it cannot be imported"):
        kernels.Server(["nothing_like_it"])


@pytest.mark.parametrize(
    ("text", "words"),
    [("print('hello')", "says something"), ("import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()", "threads"), ("import warnings; warnings.warn('old')", "says something")],
)  # fmt: skip
def test_a_package_whose_import_leaves_something_is_refused(monkeypatch, tmp_path, text, words):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "leaving.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    with pytest.raises(kernels.NoKernelServer, match=words):
        kernels.Server(["leaving"])


# ---- what the note on the engine says ----------------------------------------------------------------------------------------

HOME = Path(__file__).resolve().parents[1]
HOSTILE = re.compile(
    r"^\| (\d+) hostile ones of (\d+) cells \(`tests/engine_notebooks\.py`.*\| (\d+) \| (\d+) \| 0 \|$", re.M
)


def told(text: str) -> list[int]:
    """Notebooks, cells, the same, aside: the row of `docs/engine.md` on the hostile notebooks."""
    found = HOSTILE.search(text)
    assert found, "docs/engine.md has no row on the hostile notebooks"
    return [int(number) for number in found.groups()]


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_the_note_counts_the_hostile_notebooks_as_they_are(tmp_path):
    books = engine_notebooks.NOTEBOOKS.values()
    aside_ones = sum(bool(aside.reason(notebook(*cells), "python3", {}, str(tmp_path))) for cells in books)
    counted = [len(books), sum(map(len, books)), len(books) - aside_ones, aside_ones]
    text = (HOME / "docs" / "engine.md").read_text("utf-8")
    assert told(text) == counted
    assert (
        told(text.replace(f"| {counted[0]} hostile", f"| {counted[0] - 1} hostile")) != counted
    )  # the mutation


def test_the_note_and_the_readme_tell_one_bench():
    note, readme = ((HOME / name).read_text("utf-8") for name in ("docs/engine.md", "README.md"))
    for there, here in (
        (r"took ([\d.]+) times the processor time", r"the shell loop over ours ([\d.]+) "),
        (r"need 1/([\d.]+) of the wall time", r"two loops over two workers ([\d.]+) of wall time"),
    ):
        assert re.search(here, note)[1] == re.search(there, readme)[1]
