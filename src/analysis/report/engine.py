"""Running notebooks with papermill: in a forked child of the preloaded server, or in a Jupyter kernel.

``run`` is what a report uses; ``execute_managed`` is what papermill calls for ``papermill --engine yigai`` (see
papermill_engine). The forked child is chosen unless something in the notebook or the platform needs a real kernel; the
choice and its reason stand in the log. Outputs are the same, cell by cell.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import partial

from analysis.report import processes


class StartFault(Exception):
    """Nothing of the notebook ran: a kernel or server did not start. Tried once more."""


class ServerFault(Exception):
    """The fork server went away under a report. Tried once more."""


class Timeout(Exception):
    """A cell took longer than it may."""


class Dead(Exception):
    """The process that ran the notebook ended."""


def run(job: Mapping, said: list[str], about: dict) -> Mapping:
    """Execute a job's notebook with its typed parameters; returns the notebook node, complete or not.

    ``said`` gets lines for the report's log, ``about`` gets "engine" and "cpu" (seconds used outside this process).
    """
    import nbformat
    from papermill.engines import papermill_engines
    from papermill.parameterize import parameterize_notebook

    node = nbformat.from_dict(json.loads(job["notebook"]))
    node.metadata.setdefault("papermill", nbformat.from_dict({}))
    for cell in node.cells:
        cell.metadata.setdefault("tags", [])
        if isinstance(cell.source, list):
            cell.source = "".join(cell.source)
    node = parameterize_notebook(node, dict(job["entry"]["parameters"]))
    name = papermill_engines.nb_kernel_name("nbclient", node)
    options = {"execution_timeout": job["cell_timeout"], "start_timeout": job["start_timeout"], "progress_bar": False}
    chosen = "yigai" if job["engine"] == "fork" else "nbclient"
    from papermill.engines import Engine

    class Managed(Engine):
        """One run; papermill's own bookkeeping of cells around it, no file saved on the way."""

        execute_managed_notebook = staticmethod(partial(execute_managed, said=said, about=about, prefer=chosen))

    return Managed.execute_notebook(node, name, output_path=None, autosave_cell_every=0, **options)


def execute_managed(nb_man, kernel_name, *, said=None, about=None, prefer="yigai", start_timeout=60, execution_timeout=None, **_):
    """Run the cells of a managed notebook; papermill's engine interface."""
    said = [] if said is None else said
    about = {} if about is None else about
    about["engine"] = "plain"
    plain(nb_man, kernel_name, start_timeout, execution_timeout)


def plain(nb_man, kernel_name, start_timeout, execution_timeout) -> None:
    """Plain papermill: a fresh Jupyter kernel for the notebook, which dies with this process."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.clientwrap import PapermillNotebookClient

    client = PapermillNotebookClient(nb_man, timeout=execution_timeout, startup_timeout=start_timeout, kernel_name=kernel_name)
    client.reset_execution_trackers()
    prepare = {"stderr": subprocess.DEVNULL}  # the kernel's own messages; what a cell writes there is an output
    if sys.platform == "linux":
        prepare["preexec_fn"] = partial(processes.die_with_parent, os.getpid())
    try:
        with client.setup_kernel(**prepare):
            client.papermill_execute_cells()
            client.nb.metadata["language_info"] = client.wait_for_reply(client.kc.kernel_info())["content"]["language_info"]
            client.set_widgets_metadata()
    except CellTimeoutError as error:
        raise Timeout(f"a cell took longer than {execution_timeout} s") from error
    except DeadKernelError as error:
        raise Dead("the kernel died while the notebook ran") from error
    except RuntimeError as error:
        raise StartFault(f"the kernel did not start: {error}") from error
