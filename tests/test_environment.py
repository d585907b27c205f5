"""pyproject.toml, both lock files and environment.yml name the same environment."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
DEV_LOCK = (ROOT / "requirements-dev.lock").read_text("utf-8")
CONDA = (ROOT / "environment.yml").read_text("utf-8")


def locked(text: str) -> dict[str, set[str]]:
    """name -> versions pinned (several where the pin depends on the Python version)."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", text, re.M):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def conda_requirements(text: str) -> dict[str, Requirement]:
    """name -> requirement of both blocks; python, make, pip and the project itself are the environment's own."""
    lines = [m.group(1) for m in re.finditer(r"^\s*- ([A-Za-z][^\s#]*)\s*$", text, re.M)]
    found = {
        canonicalize_name(Requirement(line).name): Requirement(line) for line in lines if ":" not in line
    }
    return {
        name: r
        for name, r in found.items()
        if name not in {"python", "make", "pip", "conda-forge", "nodefaults"}
    }


def unmet(requirements: list[str], pins: dict[str, set[str]]) -> list[str]:
    """Requirements that no pin satisfies."""
    wrong = []
    for line in requirements:
        r = Requirement(line)
        if not any(r.specifier.contains(Version(v)) for v in pins.get(canonicalize_name(r.name), ())):
            wrong.append(line)
    return wrong


EXTRAS = PROJECT["optional-dependencies"]


def test_the_locks_satisfy_pyproject():
    everything = PROJECT["dependencies"] + [r for extra in EXTRAS.values() for r in extra]
    assert unmet(PROJECT["dependencies"] + EXTRAS["setup"], locked(LOCK)) == []
    assert unmet(everything, locked(DEV_LOCK)) == []
    assert unmet(["pandas<1"], locked(LOCK)) == ["pandas<1"]


def test_users_get_what_they_need_and_both_locks_agree():
    users, authors = locked(LOCK), locked(DEV_LOCK)
    only_for_tests = {canonicalize_name(Requirement(r).name) for r in EXTRAS["dev"] + EXTRAS["cluster"]}
    only_for_tests -= {"psutil"}  # ipykernel brings it to everybody
    assert only_for_tests & set(users) == set(), "packages of the dev and cluster extras reach every user"
    assert {name: authors.get(name) for name in users} == users


def test_the_six_packages_of_the_mission_are_named():
    assert {"jupyterlab", "pandas", "matplotlib", "seaborn", "statsmodels", "papermill"} <= {
        Requirement(line).name for line in PROJECT["dependencies"]
    }


@pytest.mark.parametrize("lock", [LOCK, DEV_LOCK], ids=["users", "authors"])
def test_every_pin_carries_hashes_and_no_index_address_stands_in_a_lock(lock):
    blocks = re.split(r"^(?=[A-Za-z0-9_.-]+==)", lock, flags=re.M)[1:]
    assert blocks and all("--hash=sha256:" in block for block in blocks)
    assert "://" not in lock and set(re.findall(r"--([a-z-]+)", lock)) == {"hash"}


def test_environment_yml_names_what_pyproject_names():
    named = {canonicalize_name(Requirement(line).name): Requirement(line) for line in PROJECT["dependencies"]}
    conda = conda_requirements(CONDA)
    assert set(conda) == set(named)
    assert {n: str(r.specifier) for n, r in conda.items()} == {n: str(r.specifier) for n, r in named.items()}


def test_the_pip_side_resolves():
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        pytest.skip("not run: uv is not in this environment")
    block = [
        line.strip("- ")
        for line in CONDA.split("- pip:")[1].splitlines()
        if line.strip() and "editable" not in line
    ]
    done = subprocess.run(
        [uv, "pip", "compile", "--quiet", "--python-version", "3.11", "-"],
        input="\n".join(block),
        text=True,
        capture_output=True,
        timeout=300,
    )
    if done.returncode and re.search(r"dns|connect|network|fetch|offline|timed out", done.stderr, re.I):
        pytest.skip("not run: the package index cannot be reached from here")
    assert done.returncode == 0, done.stderr


def test_a_wheel_carries_the_collection_and_nothing_of_a_users_own(tmp_path):
    """hatch_build.py: what `yigai init` lays out is data, notebooks and what marks a project's folder; built tables and own files stay out."""
    import importlib.util

    home = Path(__file__).resolve().parents[1]
    spec = importlib.util.spec_from_file_location("hatch_build", home / "hatch_build.py")
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    carried = {name.removeprefix(f"{hook.INTO}/") for name in hook.collection(home).values()}
    tracked = {
        path.relative_to(home).as_posix()
        for folder in ("data", "notebooks")
        for path in (home / folder).rglob("*")
        if path.is_file()
        and not any(path.relative_to(home).as_posix().startswith(f"{out}/") for out in hook.LEFT_OUT)
        and not set(path.parts) & set(hook.JUNK)
    }
    assert tracked <= carried and {"pyproject.toml", "CITATION.cff"} <= carried
    for name in ("data/processed/x.parquet", "data/raw/user/own.csv", "notebooks/.ipynb_checkpoints/a.ipynb"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("own")
    (tmp_path / "data" / "regions.csv").write_text("code")
    assert set(hook.collection(tmp_path).values()) == {f"{hook.INTO}/data/regions.csv"}


def test_init_lays_the_collection_out_in_an_empty_folder_alone(tmp_path, monkeypatch, capsys):
    import analysis
    from analysis import cli

    assert cli.main(["init", str(tmp_path / "a")]) == 2  # a checkout is its own folder
    assert "checkout" in capsys.readouterr().err
    package = tmp_path / "package"
    (package / "_collection" / "data").mkdir(parents=True)
    (package / "_collection" / "data" / "regions.csv").write_text("code")
    monkeypatch.setattr(analysis, "__file__", str(package / "__init__.py"))
    assert cli.main(["init", str(tmp_path / "a")]) == 0 and (tmp_path / "a" / "data" / "processed").is_dir()
    (tmp_path / "a" / "own.txt").write_text("mine")
    assert cli.main(["init", str(tmp_path / "a")]) == 2 and "not empty" in capsys.readouterr().err
    assert (tmp_path / "a" / "own.txt").read_text() == "mine"


def test_a_folder_that_init_made_is_renewed_and_what_is_ones_own_stays(tmp_path, monkeypatch, capsys):
    import analysis
    from analysis import cli
    from analysis.commands import init

    held, folder = tmp_path / "package" / "_collection", tmp_path / "a"
    for name, text in {"data/regions.csv": "1", "data/words.toml": "1", "notebooks/01_a.ipynb": "1", "docs/old.md": "1"}.items():  # fmt: skip
        (held / name).parent.mkdir(parents=True, exist_ok=True)
        (held / name).write_text(text)
    monkeypatch.setattr(analysis, "__file__", str(tmp_path / "package" / "__init__.py"))
    assert cli.main(["init", str(folder)]) == 0 and init.older(folder) == ""
    (folder / "notebooks/01_a.ipynb").write_text("mine")
    (folder / "notebooks/own.ipynb").write_text("mine")
    for name in ("data/regions.csv", "notebooks/01_a.ipynb", "data/new.csv"):
        (held / name).write_text("2")
    (held / "docs/old.md").unlink()
    assert "--renew" in init.older(folder), "the program says so before it runs into what is missing"
    capsys.readouterr()
    assert cli.main(["init", "--renew", str(folder)]) == 0
    assert (
        "2 files renewed, 1 taken away, 1 of yours kept" in capsys.readouterr().out
        and init.older(folder) == ""
    )
    texts = {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file() and p.name != init.RECORD}  # fmt: skip
    assert texts == {"data/regions.csv": "2", "data/new.csv": "2", "data/words.toml": "1", "notebooks/01_a.ipynb": "mine", "notebooks/01_a.ipynb.new": "2", "notebooks/own.ipynb": "mine"}  # fmt: skip
    (folder / init.RECORD).write_text(
        "[]"
    )  # the mutation: without a record nothing counts as laid out, and nothing is lost
    (folder / "data/regions.csv").write_text("mine too")
    assert (
        cli.main(["init", "--renew", str(folder)]) == 0
        and (folder / "data/regions.csv").read_text() == "mine too"
    )
    assert cli.main(["init", "--renew", str(tmp_path / "package")]) == 2


def test_a_word_that_the_folder_lacks_says_that_it_is_older():
    from analysis.errors import DataError
    from analysis.report.pages import render

    with pytest.raises(DataError, match="no entry pages.of_no_version.*--renew"):
        render.words("zh")["of_no_version"]


def test_the_bundle_asks_no_index():
    text = (Path(__file__).resolve().parents[1] / "ops" / "bundle.sh").read_text("utf-8")
    assert text.count("--no-index") == 2 and "--require-hashes" in text and "http" not in text


def test_the_type_checker_leaves_no_module_out():
    """Themes alone are spared three kinds of error; no module is left out, in the configuration or by a line of its own.

    Every function of every module has a full signature.
    """
    mypy = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    assert excuses(mypy) == ["analysis.themes.* arg-type, dict-item, operator"]
    spared = {"module": ["analysis.themes.*"], "disallow_untyped_defs": False}
    assert excuses(mypy | {"overrides": [spared]}) == ["analysis.themes.* without disallow_untyped_defs"]
    assert excuses(mypy | {"disallow_untyped_defs": False})[0] == "without disallow_untyped_defs", (
        "the mutation"
    )
    spared = {"module": ["analysis.tables"], "ignore_errors": True}
    assert any("analysis.tables" in one for one in excuses({"overrides": [spared]})), "the mutation"
    blanket = re.compile(r"^# mypy:|#\s*type:\s*ignore(?!\[)", re.M)
    found = [p.name for p in (ROOT / "src").rglob("*.py") if blanket.search(p.read_text("utf-8"))]
    assert found == [] and blanket.search("x = 1  # type: ignore\n")


def excuses(mypy: dict) -> list[str]:
    """What the settings spare: modules, with the kinds of error."""
    whole = [name for name in ("exclude", "disable_error_code", "ignore_errors") if mypy.get(name)]
    whole += [] if mypy.get("disallow_untyped_defs") else ["without disallow_untyped_defs"]
    spared = []
    for one in mypy.get("overrides", []):
        kinds = ", ".join(one.get("disable_error_code", ["all"]))
        if set(one) == {"module", "disallow_untyped_defs"}:
            kinds = "without disallow_untyped_defs"
        spared.append(f"{' '.join(one['module'])} {kinds}")
    return whole + spared
