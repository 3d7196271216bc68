"""The outbox: what an organisation asked for, committed before any answer, and what became of it.

An operation's number is unique to its organisation and kept by the contract, so that sending an
operation at least once performs it exactly once. States: ``accepted -> signed -> broadcast ->
included -> final`` or ``refused``. ``included`` may fall back to ``broadcast`` when the chain is
reorganised; ``final`` and ``refused`` never change.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from ledger.commands import BY_NAME, Command, from_json, to_json
from ledger.errors import ActRefused, IdempotencyKeyReused, InvalidInput, NotFound
from ledger.hashing import HASH_LENGTH, sha256, tagged
from ledger.refusals import refuse, values_from_json
from ledger.vocabulary import DocumentHash, OrgId, Seconds
from records.accounts import account
from records.brought import Brought, brought_text, read_brought
from records.engine import insert_if_absent
from records.schema import operation_numbers, outbox

LONGEST_KEY = 255
"""Characters an idempotency key may have."""


_ACT = re.compile(r'"act":"(\w+)"')


class State(StrEnum):
    """Where an operation stands."""

    ACCEPTED = "accepted"
    SIGNED = "signed"
    BROADCAST = "broadcast"
    INCLUDED = "included"
    FINAL = "final"
    REFUSED = "refused"


UNSETTLED = (State.ACCEPTED, State.SIGNED, State.BROADCAST)
"""Not on chain yet."""
OPEN = (*UNSETTLED, State.INCLUDED)
"""May still change."""


@dataclass(frozen=True)
class Operation:
    """An organisation's acts that are performed together or not at all.

    ``seq`` orders all operations of the installation. ``number`` is what the contract knows it by;
    a fallback gets a new one, the ``id`` stays. ``attention`` says why an operator is needed; such
    an operation waits and holds up no other. An ``included`` operation with a ``refusal`` was
    reverted and will be refused when its block is final. ``needs`` are the ids of operations that
    have to be performed first: it is sent after them, and refused if one of them is.
    """

    seq: int
    id: str
    org: OrgId
    number: int
    idempotency_key: str
    request_hash: bytes
    commands_json: str
    fallback_json: str | None
    statement: DocumentHash | None
    brought_json: str | None
    state: State
    reason: tuple[str, str] | None
    first_reason: tuple[str, str] | None
    attention: str | None
    tries: int
    created: Seconds
    settled: Seconds | None
    tx: bytes | None
    block: int | None
    block_hash: bytes | None
    needs: tuple[str, ...] = ()

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """What is asked for."""
        return _commands(self.commands_json)

    @cached_property
    def fallback(self) -> tuple[Command, ...] | None:
        """What is asked for instead when the contract refuses."""
        return None if self.fallback_json is None else _commands(self.fallback_json)

    @cached_property
    def brought(self) -> tuple[Brought, ...]:
        """The operations of others that it brings; then ``commands`` are theirs."""
        return read_brought(self.brought_json) if self.brought_json else ()

    @cached_property
    def contract(self) -> str:
        """The contract that all its acts are of."""
        first = _ACT.search(self.commands_json)
        return BY_NAME[first[1]].contract if first else self.commands[0].contract

    @property
    def refusal(self) -> ActRefused | None:
        """Why the contract refused it."""
        return _refusal(self.reason)

    @property
    def first_refusal(self) -> ActRefused | None:
        """Why the contract refused the commands that the fallback replaced."""
        return _refusal(self.first_reason)


def operation_id(org: OrgId, idempotency_key: str) -> str:
    """The id of an operation: 64 hexadecimal digits, the same for every repeat of the request."""
    return sha256(tagged("operation", f"{org}\n{idempotency_key}".encode())).hex()


def submit(
    connection: Connection,
    org: OrgId,
    commands: Sequence[Command],
    idempotency_key: str,
    request_hash: bytes,
    fallback: Sequence[Command] | None = None,
    statement: DocumentHash | None = None,
    *,
    brought: Sequence[Brought] = (),
    needs: Sequence[str] = (),
    now: Seconds | None = None,
) -> Operation:
    """Accepts an operation, or gives back the one that this request made before.

    It counts only once the caller's transaction is committed: answer after that. ``request_hash``
    is SHA-256 over what the client sent. ``fallback`` is performed under the same id when the
    contract refuses ``commands``. ``brought`` are operations that others have signed; ``commands``
    are theirs then. ``needs`` are ids of operations that were accepted before and have to be
    performed first, for acts of another contract that make no sense without them.

    Raises:
        InvalidInput: the idempotency key is empty, too long or has characters that do not print,
            the hash is none, or there is no command, or they are of several contracts.
        CommandInvalid: a command's field is out of range.
        NotFound: the organisation has no account here.
        IdempotencyKeyReused: the key was used for another request.
    """
    _require(commands, fallback or (), idempotency_key, request_hash)
    op_id = operation_id(org, idempotency_key)
    found = _find(connection, op_id)
    if found is None:
        values = {
            "id": op_id,
            "org": org,
            # Taken before the row is written: one organisation's submissions queue up here, so
            # that their order is the order in which they are committed.
            "number": take_number(connection, org),
            "idempotency_key": idempotency_key,
            "request_hash": request_hash,
            "commands": commands_text(commands),
            "fallback": None if fallback is None else commands_text(fallback),
            "statement": statement,
            "brought": brought_text(brought) if brought else None,
            "needs": " ".join(needs) or None,
            "state": State.ACCEPTED,
            "tries": 0,
            "created": int(time.time()) if now is None else now,
        }
        insert_if_absent(connection, outbox, values, outbox.c.id)
        found = get(connection, op_id)
    if found.request_hash != request_hash:
        raise IdempotencyKeyReused(
            "this idempotency key was used for another request", id=op_id, key=idempotency_key
        )
    return found


def get(connection: Connection, op_id: str) -> Operation:
    """An operation by its id.

    Raises:
        NotFound: no such operation.
    """
    found = _find(connection, op_id)
    if found is None:
        raise NotFound(f"no operation has the id {op_id}", id=op_id)
    return found


def find(connection: Connection, org: OrgId, idempotency_key: str) -> Operation | None:
    """The operation that a request with this idempotency key made, if any."""
    return _find(connection, operation_id(org, idempotency_key))


def pending(connection: Connection, org: OrgId | None = None) -> list[Operation]:
    """What may still change, of one organisation or all, in order of acceptance."""
    query = select(outbox).where(outbox.c.state.in_(OPEN))
    if org is not None:
        query = query.where(outbox.c.org == org)
    return [operation(row) for row in connection.execute(query.order_by(outbox.c.seq))]


def not_in_mirror(connection: Connection, block: int) -> list[Operation]:
    """What a mirror that has read up to a block may not know, in order of acceptance: all that may
    still change, and what is final in later blocks.
    """
    later = (outbox.c.state == State.FINAL) & (outbox.c.block > block)
    query = select(outbox).where(outbox.c.state.in_(OPEN) | later)
    return [operation(row) for row in connection.execute(query.order_by(outbox.c.seq))]


def recent(
    connection: Connection, org: OrgId, *, before: int | None = None, limit: int = 50
) -> list[Operation]:
    """An organisation's operations, newest first; ``before`` is the last ``seq`` already seen."""
    query = select(outbox).where(outbox.c.org == org)
    if before is not None:
        query = query.where(outbox.c.seq < before)
    newest = query.order_by(outbox.c.seq.desc()).limit(limit)
    return [operation(row) for row in connection.execute(newest)]


def counts(connection: Connection) -> dict[State, int]:
    """How many operations stand in each state."""
    query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    found = {State(state): number for state, number in connection.execute(query)}
    return {state: found.get(state, 0) for state in State}


def needing_attention(connection: Connection) -> list[Operation]:
    """Operations that wait for an operator; ``attention`` says why."""
    query = select(outbox).where(outbox.c.attention.is_not(None), outbox.c.state.in_(OPEN))
    return [operation(row) for row in connection.execute(query.order_by(outbox.c.seq))]


def retry(connection: Connection, op_id: str, *, renumber: bool = False) -> Operation:
    """An operator's word that the cause is gone: the operation is sent again.

    ``renumber`` when its number was used by somebody else; then the old number never counts again.

    Raises:
        NotFound: no such operation, or it needs no attention.
    """
    found = get(connection, op_id)
    if found.attention is None or found.state is not State.ACCEPTED:
        raise NotFound(f"operation {op_id} waits for no operator", id=op_id)
    values: dict[str, Any] = {"attention": None, "tries": 0}
    if renumber:
        values["number"] = take_number(connection, found.org)
    connection.execute(update(outbox).where(outbox.c.seq == found.seq).values(**values))
    _release(connection, op_id)
    return get(connection, op_id)


def _release(connection: Connection, op_id: str) -> None:
    """What waits for an operator only because it needs this operation waits no more."""
    there = (outbox.c.state == State.ACCEPTED) & outbox.c.attention.is_not(None)
    there &= outbox.c.needs.contains(op_id, autoescape=True)
    again = update(outbox).where(there).values(attention=None, tries=0)
    for row in connection.execute(again.returning(outbox.c.id)).all():
        _release(connection, row.id)


def retry_all(connection: Connection, org: OrgId | None = None) -> int:
    """An operator's word that the cause is gone for all that waits; how many are sent again."""
    there = (outbox.c.state == State.ACCEPTED) & outbox.c.attention.is_not(None)
    if org is not None:
        there &= outbox.c.org == org
    again = update(outbox).where(there).values(attention=None, tries=0)
    return int(connection.execute(again).rowcount)


def take_number(connection: Connection, org: OrgId) -> int:
    """The organisation's next operation number, counted from 1.

    Raises:
        NotFound: the organisation has no account here.
    """
    mine = operation_numbers.c.org == org
    bump = update(operation_numbers).where(mine).values(next=operation_numbers.c.next + 1)
    taken = connection.scalar(bump.returning(operation_numbers.c.next))
    if taken is None:
        account(connection, org)
        insert_if_absent(connection, operation_numbers, {"org": org, "next": 1})
        taken = connection.scalar(bump.returning(operation_numbers.c.next))
    return int(taken) - 1


def commands_text(commands: Sequence[Command]) -> str:
    """Commands as the text that the outbox keeps."""
    return json.dumps([to_json(each) for each in commands], separators=(",", ":"))


def operation(row: Row[Any]) -> Operation:
    """A row of the outbox as an operation."""
    return Operation(
        seq=row.seq,
        id=row.id,
        org=OrgId(row.org),
        number=row.number,
        idempotency_key=row.idempotency_key,
        request_hash=bytes(row.request_hash),
        commands_json=row.commands,
        fallback_json=row.fallback,
        statement=None if row.statement is None else DocumentHash(bytes(row.statement)),
        brought_json=row.brought,
        state=State(row.state),
        reason=_pair(row.reason_code, row.reason_values),
        first_reason=_pair(row.first_reason_code, row.first_reason_values),
        attention=row.attention,
        tries=row.tries,
        created=Seconds(row.created),
        settled=None if row.settled is None else Seconds(row.settled),
        tx=row.tx,
        block=row.block,
        block_hash=row.block_hash,
        needs=tuple(row.needs.split()) if row.needs else (),
    )


def _require(
    commands: Sequence[Command],
    fallback: Sequence[Command],
    idempotency_key: str,
    request_hash: bytes,
) -> None:
    if not 0 < len(idempotency_key) <= LONGEST_KEY or not idempotency_key.isprintable():
        raise InvalidInput(
            f"an idempotency key has 1 to {LONGEST_KEY} printable characters",
            field="idempotency_key",
        )
    if len(request_hash) != HASH_LENGTH:
        raise InvalidInput("a request hash has 32 bytes", field="request_hash")
    if not commands:
        raise InvalidInput("an operation has at least one act", field="commands")
    if len({command.contract for command in (*commands, *fallback)}) > 1:
        raise InvalidInput("the acts of one operation are of one contract", field="commands")
    for command in (*commands, *fallback):
        from_json(to_json(command))  # what cannot be read again is refused now


def _find(connection: Connection, op_id: str) -> Operation | None:
    row = connection.execute(select(outbox).where(outbox.c.id == op_id)).one_or_none()
    return None if row is None else operation(row)


def _commands(text: str) -> tuple[Command, ...]:
    return tuple(from_json(each) for each in json.loads(text))


def _pair(code: str | None, values: str | None) -> tuple[str, str] | None:
    return None if code is None else (code, values or "{}")


def _refusal(reason: tuple[str, str] | None) -> ActRefused | None:
    if reason is None:
        return None
    code, values = reason
    return refuse(code, **values_from_json(code, json.loads(values)))
