"""What tests share: the processed tables (built where `make data` has not), and one thread a process."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest

from analysis import paths


@pytest.fixture(scope="session")
def processed():
    """Folder of the processed tables."""
    if not (paths.processed() / "build.json").is_file():
        from analysis.clean.build import build

        build()
    return paths.processed()
