"""A chain client on the run's local chain, with contracts of the test's own."""

from __future__ import annotations

import pytest

from tests.support.node import deployed, open_node


@pytest.fixture
def chain(anvil):
    with open_node(anvil.url) as node:
        yield node


@pytest.fixture
def deployment(chain, tmp_path):
    return deployed(chain, tmp_path)
