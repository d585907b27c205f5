"""The engine: outputs as plain papermill gives them, clean children, every fault survived by the next report, nobody left over."""

from __future__ import annotations

import ast
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import report_kit
from analysis.report.run import child, engine, forkserver, pool, processes, runner, serverprocess, worker

linux = pytest.mark.skipif(not processes.forking(), reason="the fork server needs Linux's pidfd")
# one process for all of them: they share a server, and limits of seconds do not hold on cores that others keep busy
pytestmark = [linux, pytest.mark.xdist_group("engine")]

CELLS = (
    "import sys, warnings, asyncio\nimport matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\nfrom IPython.display import HTML, Markdown, clear_output, display",
    "pd.DataFrame({'a': [1, 2], 'b': ['x', None]})",
    "print('one'); print('two')\n'value'",
    "print('to stderr', file=sys.stderr)",
    "display(HTML('<b>1</b>'), Markdown('*2*')); 3",
    "fig, axes = plt.subplots(figsize=(2, 1))\naxes.plot([1, 2, 3]);",
    "plt.figure(figsize=(1, 1)); plt.plot([3, 1]); plt.show()\nprint('after')",
    "print('gone'); clear_output(); print('kept')",
    "print('gone later'); clear_output(wait=True); display('instead')",
    "await asyncio.sleep(0)\nnp.float64(0.1) + 0.2",
    "%timeit -n1 -r1 -q pass\nget_ipython().run_line_magic('who', 'str')",
    "x = [_, __name__, In[1][:6]]\nx",
    "import os\nsorted(name for name in os.environ if name in ('TERM', 'PAGER', 'YIGAI_RENDER', 'MPLBACKEND'))",
    "class Rich:\n    def _repr_mimebundle_(self, **_):\n        return {'text/plain': 'rich', 'application/vnd.test+json': {'n': 1, 't': (1, 2)}}, {'m': True}\nRich()",
    "display(Rich())",
    # a kernel's watcher of the descriptor is a thread of its own: it is given time before the cell ends, which changes no output
    "import time\nos.write(1, b'past sys.stdout\\n')\ntime.sleep(1)",
    "!echo shell",
    "None",
    "",
    "1;",
    "pd.Series([1.5]).to_frame().style.format(precision=1).set_uuid('u')",
    "warnings.warn('careful')",
    "def outer(n):\n    return inner(n)\ndef inner(n):\n    return 1 / n\nouter(0)",
    "print('never')",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("work"))
    environment = os.environ | runner.environment()
    running = serverprocess.ServerProcess(
        ["pandas", "numpy", "matplotlib.pyplot"], folder, environment
    ).ready()
    yield running
    running.stop()


def job(*cells: str, server=None, cell_timeout: int = 30, **options) -> dict:
    entry = {"parameters": {"region_code": "140000", "lang": "zh", "as_of": ""}}
    text = json.dumps(report_kit.notebook(*cells, **options))
    return {
        "id": "t",
        "entry": entry,
        "notebook": text,
        "server": server.address if server else "",
        "cell_timeout": cell_timeout,
        "start_timeout": 60,
    }


def run(*cells: str, server=None, said=None, about=None, **options):
    return engine.run(
        job(*cells, server=server, **options), [] if said is None else said, {} if about is None else about
    )


def settled(cell) -> dict:
    """A code cell's outcome with what differs from run to run taken out: flush timing of streams, process ids in file names."""
    streams = {"stdout": "", "stderr": ""}
    others = []
    for output in cell.get("outputs", ()):
        if output["output_type"] == "stream":
            streams[output["name"]] += output["text"]
        else:
            others.append(json.loads(json.dumps(output)))
    text = json.dumps([streams, others], sort_keys=True)
    text = re.sub(r"/tmp(/yigai-[^/]+/tmp)?/ipykernel(_[0-9]+)?/[0-9]+", "/tmp/cell", text)
    text = re.sub(r"0x[0-9a-f]{6,}", "0x", text)
    return {
        "count": cell.get("execution_count"),
        "status": cell["metadata"]["papermill"]["status"],
        "outputs": text,
    }


def test_outputs_are_those_of_plain_papermill(server, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YIGAI_RENDER", "page")
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # a kernel that sees it does not watch its file descriptors
    about: dict = {}
    forked, plain = run(*CELLS, server=server, about=about), run(*CELLS)
    assert about["engine"] == "fork"
    assert len(forked.cells) == len(plain.cells)
    for number, (one, other) in enumerate(zip(forked.cells, plain.cells, strict=True)):
        if one.cell_type == "code":
            assert settled(one) == settled(other), f"cell {number}: {one.source}"
    assert forked.metadata.language_info == plain.metadata.language_info


def test_plain_outputs_hold_what_the_cells_are_about(server):
    # guards the comparison above against being true of two empty notebooks
    done = run(*CELLS, server=server)
    kinds = [
        output["output_type"] for cell in done.cells if cell.cell_type == "code" for output in cell.outputs
    ]
    assert (
        kinds.count("error") == 1 and kinds.count("display_data") >= 5 and kinds.count("execute_result") >= 7
    )
    assert any(
        "image/png" in output.get("data", {})
        for cell in done.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )


def test_a_dirty_report_leaves_the_next_one_clean(server):
    dirty = "import os, json, pandas, random\nos.environ['DIRTY'] = '1'; os.chdir('/'); pandas.set_option('display.max_rows', 3); json.dirty = 1; del json.dumps"
    ask = "import os, json, pandas\n[os.environ.get('DIRTY'), os.getcwd() == '/', pandas.get_option('display.max_rows') == 3, hasattr(json, 'dirty')]"
    run(dirty, server=server)
    assert run(ask, server=server).cells[-1].outputs[0]["data"]["text/plain"] == "[None, False, False, False]"


DRAWS = "import random, numpy\n(random.random(), float(numpy.random.rand()))"


def test_draws_without_a_seed_differ_from_report_to_report(server, own):
    first, second = (drawn(run(DRAWS, server=server)) for _ in range(2))
    assert all(one != other for one, other in zip(first, second, strict=True))
    copies = [
        drawn(engine.run(shared("one = 1", below=(DRAWS,), region=code, server=own), [], {}))
        for code in ("140000", "610000")
    ]
    assert all(one != other for one, other in zip(*copies, strict=True))


def drawn(done) -> tuple[float, float]:
    return ast.literal_eval(done.cells[-1].outputs[0]["data"]["text/plain"])


def forked_draws(reseed) -> tuple[str, str]:
    """What two children of this process draw after ``reseed``."""
    import numpy

    said = []
    for _ in range(2):
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            reseed()
            os.write(theirs, f"{random.random()} {numpy.random.rand()}".encode())
            os._exit(0)
        os.waitpid(pid, 0)
        said.append(os.read(ours, 100).decode().split())
        os.close(ours)
        os.close(theirs)
    return tuple(zip(*said, strict=True))


def test_a_child_that_is_not_reseeded_draws_what_its_sibling_draws():
    kept = random.getstate()
    assert all(one != other for one, other in forked_draws(child._reseed))
    assert all(one == other for one, other in forked_draws(lambda: random.setstate(kept)))  # the mutation


@pytest.mark.parametrize(
    ("cell", "kind", "words"),
    [
        ("1/0", "cell", "ZeroDivisionError"),
        ("import sys; sys.exit(0)", "cell", "SystemExit"),
        ("import os; os._exit(0)", "dead", "ended with code 0"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "dead", "signal 9"),
        ("import time; time.sleep(60)", "timeout", "longer than"),
        (
            "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nimport re; re.match('(a+)+$', 'a' * 60 + 'b')",
            "timeout",
            "longer than",
        ),
        ("line = 'x' * 1_000_000\nfor _ in range(200): print(line)", "cell", "more than 32 MB"),
        (
            "try:\n    for _ in range(200): print('x' * 1_000_000)\nexcept BaseException: pass",
            "cell",
            "more than 32 MB",
        ),
        (
            "import subprocess; subprocess.run(['head', '-c', '200000000', '/dev/zero'])",
            "cell",
            "more than 32 MB",
        ),
        ("import subprocess; subprocess.Popen(['sleep', '300']); 1/0", "cell", "ZeroDivisionError"),
        (f"{report_kit.STRAYS}; 1/0", "cell", "ZeroDivisionError"),
        (f"{report_kit.STRAYS}; import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "dead", "signal 9"),
        ("def f(: pass", "cell", "SyntaxError"),
        ("import ctypes; ctypes.string_at(0)", "dead", "signal 11"),
    ],
)
def test_a_fault_has_its_kind_and_the_next_report_is_unharmed(server, cell, kind, words):
    with pytest.raises(worker.Failure) as caught:
        worker.execute(job(cell, server=server, cell_timeout=2), [])
    assert caught.value.kind == kind and words in caught.value.reason
    done, about = worker.execute(job("40 + 2", server=server), [])
    assert done["cells"][-1]["outputs"][0]["data"]["text/plain"] == "42" and about["engine"] == "fork"
    assert children(server) == []


def serving(server: serverprocess.ServerProcess) -> int:
    """The process that a server's keeper has forked to serve."""
    end = time.monotonic() + 10
    while (
        len(
            found := [
                pid
                for pid in processes.descendants(server.process.pid)
                if parent_of(pid) == server.process.pid
            ]
        )
        != 1
    ):
        assert time.monotonic() < end, (
            found
        )  # none for a moment, while another takes the place of a killed one
        time.sleep(0.01)
    return found[0]


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0  # it has ended


def children(server: serverprocess.ServerProcess, seconds: float = 3) -> list[int]:
    """Processes below a server that do not go away."""
    end = time.monotonic() + seconds
    while (found := processes.descendants(serving(server))) and time.monotonic() < end:
        time.sleep(0.02)
    return found


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("h = display('a', display_id=True); h.update('b')", "display_id"),
        ("import comm; comm.create_comm(target_name='t')", "create_comm"),
        ("%gui asyncio", "%gui"),
        ("import asyncio; asyncio.create_task(asyncio.sleep(0))", "create_task"),
        ("print?", "print?"),
    ],
)
def test_what_only_a_kernel_can_do_runs_in_a_kernel_from_the_first_cell(
    server, monkeypatch, tmp_path, cell, words
):
    monkeypatch.chdir(tmp_path)
    said, about = [], {}
    done = run("open('ran', 'a').write('x');", cell, server=server, said=said, about=about)
    assert about["engine"] == "plain" and words in said[0]
    assert done.cells[-1].metadata.papermill.status == "completed" and ran(tmp_path) == 1


def test_what_its_text_does_not_show_fails_once_and_says_what_to_do(server, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    cell = "open('ran', 'a').write('x')\ndisplay('a', **{'display_' 'id': 'k'}); display('b', **{'display_' 'id': 'k'})"
    with pytest.raises(worker.Failure, match='needs a Jupyter kernel; .*"kernel": true') as caught:
        worker.execute(job(cell, server=server), [])
    assert caught.value.kind == "cell" and ran(tmp_path) == 1
    content = report_kit.notebook(cell)
    content["metadata"]["yigai"]["kernel"] = True
    about = worker.execute(job(server=server) | {"notebook": json.dumps(content)}, [])[1]
    assert about["engine"] == "plain" and ran(tmp_path) == 2


ENDS = "import atexit, tempfile\natexit.register(lambda: open('atexit', 'w').close())\nheld = open('unflushed', 'w'); held.write('x')\nfolder = tempfile.TemporaryDirectory(dir='.')\nclass Last:\n    def __del__(self): open('del', 'w').close()\nlast = Last()"


@pytest.mark.parametrize("fails", [False, True])
def test_a_report_ends_as_a_kernel_does(server, monkeypatch, tmp_path, fails):
    monkeypatch.chdir(tmp_path)
    run(ENDS, "1/0" if fails else "1", server=server)
    assert {path.name for path in tmp_path.iterdir()} == {"atexit", "unflushed", "del"}
    assert (tmp_path / "unflushed").read_text() == "x"


def test_an_end_that_hangs_is_cut_off(server):
    done = run("import atexit, time; atexit.register(time.sleep, 300)", server=server)
    assert done.cells[-1].execution_count == 3 and children(server) == []


def test_a_process_without_a_group_of_its_own_is_ended_too():
    """A worker that has not yet made its group when its report's time is over: waiting for it must not last for ever."""
    child = subprocess.Popen(["sleep", "300"])
    processes.kill_tree(child.pid)
    assert child.wait(10) == -signal.SIGKILL


def test_a_kernel_leaves_nothing_running(server):
    report_kit.adopt_orphans()
    others = set(processes.descendants(os.getpid()))
    for cell in ("1", "1/0"):
        run(f"%gui asyncio\n{report_kit.STRAYS}; {cell}", server=server)
    report_kit.assert_none_left(0.5, others)


def test_input_is_refused_as_a_kernel_refuses_it(server):
    done = run("input('?')", server=server)
    assert done.cells[-1].outputs[0]["ename"] == "StdinNotImplementedError"


def test_a_cell_may_raise_where_it_says_so(server):
    source = report_kit.notebook("1/0", "'after'")
    source["cells"][3]["metadata"]["tags"] = ["raises-exception"]
    one = job(server=server) | {"notebook": json.dumps(source)}
    assert engine.run(one, [], {}).cells[-1].outputs[0]["data"]["text/plain"] == "'after'"


def test_an_executed_notebook_is_plain_json_however_its_outputs_came():
    import nbformat

    cell = {"cell_type": "code", "metadata": {"papermill": {}, "tags": []}, "source": "1", "id": "x"}
    output = {"output_type": "display_data", "metadata": {}, "data": {"own": {"rows": [{"a": [1]}]}}}
    executed = nbformat.from_dict(
        {"metadata": {"papermill": {}}, "cells": [cell, cell | {"outputs": [output]}]}
    )
    slow = worker._settle(executed)
    executed.cells[1].outputs = [nbformat.NotebookNode(output)]
    assert worker._settle(executed) == slow and slow["cells"][1]["outputs"] == [output]

    def kinds(value):
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return {type(value)}.union(*map(kinds, inner))

    assert kinds(worker._settle(executed)) <= {dict, list, str, int}


def killing_once(flag: Path, times: int):
    """A worker's ``make`` whose process is ended from outside so often."""

    def make(one):
        with flag.open("a") as file:
            file.write("x")
        if flag.stat().st_size <= times:
            os.kill(os.getpid(), signal.SIGKILL)
        return {"id": one["id"], "status": "ok", "kind": ""}

    return make


@pytest.mark.parametrize(
    ("times", "kinds", "made"),
    [(1, worker.RETRIED, "ok"), (2, worker.RETRIED, "failed"), (1, ("start", "server"), "failed")],
)
def test_a_killed_worker_is_started_once_more_and_its_page_retried(tmp_path, monkeypatch, times, kinds, made):
    """The last case is the mutation: a pool that does not retry."""
    monkeypatch.setattr(worker, "make", killing_once(tmp_path / "tried", times))
    monkeypatch.setattr(worker, "RETRIED", kinds)
    with pool.Pool(1, {}, str(tmp_path)) as workers:
        (result,) = workers.run([{"id": "a"}], 60)
    assert result["status"] == made and (made == "ok" or result["kind"] == "worker")


def test_no_server_is_a_start_fault():
    with pytest.raises(engine.StartFault):
        engine.run(job("1") | {"server": "/nowhere/server"}, [], {})


def killing(pid: int) -> str:
    return (
        f"{report_kit.STRAYS}; import os, signal; os.kill({pid}, signal.SIGKILL); import time; time.sleep(20)"
    )


@pytest.fixture
def own(tmp_path):
    """A server of the test's own."""
    running = serverprocess.ServerProcess([], str(tmp_path), os.environ | runner.environment()).ready()
    yield running
    running.stop()
    assert not Path(running.address).exists()


def test_a_killed_server_is_a_server_fault_and_another_takes_its_place(own):
    report_kit.adopt_orphans()
    for _ in range(2):
        with pytest.raises((engine.ServerFault, engine.Dead)):
            run(killing(serving(own)), server=own)
        assert (
            run("1", server=own).cells[-1].execution_count == 3
        )  # without anybody's doing: the call waits for the new server
        assert not own.revive() and children(own) == []


def test_a_killed_keeper_takes_all_along_and_is_started_again(own):
    report_kit.adopt_orphans()
    others = set(processes.descendants(os.getpid())) - {
        own.process.pid,
        *processes.descendants(own.process.pid),
    }
    with pytest.raises((engine.ServerFault, engine.Dead)):
        run(killing(own.process.pid), server=own)
    own.process.wait()
    assert own.revive() and run("1", server=own).cells[-1].execution_count == 3
    assert not own.revive()
    report_kit.assert_none_left(kept=others | {own.process.pid, serving(own)})


def test_a_server_that_fails_by_itself_is_not_replaced_in_silence(own):
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wrong:
        wrong.connect(own.address)
        wrong.sendall(engine.wire.LENGTH.pack(1) + b"{")
        own.process.wait(20)
    assert (
        own.process.returncode == 1 and own.revive() and run("1", server=own).cells[-1].execution_count == 3
    )


def test_a_server_with_threads_refuses_to_fork(tmp_path):
    (tmp_path / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    with pytest.raises(serverprocess.NoServer, match="threads"):
        serverprocess.ServerProcess(["threaded"], str(tmp_path), os.environ | runner.environment()).ready()


def test_papermill_finds_the_engine(tmp_path):
    source, target = tmp_path / "in.ipynb", tmp_path / "out.ipynb"
    source.write_text(json.dumps(report_kit.notebook("region_code", kernel="python3")))
    command = [
        sys.executable,
        "-m",
        "papermill",
        "--engine",
        "yigai",
        "-r",
        "region_code",
        "010000",
        str(source),
        str(target),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, start_new_session=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(target.read_text())["cells"][-1]["outputs"][0]["data"]["text/plain"] == ["'010000'"]


def test_the_server_ends_with_its_parent(tmp_path):
    code = f"""
import os, sys, time
from analysis.report.run import runner, serverprocess
print(serverprocess.ServerProcess([], {str(tmp_path)!r}, os.environ | runner.environment()).ready().process.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    end = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text()


# ---- the cells above the parameters ------------------------------------------------------------------------------------------

ABOVE = (
    "import sys\nimport matplotlib.pyplot as plt\nimport numpy as np\nfrom IPython.display import display\nprint('above')\nNAMES = ['a']",
    "fig, axes = plt.subplots(figsize=(1, 1)); axes.plot([1, 2]); plt.show()\nopen('ran', 'a').write('x')\n'value'",
)


def shared(
    *above: str,
    below: tuple[str, ...] = ("NAMES.append(region_code)\nNAMES, In[1][:6], _",),
    region: str = "140000",
    server=None,
    **limits,
) -> dict:
    """A job whose notebook has cells above its parameters."""
    one = job(*below, server=server, **limits)
    content = json.loads(one["notebook"])
    content["cells"][2:2] = [
        {**content["cells"][-1], "source": source, "id": f"a{number}"} for number, source in enumerate(above)
    ]
    one["entry"]["parameters"]["region_code"] = region
    return one | {"notebook": json.dumps(content)}


def ran(path: Path) -> int:
    return len((path / "ran").read_text()) if (path / "ran").exists() else 0


def test_cells_above_the_parameters_run_once_and_look_as_ever(server, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YIGAI_RENDER", "page")
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    regions = ("140000", "610000", "110000")
    said = []
    forked = [engine.run(shared(*ABOVE, region=region, server=server), said, {}) for region in regions]
    assert not said and ran(tmp_path) == 1
    plain = [engine.run(shared(*ABOVE, region=region), [], {}) for region in regions]
    assert ran(tmp_path) == 1 + len(regions)
    for one, other, region in zip(forked, plain, regions, strict=True):
        assert f"['a', '{region}']" in one.cells[-1].outputs[0]["data"]["text/plain"]
        code = [
            (mine, its) for mine, its in zip(one.cells, other.cells, strict=True) if mine.cell_type == "code"
        ]
        assert [settled(mine) for mine, _ in code] == [settled(its) for _, its in code]


def test_what_a_template_read_is_among_the_reads_of_its_reports(server, tmp_path, monkeypatch):
    project = report_kit.Project(tmp_path / "project")
    monkeypatch.setenv("YIGAI_HOME", str(project.folder))
    monkeypatch.chdir(tmp_path)
    above = "from analysis import tables\nopen('ran', 'a').write('x')\nrows = tables.read('observations', indicator='doctors')"
    below = (
        "tables.read('observations', region_code=region_code)\n[read.selection for read in tables.reads()]"
    )
    for region in ("140000", "610000"):
        done = engine.run(shared(above, below=(below,), region=region, server=server), [], {})
        assert (
            done.cells[-1].outputs[0]["data"]["text/plain"]
            == f"[{{'indicator': 'doctors'}}, {{'region_code': '{region}'}}]"
        )
    assert ran(tmp_path) == 1


@pytest.mark.parametrize(
    ("above", "words"),
    [
        (
            "import time; t = __import__('thread' 'ing'); t.Thread(target=time.sleep, args=(60,), daemon=True).start()",
            "thread",
        ),
        ("import numpy; numpy.random.seed(3)", "random"),
        ("import random; random.random()", "random"),
        ("import numpy; dice = numpy.random.default_rng()", "random"),
        ("import subprocess; process = subprocess.Popen(['sleep', '60'])", "process running"),
        ("import socket; held = socket.socket()", "open"),
        ("held = open('held', 'w')", "open"),
        (
            "import os, signal; os.path.exists('again') or (open('again', 'w').close(), os.kill(os.getpid(), signal.SIGKILL))",
            "ended",
        ),
        (
            "import os, time; os.path.exists('again') or (open('again', 'w').close(), time.sleep(60))",
            "longer than",
        ),
        ("import os\nif not os.path.exists('again'):\n    open('again', 'w').close(); 1 / 0", "failed"),
    ],
)
def test_an_unfit_template_is_refused_and_its_reports_run_whole(server, tmp_path, monkeypatch, above, words):
    monkeypatch.chdir(tmp_path)
    for region in ("140000", "610000"):
        said = []
        done, about = worker.execute(
            shared(above, below=("region_code",), region=region, server=server, cell_timeout=5), said
        )
        assert (
            done["cells"][-1]["outputs"][0]["data"]["text/plain"] == f"'{region}'"
            and about["engine"] == "fork"
        )
    assert words in said[0]  # of the second; the first may have been waiting when the template ended
    assert len(children(server)) <= forkserver.KEPT


def test_what_a_kernel_must_do_above_the_parameters_runs_in_a_kernel(server):
    said = []
    done, about = worker.execute(
        shared("h = display('a', display_id=True); h.update('b')", below=("region_code",), server=server),
        said,
    )
    assert about["engine"] == "plain" and "display_id" in said[0]
    assert done["cells"][-1]["outputs"][0]["data"]["text/plain"] == "'140000'"


def test_a_failing_report_is_the_same_from_a_template(server):
    with pytest.raises(worker.Failure, match="cell 5 line 1: ZeroDivisionError") as caught:
        worker.execute(shared("one = 1", below=("one / 0",), server=server), [])
    assert caught.value.kind == "cell"
    with pytest.raises(worker.Failure, match="longer than"):
        worker.execute(
            shared("one = 1", below=("import time; time.sleep(60)",), server=server, cell_timeout=1), []
        )
    with pytest.raises(worker.Failure, match="more than 32 MB"):
        worker.execute(
            shared("print('x' * 20_000_000)", below=("print('x' * 20_000_000)",), server=server), []
        )


def test_few_templates_are_kept_and_a_killed_one_is_made_again(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    above = "import os; open('ran', 'a').write('x'); TEMPLATE = os.getpid()"
    ask = "print(TEMPLATE, os.getppid())"
    first = (
        engine.run(shared(above, below=(ask,), server=server), [], {}).cells[-1].outputs[0]["text"].split()
    )
    assert first[0] == first[1] and ran(tmp_path) == 1
    os.kill(int(first[0]), signal.SIGKILL)
    end = time.monotonic() + 5
    while Path(f"/proc/{first[0]}").exists() and time.monotonic() < end:
        time.sleep(0.02)
    second = (
        engine.run(shared(above, below=(ask,), server=server), [], {}).cells[-1].outputs[0]["text"].split()
    )
    assert second[0] == second[1] != first[0] and ran(tmp_path) == 2
    for number in range(forkserver.KEPT):
        engine.run(shared(f"n = {number}", below=("n",), server=server), [], {})
    third = (
        engine.run(shared(above, below=(ask,), server=server), [], {}).cells[-1].outputs[0]["text"].split()
    )
    assert third[0] != second[0] and ran(tmp_path) == 3
    end = time.monotonic() + 5
    while len(children(server, 0)) > forkserver.KEPT and time.monotonic() < end:
        time.sleep(0.02)
    assert len(children(server, 0)) == forkserver.KEPT
