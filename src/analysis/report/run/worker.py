"""One report: run its notebook, refuse anything but a complete run, build its page in memory.

Runs in a worker process (or a Dask worker). It writes nothing: what it made goes back to the one process that publishes.
Five kinds of failure are told apart: ``cell`` (with the cell and its message), ``dead`` (the process that ran the notebook went
away), ``timeout``, ``page`` (the run was complete, its outputs make no page) and ``gate`` (the page does not pass the checks that
it can be held to alone; it is not published). ``start``, ``server`` and ``worker`` are faults before or
beside the notebook's own work, and are tried once more. What a failing notebook says goes to the log and the terminal, values of
the caller's environment masked; what is published names the kind and a note (:func:`note`) that stands in the log.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
import traceback
from collections.abc import Mapping
from typing import Any

from analysis.errors import YigaiError
from analysis.report.plan import promises
from analysis.report.run.environment import masked

RETRIED = ("start", "server", "worker")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def note(page: str, reason: str) -> str:
    """Eight letters that name a failure where its text must not stand: on pages, in the manifest. The same failure has the same.

    >>> note("140000/services/zh", "cell 3: KeyError: 'x'")
    'knclmhkd'
    """
    found = hashlib.sha256(f"{page} {reason}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return found.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


class Failure(Exception):
    """A report that is not made: kind (see above) and the reason in words."""

    def __init__(self, kind: str, reason: str, detail: str = ""):
        super().__init__(reason)
        self.kind, self.reason, self.detail = kind, reason, detail


PLACE = re.compile(r"themes[/\\](\w+\.py):(\d+)|Cell In ?\[\d+\], line (\d+)")


def place(detail: str, module: str) -> str:
    """Where in a theme's module, else in the cell, a failure began, for the line that an author reads; empty where neither is named.

    >>> place("Cell In[3], line 2\\nFile /a/themes/services.py:71, in answer\\nFile /a/themes/panel.py:9", "services")
    ' (services.py:71)'
    >>> place("Cell In[3], line 2\\nFile /a/themes/panel.py:9", "services")
    ' line 2'
    """
    found = list(PLACE.finditer(detail))
    own = [f" ({m[1]}:{m[2]})" for m in found if m[1] == f"{module}.py"]
    return own[-1] if own else next((f" line {m[3]}" for m in reversed(found) if m[3]), "")


def complete(executed: Mapping, module: str = "") -> None:
    """Raises Failure unless every code cell with a source ran to its end without an error (``sys.exit(0)`` is none).

    module: name of the theme's own, in which the failure is looked for.
    """
    number = 0
    for cell in executed["cells"]:
        # counted as in the notebook's file, which does not have the cell that papermill puts in
        number += "injected-parameters" not in cell["metadata"].get("tags", ())
        if cell["cell_type"] != "code" or not promises.source(cell).strip():
            continue
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                detail = ANSI.sub("", "\n".join(output.get("traceback", ())))
                at = place(detail, module)
                raise Failure("cell", f"cell {number}{at}: {output['ename']}: {output['evalue']}", detail)
        status = cell["metadata"].get("papermill", {})
        if (
            status.get("status") != "completed"
            or status.get("exception")
            or cell.get("execution_count") is None
        ):
            raise Failure("cell", f"cell {number} did not run to its end")


def _settle(executed: Mapping) -> dict:
    """The executed notebook as plain JSON: ids by position, nothing in it that differs from run to run."""
    nb = json.loads(json.dumps({**executed, "cells": [_without_outputs(cell) for cell in executed["cells"]]}))
    for cell, ran in zip(nb["cells"], executed["cells"], strict=True):
        if "outputs" in ran:
            cell["outputs"] = [_plain(output) for output in ran["outputs"]]
    nb["metadata"].pop("papermill", None)
    for number, cell in enumerate(nb["cells"]):
        cell["id"] = f"cell-{number}"
        cell["metadata"].pop("papermill", None)
        cell["metadata"].pop("execution", None)
    return nb


def _without_outputs(cell: Mapping) -> dict:
    return {name: value for name, value in cell.items() if name != "outputs"}


def _plain(output: Mapping) -> dict:
    """An output as plain JSON; a finding that came as such, the most of a notebook, is not written and read once more."""
    return dict(output) if type(output.get("data")) is dict else json.loads(json.dumps(output))


def execute(job: Mapping, said: list[str]) -> tuple[dict, dict]:
    """Run the notebook of a job with papermill; returns the executed notebook and {"engine", "cpu"} of the run."""
    from analysis.report.run import engine

    about: dict = {}
    try:
        executed = engine.run(job, said, about)
    except engine.StartFault as error:
        raise Failure("start", str(error)) from error
    except engine.ServerFault as error:
        raise Failure("server", str(error)) from error
    except engine.Timeout as error:
        raise Failure("timeout", str(error)) from error
    except engine.NeedsKernel as error:
        fix = 'let it run in one: "kernel": true in the notebook\'s metadata, under yigai'
        raise Failure("cell", f"{error}, which needs a Jupyter kernel; {fix}") from error
    except engine.TooMuch as error:
        raise Failure("cell", str(error)) from error
    except engine.Dead as error:
        raise Failure("dead", str(error)) from error
    complete(executed, job["entry"].get("module", "").rpartition(".")[2])
    return _settle(executed), about


def make(job: Mapping) -> dict:
    """Make one page. ``job``: a promises.Job as JSON, and where its engine is.

    Returns id, status ("ok" or "failed"), kind and error of a failure, files of the page (name -> text), blocks, reads,
    seconds, cpu_seconds, engine and log (lines).
    """
    entry = promises.Entry.of(job["entry"])
    said: list[str] = []
    os.environ["YIGAI_AS_OF"] = entry.as_of  # a worker on another machine has only its job
    started, cpu = time.monotonic(), _cpu()
    result = {"id": job["id"], "status": "failed", "kind": "", "error": "", "engine": "", "log": said}
    about: dict = {}
    try:
        executed, about = execute(job, said)
        result |= checked(page_files(executed, entry)) | {"status": "ok"}
    except Failure as failure:
        result |= {"kind": failure.kind, "error": failure.reason}
        said.append(failure.detail)
    except YigaiError as error:
        result |= {"kind": "page", "error": str(error)}
        said.append(traceback.format_exc())
    except Exception as error:  # the report is lost, the run is not: rule R4
        result |= {"kind": "page", "error": f"{type(error).__name__}: {error}"}
        said.append(traceback.format_exc())
    result["error"], result["log"] = masked(result["error"]), [masked(line) for line in said]
    result["engine"] = about.get("engine", "")
    result["seconds"] = round(time.monotonic() - started, 3)
    result["cpu_seconds"] = round(_cpu() - cpu + about.get("cpu", 0.0), 3)
    return result


def page_files(executed: Mapping, entry: promises.Entry) -> dict:
    """Build the page of an executed notebook: its files by name, its blocks, what it read."""
    from analysis.report.pages import page, render

    parts = page.build(executed, entry=entry)
    folder, theme = entry.region_code, entry.theme
    name = f"{folder}/{render.page_name(theme, entry.lang)}"
    html = {name: parts.html}
    shared = {f"{folder}/{theme}.facts.json": page.facts_text(parts.facts)}
    shared |= {f"{folder}/{theme}/{section}.csv": page.csv_text(rows) for section, rows in parts.csvs.items()}
    return {
        "path": name,
        "html": html,
        "shared": shared,
        "blocks": parts.blocks,
        "reads": parts.reads,
    }


def checked(made: dict) -> dict:
    """The page's files, unchanged. Raises Failure when a check of the gate finds something wrong with them."""
    from analysis.report.gate import gate

    for name, text in (made["html"] | made["shared"]).items():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise Failure(
                "page", f"{name}: half a character ({error.object[error.start]!a}), which no file can hold"
            ) from error
    if problems := gate.draft(made["html"] | made["shared"]):
        more = f" (and {len(problems) - 1} more, see the log)" if len(problems) > 1 else ""
        raise Failure("gate", problems[0] + more, "\n".join(problems))
    return made


def _cpu() -> float:
    """Own processor seconds and those of ended children."""
    return sum(os.times()[:4])


def serve(connection: Any, environment: Mapping[str, str], folder: str) -> None:
    """A worker process: jobs in, results out, until the connection closes."""
    from analysis.report.run import processes

    processes.own_group()
    processes.die_with_parent()
    os.environ.update(environment)
    os.chdir(folder)
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        connection.send(make(job))
