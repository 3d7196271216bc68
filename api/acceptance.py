"""How operations are accepted: judged, and committed to the records in one transaction with all
that one request asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import Connection

from api.judging import judge, judge_brought
from api.planning import move_on, planning_state
from api.services import Services
from ledger.commands import Command
from ledger.errors import IdempotencyKeyReused
from ledger.hashing import sha256
from ledger.history import State
from ledger.vocabulary import OrgId
from records import accounts, documents, outbox
from records.brought import Brought
from records.engine import reading, writing


class Intent(NamedTuple):
    """Acts of one contract that a request asks for, and what for. ``needs`` are the places, in the
    list that it stands in, of those that have to be performed before.
    """

    purpose: str
    commands: Sequence[Command]
    needs: Sequence[int] = ()


@dataclass
class Acceptance:
    """One transaction in which an organisation's operations are accepted.

    Nothing counts until the transaction is committed, and an exception takes all of it back.
    """

    services: Services
    org: OrgId
    idempotency_key: str
    request_hash: bytes
    records: Connection
    mirror: Connection
    accepted: list[outbox.Operation] = field(default_factory=list)

    @cached_property
    def state(self) -> State:
        """What will be true once everything accepted so far is performed."""
        return planning_state(self.mirror, self.records, self.services.now())

    def judge(self, commands: Sequence[Command]) -> None:
        """Moves the state on by acts that are about to be submitted.

        Raises:
            ActRefused: the rules say no already, also because of what was judged before.
            ContractMissing: the deployment is without the contract of the acts.
        """
        events = judge(self.services, self.records, self.state, self.org, commands)
        move_on(self.state, events, self.services.now())

    def submit(
        self, purpose: str, commands: Sequence[Command], needs: Sequence[str] = ()
    ) -> outbox.Operation:
        """Accepts an operation of acts that were judged. ``needs`` are ids of operations accepted
        before.
        """
        made = outbox.submit(
            self.records,
            self.org,
            commands,
            part_key(self.idempotency_key, purpose, len(self.accepted)),
            self.request_hash,
            needs=needs,
            now=self.services.now(),
        )
        self.accepted.append(made)
        return made


def part_key(idempotency_key: str, purpose: str, place: int) -> str:
    """The idempotency key of one of several operations that a request leads to."""
    return f"{purpose} {place} of {sha256(idempotency_key.encode()).hex()}"


@contextmanager
def accepting(
    services: Services, org: OrgId, idempotency_key: str, request_hash: bytes
) -> Iterator[Acceptance]:
    """Opens a transaction for all that a request asks for. Whether the request came before is for
    the caller to see first, within. Requests of one organisation come one after another.
    """
    with writing(services.records) as records, reading(services.mirror) as mirror:
        accounts.lock(records, org)
        yield Acceptance(services, org, idempotency_key, request_hash, records, mirror)


def act_all(
    services: Services,
    org: OrgId,
    intents: Sequence[Intent | tuple[str, Sequence[Command]]],
    idempotency_key: str,
    request_hash: bytes,
    *,
    also: Callable[[Connection, Sequence[outbox.Operation]], None] | None = None,
) -> tuple[outbox.Operation, ...]:
    """Accepts several operations, each of one contract, all or none of them; each is judged as if
    those before it were performed. ``also`` writes the caller's own rows in the same transaction;
    it is called once, with the operations, and not for a repeated request.

    Raises:
        ActRefused: the rules say no already to one of them.
        ContractMissing: the deployment is without the contract of the acts.
        IdempotencyKeyReused: the key was used for another request.
    """
    asked = [Intent(*each) for each in intents]
    with accepting(services, org, idempotency_key, request_hash) as acceptance:
        if before := _before(acceptance, asked):
            return before
        for intent in asked:
            needs = [acceptance.accepted[place].id for place in intent.needs]
            acceptance.judge(intent.commands)
            acceptance.submit(intent.purpose, intent.commands, needs)
        if also is not None:
            also(acceptance.records, acceptance.accepted)
        return tuple(acceptance.accepted)


def _before(acceptance: Acceptance, asked: Sequence[Intent]) -> tuple[outbox.Operation, ...]:
    keys = [
        part_key(acceptance.idempotency_key, intent.purpose, place)
        for place, intent in enumerate(asked)
    ]
    found = [outbox.find(acceptance.records, acceptance.org, key) for key in keys]
    known = tuple(each for each in found if each is not None)
    if any(each.request_hash != acceptance.request_hash for each in known):
        raise IdempotencyKeyReused(
            "this idempotency key was used for another request", key=acceptance.idempotency_key
        )
    return known


def act(
    services: Services,
    org: OrgId,
    commands: Sequence[Command],
    idempotency_key: str,
    request_hash: bytes,
    attachments: Sequence[tuple[bytes, str]] = (),
    also: Callable[[Connection, outbox.Operation], None] | None = None,
) -> outbox.Operation:
    """Accepts acts of an organisation. ``attachments`` are documents that the acts point to.
    ``also`` writes what else the request asks for, unless it came before.

    Raises:
        ActRefused: the rules say no already.
        ContractMissing: the deployment is without the contract of the acts.
        IdempotencyKeyReused: the key was used for another request.
    """
    with writing(services.records) as records:
        is_new = outbox.find(records, org, idempotency_key) is None
        if is_new:
            with reading(services.mirror) as mirror:
                state = planning_state(mirror, records, services.now())
                judge(services, records, state, org, commands)
            for data, media_type in attachments:
                documents.put(records, data, media_type, now=services.now())
        made = outbox.submit(
            records, org, commands, idempotency_key, request_hash, now=services.now()
        )
        if is_new and also is not None:
            also(records, made)
        return made


def bring(
    services: Services,
    org: OrgId,
    brought: Sequence[Brought],
    idempotency_key: str,
    request_hash: bytes,
) -> outbox.Operation:
    """Accepts operations that keys of others have signed; ``org`` brings them and pays.

    Raises:
        CommandInvalid, InvalidInput: an act is malformed, or they are of several contracts.
        ActRefused: the contract would refuse them now.
        NodeUnavailable: it cannot be asked.
        IdempotencyKeyReused: the key was used for another request.
    """
    commands = [command for each in brought for command in each.commands]
    with writing(services.records) as records:
        if outbox.find(records, org, idempotency_key) is None:
            judge_brought(services, records, org, brought)
        return outbox.submit(
            records,
            org,
            commands,
            idempotency_key,
            request_hash,
            brought=brought,
            now=services.now(),
        )
