"""pauseWrites, resumeWrites: nothing new is written, but what safety asks for."""

import pytest

from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_while_writes_are_paused_a_recall_is_still_possible(contracts, mill, flour):
    receipt = contracts.govern("pauseWrites")
    assert contracts.events(receipt) == [("WritesPaused", {})]
    with refused("WritesArePaused"):
        mill.act(("dispose", flour, 1, 0))
    mill.act(("recall", [flour], bytes(32)), ("correct", b"\1" * 32, bytes(32)))
    with refused("WritesArePaused"):
        mill.act(("release", [flour], bytes(32)))
    receipt = contracts.govern("resumeWrites")
    assert contracts.events(receipt) == [("WritesResumed", {})]
    mill.act(("release", [flour], bytes(32)), ("dispose", flour, 1, 0))


def test_they_alternate(contracts):
    with refused("WritesAreNotPaused"):
        contracts.govern("resumeWrites")
    contracts.govern("pauseWrites")
    with refused("WritesArePaused"):
        contracts.govern("pauseWrites")


def test_only_the_governor_pauses(contracts, mill):
    for function in ("pauseWrites", "resumeWrites"):
        with refused("NotTheGovernor", mill.key):
            contracts.govern(function, by=mill.key)
