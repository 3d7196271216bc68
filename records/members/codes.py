"""Redemption codes: kept as a keyed hash, used exactly once within minutes.

A code is worked out of its redemption's number and the vault's key, so that its member can be shown
it again; the database alone tells neither.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ledger.errors import RedemptionCodeRefused
from ledger.redemption_codes import LIFE, read_redemption_code, redemption_code
from ledger.vocabulary import DocumentHash, OrgId, Seconds
from records.engine import insert_if_absent
from records.members import messages
from records.members.vault import MembersVault
from records.outbox import State
from records.schema import outbox
from records.schema.members import redemption_codes as t

_BATCH = 1_000


class CodeState(StrEnum):
    """What became of a code; an open one may be too old. ``refused``: it was used, and the contract
    refused to spend the points in the end.
    """

    OPEN = "open"
    USED = "used"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RedemptionCode:
    """What a member asked for with a code; never the code. ``number`` is what the redemption is
    known by on chain, ``operation`` what brings it there.
    """

    number: DocumentHash
    card: str | None
    programme: int
    points: int
    state: CodeState
    channel: str | None
    org: OrgId | None
    key_id: str | None
    operation: str | None
    created: Seconds
    expires: Seconds


def open_code(
    connection: Connection,
    vault: MembersVault,
    card: str,
    *,
    programme: int,
    points: int,
    now: Seconds,
) -> tuple[str, RedemptionCode]:
    """A new code, and what is kept of it. One that was open before counts no more.

    Raises:
        RedemptionCodeRefused: the member asked twice at once.
    """
    cancel_open(connection, card)
    number = DocumentHash(secrets.token_bytes(32))
    code = code_of(vault, number)
    values = {
        "number": number,
        "card": card,
        "code_mac": _mac(vault, code),
        "programme": programme,
        "points": points,
        "state": CodeState.OPEN,
        "created": now,
        "expires": now + LIFE,
    }
    if not insert_if_absent(connection, t, values):
        raise RedemptionCodeRefused("another code was asked for at the same time")
    return code, get(connection, number)


def code_of(vault: MembersVault, number: bytes) -> str:
    """The code behind a redemption's number."""
    return redemption_code(vault.mac_of("redemption code", number.hex()))


def cancel_open(connection: Connection, card: str) -> int:
    """Takes back the code that is open, if any; how many that were."""
    mine = (t.c.card == card) & (t.c.state == CodeState.OPEN)
    cancelled = update(t).where(mine).values(state=CodeState.CANCELLED)
    return int(connection.execute(cancelled).rowcount)


def look_up(connection: Connection, vault: MembersVault, text: str) -> RedemptionCode | None:
    """What stands behind a code, however it is typed; None where there is none.

    Raises:
        CodeInvalid: it has not the form of one.
    """
    mac = _mac(vault, read_redemption_code(text))
    row = connection.execute(select(t).where(t.c.code_mac == mac)).one_or_none()
    return None if row is None else _code(row)


def use(
    connection: Connection,
    code: RedemptionCode,
    *,
    org: OrgId,
    key_id: str | None,
    operation: str,
    channel: str,
    now: Seconds,
) -> bool:
    """Uses an open code up; False where another was faster or it is too old. It counts only with
    the caller's transaction: where that fails, the code is good still.
    """
    there = (t.c.number == code.number) & (t.c.state == CodeState.OPEN) & (t.c.expires > now)
    values = {
        "state": CodeState.USED,
        "org": org,
        "key_id": key_id,
        "operation": operation,
        "channel": channel,
    }
    return bool(connection.execute(update(t).where(there).values(**values)).rowcount == 1)


def settle(connection: Connection, now: Seconds) -> int:
    """Looks what became of codes that were used: how many the contract has refused after all. Their
    members are told that the points are still theirs.
    """
    query = (
        select(t)
        .join(outbox, outbox.c.id == t.c.operation)
        .where(t.c.state == CodeState.USED, outbox.c.state == State.REFUSED)
        .order_by(t.c.created)
        .limit(_BATCH)
    )
    refused = [_code(row) for row in connection.execute(query)]
    for code in refused:
        mine = t.c.number == code.number
        connection.execute(update(t).where(mine).values(state=CodeState.REFUSED))
        if code.card is not None:
            details = {"programme": code.programme, "points": code.points}
            messages.add(connection, code.card, "redemption_refused", details, now)
    return len(refused)


def get(connection: Connection, number: bytes) -> RedemptionCode:
    """What a redemption's number stands for."""
    return _code(connection.execute(select(t).where(t.c.number == number)).one())


def find(connection: Connection, number: bytes) -> RedemptionCode | None:
    """The same, or None."""
    row = connection.execute(select(t).where(t.c.number == number)).one_or_none()
    return None if row is None else _code(row)


def open_of(connection: Connection, card: str, now: Seconds) -> RedemptionCode | None:
    """The code that a member has open now, if any."""
    there = (t.c.card == card) & (t.c.state == CodeState.OPEN) & (t.c.expires > now)
    row = connection.execute(select(t).where(there)).one_or_none()
    return None if row is None else _code(row)


def codes_of(connection: Connection, card: str) -> list[RedemptionCode]:
    """All that a member ever asked for, the oldest first."""
    query = select(t).where(t.c.card == card).order_by(t.c.created, t.c.number)
    return [_code(row) for row in connection.execute(query)]


def _mac(vault: MembersVault, code: str) -> bytes:
    return vault.mac_of("redemption code kept", code)


def _code(row: Row[Any]) -> RedemptionCode:
    return RedemptionCode(
        number=DocumentHash(row.number),
        card=row.card,
        programme=row.programme,
        points=row.points,
        state=CodeState(row.state),
        channel=row.channel,
        org=None if row.org is None else OrgId(row.org),
        key_id=row.key_id,
        operation=row.operation,
        created=Seconds(row.created),
        expires=Seconds(row.expires),
    )
