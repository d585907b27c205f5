"""The engine ``yigai`` as papermill finds it by its entry point: `papermill --engine yigai in.ipynb out.ipynb`.

papermill imports this module while its own ``papermill.engines`` loads; nothing of ours imports it.
"""

from __future__ import annotations

from papermill.engines import Engine

from analysis.report.run import engine


class YigaiEngine(Engine):
    """Runs any Python notebook in a forked child of a preloaded process, or in a kernel where it needs one."""

    execute_managed_notebook = staticmethod(engine.execute_managed)
