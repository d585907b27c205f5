"""What tests share: the processed tables (built where `make data` has not), and one thread a process."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from _pytest.nodeid import coerce_node_id
from hypothesis import settings

from analysis import paths

# no test depends on wall time, and a failing example is the same on every machine
settings.register_profile("yigai", deadline=None, derandomize=True)
settings.load_profile("yigai")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Tests that share what their file makes once go to one process of `pytest -n`: two would each make it.

    The group stands at the end of the id, which pytest-xdist 3.8 sets where pytest 9.2 no longer reads it.
    """
    if not getattr(config.option, "loadgroup", False):
        return
    for item in items:
        made = [one for several in item._fixtureinfo.name2fixturedefs.values() for one in several]
        own = item.path.stem if any(one.scope == "module" for one in made) else ""
        mark = item.get_closest_marker("xdist_group")
        group = mark.args[0] if mark else own
        if group and not item.nodeid.endswith(f"@{group}"):
            item._id = coerce_node_id(f"{item.nodeid}@{group}")


@pytest.fixture(autouse=True)
def earlier_processes():
    """What earlier tests of this process left running is none of this test's: it is asked about its own alone."""
    import report_kit
    from analysis.report.run import processes

    report_kit.EARLIER.clear()
    report_kit.EARLIER.update(processes.descendants(os.getpid()))


@pytest.fixture(autouse=True)
def no_page_left_open():
    """The place that a test opened a page of is closed after it: the next test may look at any place."""
    yield
    if "analysis.tables" in sys.modules:
        sys.modules["analysis.tables"].open_page("")


@pytest.fixture(scope="session")
def processed():
    """Folder of the processed tables."""
    if not (paths.processed() / "build.json").is_file():
        from analysis.collection.build import build

        build()
    return paths.processed()


@pytest.fixture(scope="session")
def site(processed, tmp_path_factory):
    """A real site of four places, both languages: much data, little data, a city with a ledger, a place with no number."""
    import subprocess

    folder = tmp_path_factory.mktemp("site") / "reports"
    regions = ["140000", "540000", "321100", "350200"]
    yigai = os.path.join(os.path.dirname(sys.executable), "yigai")
    done = subprocess.run(
        [yigai, "report", "--no-gate", "--region", *regions, "--out", str(folder)],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return folder


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A project folder of its own with the repository's data, and a working folder for files."""
    from analysis import catalog

    repository, folder = Path(__file__).resolve().parents[1], tmp_path / "project"
    ignore = shutil.ignore_patterns("processed*", "user")
    shutil.copytree(repository / "data", folder / "data", ignore=ignore)
    (folder / "data" / "raw" / "user").mkdir()
    shutil.copyfile(repository / "pyproject.toml", folder / "pyproject.toml")
    monkeypatch.setenv("YIGAI_HOME", str(folder))
    for name in ("YIGAI_PROCESSED", "YIGAI_INTERNAL", "YIGAI_DICTIONARY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "downloads").mkdir()
    monkeypatch.chdir(tmp_path / "downloads")
    yield folder
    catalog.renew()


@pytest.fixture
def in_time():
    """A pipe that is waited for is a failure of the test."""

    def late(*_):
        raise AssertionError("waited for ever")  # no OSError, which some would catch

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
