"""Killed at any moment, an indexer leaves a mirror that is whole, and the next one goes on."""

import os
import signal

import pytest
from sqlalchemy import event

from indexer.mirror import Mirror
from indexer.sync import Indexer
from tests.indexer.conftest import digests

pytestmark = pytest.mark.chain


def killed_at(statement, living, url):
    """Whether a process that indexes dies by SIGKILL when it is to send its n-th statement."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)
    try:  # the child: it must never come back into the test
        mirror = Mirror.open(url)
        count = 0

        @event.listens_for(mirror.engine, "before_cursor_execute")
        def _count(*_):
            nonlocal count
            count += 1
            if count == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        with Indexer(living.anvil.url, living.deployment, mirror, finality=200) as indexer:
            indexer.catch_up()
        os._exit(0)
    finally:
        os._exit(1)


@pytest.mark.parametrize("reorganised", [False, True], ids=["a range", "a rollback"])
def test_killed_at_any_statement(living, indexer, mirror, rebuilt, reorganised):
    living.live(6, acts=2)
    indexer.catch_up()
    before = digests(mirror)
    if reorganised:
        living.reorganise(4)
    living.live(2, acts=2)
    after = rebuilt()
    mirror.engine.dispose()
    statement, found = 1, []
    stride = 7
    while killed_at(statement, living, mirror.url):
        state = digests(mirror)
        assert state in (before, after), statement
        found.append(state == after)
        mirror.engine.dispose()
        statement += stride
    assert len(found) > 5 or mirror.engine.dialect.name != "sqlite"
    assert found
    assert digests(mirror) == after
