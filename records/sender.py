"""Sends what the outbox holds: every accepted operation, exactly once."""

from __future__ import annotations

import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from ledger.chain import fingerprint
from ledger.chain.deployment import Deployment, load
from ledger.chain.node import NodeChain
from ledger.chain.port import BlockRef, Chain
from ledger.errors import NotFound, Unavailable
from ledger.settings import Settings, default_finality
from ledger.vocabulary import Address, OrgId
from records import leases, transitions
from records.attempts import Fate
from records.engine import reading, writing
from records.keystores import Keystore, active_address
from records.leases import Lease, LeaseLost
from records.outbox import State
from records.schema import attempts as attempts_table
from records.schema import outbox, signing_keys
from records.sending.dispatch import dispatch
from records.sending.finality import watch
from records.sending.lane import Lane, Limits, Surroundings
from records.sending.mend import mend
from records.sending.settle import settle

__all__ = ["Limits", "Sender"]

_log = logging.getLogger(__name__)
IDLE_SECONDS = 0.1
IN_FLIGHT_SECONDS = 0.02
LONGEST_BACKOFF_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Work:
    """A key with something to do. One that was replaced ``sends`` nothing new."""

    address: Address
    org: OrgId
    sends: bool = True


class Sender:
    """Works for all organisations whose keys are in the keystore.

    Several senders may run at once, also on other machines with the same keys: each key is worked
    by one of them at a time.
    """

    def __init__(
        self,
        engine: Engine,
        chain: Chain,
        deployment: Deployment,
        keystore: Keystore,
        *,
        finality: int | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``finality`` in blocks; without, what the settings say of the deployment's chain."""
        depth = finality or default_finality(deployment.chain_id)
        self._around = Surroundings(
            engine, chain, deployment, deployment.chain_id, depth, limits or Limits(), clock=clock
        )
        self._keystore = keystore
        self._owner = secrets.token_hex(16)
        self._lanes: dict[Address, Lane] = {}
        self._checked = False
        self._in_flight = False
        self._watched_ms = 0
        self._on_close: Callable[[], None] = _nothing

    @classmethod
    def open(cls, settings: Settings, engine: Engine) -> Sender:
        """A sender as the settings say.

        Raises:
            NotFound: nothing is deployed yet.
            NodeUnavailable: the node's address is not known.
            NotADevelopmentChain: no password file, and the chain is not a development chain.
        """
        deployment = load(settings.deployment_path)
        keystore = Keystore.open(settings, engine, deployment.chain_id)
        finality = settings.finality(deployment.chain_id)
        chain = NodeChain(settings.chain_url())
        sender = cls(engine, chain, deployment, keystore, finality=finality)
        sender._on_close = chain.close
        return sender

    def run(self, stop: threading.Event) -> None:
        """Works until told to stop; waits out whatever is unavailable.

        Raises:
            FingerprintMismatch: the node serves another chain; nothing is sent there.
        """
        failures = 0
        try:
            while not stop.is_set():
                try:
                    moved, failures = self.step(), 0
                except Unavailable as error:
                    failures += 1
                    _log.warning("sending pauses: %s", error)
                    stop.wait(_backoff(failures))
                    continue
                if not moved:
                    stop.wait(IN_FLIGHT_SECONDS if self._in_flight else IDLE_SECONDS)
        finally:
            self.close()

    def step(self) -> int:
        """One round over all that is open; how many operations moved.

        Raises:
            Unavailable: the node or the database does not answer. Nothing is lost: step again.
            FingerprintMismatch: the node serves another chain; nothing was sent.
        """
        lanes, included = self._work()
        self._in_flight = bool(lanes)
        due_ms = self._watched_ms + self._around.limits.watch_seconds * 1000
        watches = included and self._around.now_ms >= due_ms
        if not lanes and not watches:
            return 0
        try:
            return self._round(lanes, watches=watches)
        except Unavailable:
            self._checked = False
            raise

    def close(self) -> None:
        """Gives the keys back, so that another sender can take over at once."""
        while self._lanes:
            _, lane = self._lanes.popitem()
            try:
                leases.release(self._around.engine, lane.lease)
            except Unavailable as error:
                _log.warning("a lease runs out by itself: %s", error)
        self._on_close()

    @property
    def troubles(self) -> Mapping[OrgId, str]:
        """What holds up organisations, in words, for operators."""
        return {lane.org: lane.trouble for lane in self._lanes.values() if lane.trouble}

    def _round(self, lanes: Sequence[_Work], *, watches: bool) -> int:
        if not self._checked:
            fingerprint.check(self._around.chain, self._around.deployment)
            self._checked = True
        head = self._around.chain.head()
        # First what is in blocks by now, of all keys: what waited for one of them goes at once.
        moved = sum(self._settle_lane(work, head) for work in lanes)
        moved += sum(self._dispatch_lane(work) for work in lanes if work.sends)
        if watches:
            self._watched_ms = self._around.now_ms
            moved += watch(self._around, head)
        return moved

    def _work(self) -> tuple[list[_Work], bool]:
        """Whose keys have something to do, and whether anything waits for its block to be final."""
        with reading(self._around.engine) as connection:
            lanes, keyless = _find_work(connection)
            query = select(outbox.c.seq).where(outbox.c.state == State.INCLUDED).limit(1)
            included = connection.execute(query).first() is not None
        for org in keyless:
            self._without_key(org, "has no signing key here")
        return lanes, included

    def _settle_lane(self, work: _Work, head: BlockRef) -> int:
        def settled(lane: Lane) -> int:
            moved = settle(lane, head)
            mend(lane, head)
            return moved

        return self._with_lane(work, settled)

    def _dispatch_lane(self, work: _Work) -> int:
        return self._with_lane(work, dispatch)

    def _with_lane(self, work: _Work, act: Callable[[Lane], int]) -> int:
        try:
            lane = self._lane(work.address, work.org)
            return 0 if lane is None else act(lane)
        except LeaseLost as lost:
            _log.warning("%s", lost)
            self._lanes.pop(work.address, None)
            return 0

    def _lane(self, address: Address, org: OrgId) -> Lane | None:
        lane = self._lanes.get(address)
        limits, now_ms = self._around.limits, self._around.now_ms
        if lane is not None and lane.lease.until_ms - now_ms > limits.lease_seconds * 500:
            return lane
        lease = leases.take(self._around.engine, address, self._owner, now_ms, limits.lease_seconds)
        if lease is None:
            self._lanes.pop(address, None)
            return None
        if lane is not None and lane.lease.fence == lease.fence:
            lane.lease = lease
            return lane
        return self._open_lane(lease, org)

    def _open_lane(self, lease: Lease, org: OrgId) -> Lane | None:
        try:
            key = self._keystore.key(lease.sender)
        except NotFound as error:
            self._without_key(org, error.message)
            return None
        floor = self._around.chain.nonce(lease.sender)
        with leases.holding(self._around.engine, lease) as connection:
            leases.set_next_nonce(connection, lease.sender, floor)
            nonce = leases.next_nonce(connection, lease.sender)
        lane = self._lanes[lease.sender] = Lane(self._around, org, key, lease, nonce)
        return lane

    def _without_key(self, org: OrgId, why: str) -> None:
        with writing(self._around.engine) as connection:
            for operation in transitions.waiting(connection, org, self._around.limits.in_flight):
                transitions.ask_operator(connection, operation.seq, f"organisation {org}: {why}")


def _find_work(connection: Connection) -> tuple[list[_Work], list[OrgId]]:
    """Keys with something to do, and organisations that wait for a key."""
    waiting = select(outbox.c.org).where(
        outbox.c.state == State.ACCEPTED, outbox.c.attention.is_(None)
    )
    orgs = [OrgId(row.org) for row in connection.execute(waiting.distinct().order_by(outbox.c.org))]
    active = {org: active_address(connection, org) for org in orgs}
    found = [_Work(address, org) for org, address in active.items() if address is not None]
    flying = (
        select(signing_keys.c.address, signing_keys.c.org)
        .join(attempts_table, attempts_table.c.sender == signing_keys.c.address)
        .where(attempts_table.c.state == Fate.LIVE)
    )
    sending = {work.address for work in found}
    for row in connection.execute(flying.distinct()):
        address, org = Address(bytes(row.address)), OrgId(row.org)
        if address not in sending:
            sends = address == active_address(connection, org)
            found.append(_Work(address, org, sends=sends))
    return found, [org for org, address in active.items() if address is None]


def _nothing() -> None:
    pass


def _backoff(failures: int) -> float:
    longest = min(0.1 * 2.0 ** min(failures, 10), LONGEST_BACKOFF_SECONDS)
    return longest * random.uniform(0.5, 1)  # noqa: S311  # so that senders do not come at once
