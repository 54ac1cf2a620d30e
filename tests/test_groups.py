"""Tests of a module share what it made: on several processes, all of them run in one."""

import pytest


def test_a_test_is_in_the_group_of_its_module(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("loadgroup", False):
        pytest.skip("asked for on several processes alone: pytest -n 2 --dist loadgroup")
    assert request.node.nodeid.endswith("@test_groups")
