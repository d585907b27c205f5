"""The engine ``yigai`` as papermill finds it by its entry point: `papermill --engine yigai in.ipynb out.ipynb`.

papermill imports this module while its own ``papermill.engines`` loads, so what needs jupyter_client is imported when a notebook runs;
nothing of ours imports this module.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import Engine


class YigaiEngine(Engine):
    """papermill's own engine on kernels that are forked from a preloaded process, or as it is (see analysis.report.run.kernels)."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: Any, **options: Any) -> Any:
        """papermill's engine interface."""
        from analysis.report.run import kernels

        return kernels.execute(nb_man, kernel_name, **options)
