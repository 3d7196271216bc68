"""One holder at a time, on both databases."""

from __future__ import annotations

import threading

import pytest

from records import leases
from records.leases import LeaseLost


def test_a_fence_keeps_the_last_holder_out(engine):
    key = b"\x07" * 20
    first = leases.take(engine, key, "one", 1_000, 10)
    assert leases.take(engine, key, "two", 2_000, 10) is None
    assert leases.take(engine, key, "one", 2_000, 10).fence == first.fence
    second = leases.take(engine, key, "two", 13_000, 10)
    assert second.fence == first.fence + 1
    with pytest.raises(LeaseLost), leases.holding(engine, first):
        pass
    with leases.holding(engine, second) as connection:
        leases.set_next_nonce(connection, key, 5)
        leases.set_next_nonce(connection, key, 4)
        assert leases.next_nonce(connection, key) == 5
    leases.release(engine, first)
    assert leases.take(engine, key, "one", 14_000, 10) is None
    leases.release(engine, second)
    assert leases.take(engine, key, "one", 14_000, 10) is not None


def test_only_one_of_many_takes_a_lease(engine):
    taken = []

    def reach(name):
        taken.append(leases.take(engine, b"\x08" * 20, name, 1_000, 10))

    threads = [threading.Thread(target=reach, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([lease for lease in taken if lease is not None]) == 1
