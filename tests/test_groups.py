"""Tests of one group go to one process of `pytest -n`: what a group makes (a site, a build, a browser) is made once."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def shared():
    """What a file makes once."""
    return ()


@pytest.mark.xdist_group("groups")
def test_a_marked_test_carries_its_group(request):
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("only with --dist loadgroup, as `make test` runs it")
    assert request.node.nodeid.endswith("@groups")


def test_what_a_file_makes_once_is_its_group(request, shared):
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("only with --dist loadgroup, as `make test` runs it")
    assert request.node.nodeid.endswith("@test_groups")
