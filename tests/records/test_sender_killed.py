"""Exactly once, whatever is killed and whenever.

A sender in a process of its own is killed with SIGKILL at random points while operations keep
coming: by the clock, and just before or after each kind of step that matters. More kills:
``pytest tests/records/test_sender_killed.py --kills 300``.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading

import pytest
from sqlalchemy import event

from ledger.chain.node import NodeChain
from records.engine import open_engine
from records.keystores import Keystore
from records.outbox import State
from records.schema import attempts
from records.sender import Limits, Sender
from tests.records.sending import GROWER, SHOP, make, open_world, receive, say, ship
from tests.support.anvil import CHAIN_ID

pytestmark = [pytest.mark.chain, pytest.mark.timeout(1800)]

LIMITS = Limits(lease_seconds=0.3, mend_seconds=0.05, rebroadcast_seconds=0.5)
STEPS = ["play", "fees", "send_all", "nonce", "receipts", "commit"]
WINDOWS = [(step, 1, after) for step in STEPS for after in (False, True)]
OPERATIONS_PER_KILL = 4


class Killed:
    """Ends its own process as SIGKILL does, before or after the n-th step of one kind."""

    def __init__(self, chain, engine, step, count, after):
        self._chain, self._step, self._left, self._after = chain, step, count, after
        if step == "commit":
            event.listen(engine, "commit", self._commit)

    def __getattr__(self, name):
        real = getattr(self._chain, name)
        if name != self._step:
            return real

        def watched(*arguments):
            self._left -= 1
            if not self._after:
                self._die_when_due()
            result = real(*arguments)
            self._die_when_due()
            return result

        return watched

    def _commit(self, _connection):
        self._left -= 1
        self._die_when_due()

    def _die_when_due(self):
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def work(url, rpc, deployment, folder, fate):
    """The life of one process."""
    engine = open_engine(url)
    chain = NodeChain(rpc)
    seen = Killed(chain, engine, *fate) if fate else chain
    keystore = Keystore(engine, folder, CHAIN_ID)
    Sender(engine, seen, deployment, keystore, limits=LIMITS).run(threading.Event())


@pytest.fixture
def shaken(own_anvil, database_url, tmp_path):
    with open_world(own_anvil, database_url, tmp_path) as world:
        yield world


def test_every_accepted_operation_is_performed_exactly_once(
    request, shaken, database_url, tmp_path
):
    kills = request.config.getoption("--kills", default=15)
    chance = random.Random(kills)
    made = []
    for round_ in range(kills):
        made += submit_some(shaken, round_)
        fate = fate_of(round_, chance)
        live_and_die(shaken, database_url, tmp_path / "keys", fate, chance.uniform(0.3, 0.9))
    shaken.senders.clear()
    settle_in_peace(shaken)
    assert len(made) == kills * OPERATIONS_PER_KILL
    for operation in made:
        done = shaken.now(operation)
        assert done.state in {State.INCLUDED, State.FINAL}, (done, done.refusal)
        assert done.refusal is None
        assert shaken.chain.receipt(done.tx).status
    for org in (GROWER, SHOP):
        numbers = [each.number for each in made if each.org == org]
        performed = [n for n in shaken.performed(org) if n in set(numbers)]
        assert sorted(performed) == sorted(numbers)
    nonces = {(bytes(row.sender), row.nonce) for row in shaken.rows(attempts)}
    assert len(nonces) == len({row.hash for row in shaken.rows(attempts)})


def submit_some(world, round_):
    made = world.submit(GROWER, say(round_), make(round_))
    shipped = world.submit(GROWER, ship(round_))
    return [
        made,
        shipped,
        world.submit(SHOP, receive(round_), needs=[] if round_ % 2 else [made, shipped]),
        world.submit(GROWER, make(f"{round_}b"), needs=[shipped]),
    ]


def fate_of(round_, chance):
    """Every window once, then chance."""
    if round_ < len(WINDOWS):
        return WINDOWS[round_]
    if chance.random() < 0.3:
        return None
    return chance.choice(STEPS), chance.randint(1, 4), chance.random() < 0.5


def live_and_die(world, url, keys, fate, seconds):
    process = multiprocessing.get_context("fork").Process(
        target=work, args=(url, world.anvil.url, world.deployment, keys, fate)
    )
    process.start()
    # Longer than the lease of the one before, so that it comes to work.
    process.join(seconds)
    if process.exitcode is None:
        os.kill(process.pid, signal.SIGKILL)
    process.join(10)
    assert process.exitcode == -signal.SIGKILL
    process.close()


def settle_in_peace(world):
    sender = world.sender(limits=LIMITS)
    for _ in range(400):
        sender.step()
        if not world.unsettled():
            break
        threading.Event().wait(0.02)
    sender.close()
