"""Referrals: who brought whom, what came of it, and which were refused and why."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from ledger.vocabulary import DocumentHash, Seconds
from records.engine import insert_if_absent
from records.schema.members import member_devices, members
from records.schema.notices import referrals as t
from records.schema.notices import refused_referrals as refused


@dataclass(frozen=True, slots=True)
class Referral:
    """A member brought another. It is rewarded by ``programme`` for ``receipt``, under two numbers
    on chain; cards are None once their members are erased.
    """

    id: int
    newcomer: str | None
    referrer: str | None
    created: Seconds
    programme: int | None
    receipt: str | None
    rewarded: Seconds | None
    referrer_number: DocumentHash
    newcomer_number: DocumentHash
    operation: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Referrals that wait, were rewarded, and were refused by reason."""

    waiting: int
    rewarded: int
    refused: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Traits:
    """What two cards of one person would share; both are gone once a member is erased."""

    card: str
    email: bytes | None
    devices: frozenset[bytes]
    erased: bool


def traits_of(connection: Connection, card: str) -> Traits | None:
    """What is compared of a member, or None where there is no such card."""
    m = members.c
    row = connection.execute(select(m.email_mac, m.erased).where(m.card == card)).one_or_none()
    if row is None:
        return None
    d = member_devices.c
    devices = connection.scalars(select(d.device).where(d.card == card))
    return Traits(card, row.email_mac, frozenset(devices), row.erased is not None)


def add(connection: Connection, newcomer: str, referrer: str, now: Seconds) -> Referral | None:
    """Notes who brought a newcomer; None where somebody did before."""
    values = {
        "newcomer": newcomer,
        "referrer": referrer,
        "created": now,
        "referrer_number": secrets.token_bytes(32),
        "newcomer_number": secrets.token_bytes(32),
    }
    if not insert_if_absent(connection, t, values, t.c.newcomer):
        return None
    brought = (members.c.card == newcomer) & members.c.referred_by.is_(None)
    connection.execute(update(members).where(brought).values(referred_by=referrer))
    return of_newcomer(connection, newcomer)


def refuse(
    connection: Connection, newcomer: str, referrer: str | None, reason: str, now: Seconds
) -> None:
    """Notes that a referral was refused, and why; the newcomer counts as brought by nobody."""
    values = {"newcomer": newcomer, "referrer": referrer, "reason": reason, "created": now}
    connection.execute(refused.insert().values(**values))
    accepted = select(t.c.id).where(t.c.newcomer == newcomer).exists()
    mine = (members.c.card == newcomer) & ~accepted
    connection.execute(update(members).where(mine).values(referred_by=None))


def drop(connection: Connection, referral: Referral) -> None:
    """Takes away a referral that is not rewarded."""
    there = (t.c.id == referral.id) & t.c.rewarded.is_(None)
    connection.execute(delete(t).where(there))


def of_newcomer(connection: Connection, card: str) -> Referral | None:
    """Who brought a member, or None."""
    row = connection.execute(select(t).where(t.c.newcomer == card)).one_or_none()
    return None if row is None else _referral(row)


def rewarded_since(connection: Connection, referrer: str, start: Seconds) -> int:
    """For how many others a member was rewarded since a time."""
    query = select(func.count()).where(t.c.referrer == referrer, t.c.rewarded >= start)
    return int(connection.execute(query).scalar_one())


def waiting(connection: Connection, *, after: int = 0, limit: int = 500) -> tuple[Referral, ...]:
    """Referrals of members who are still here that are not rewarded yet, the oldest first."""
    there = t.c.rewarded.is_(None) & t.c.newcomer.is_not(None) & t.c.referrer.is_not(None)
    query = select(t).where(there, t.c.id > after).order_by(t.c.id).limit(limit)
    return tuple(map(_referral, connection.execute(query)))


def counts(connection: Connection) -> Counts:
    """How many referrals there are, and how many were refused for what."""
    totals = connection.execute(select(func.count(), func.count(t.c.rewarded)).select_from(t)).one()
    by = select(refused.c.reason, func.count()).group_by(refused.c.reason)
    told = {row[0]: int(row[1]) for row in connection.execute(by.order_by(refused.c.reason))}
    return Counts(int(totals[0] - totals[1]), int(totals[1]), told)


def reward(
    connection: Connection,
    referral: Referral,
    programme: int,
    receipt: str,
    operation: str,
    now: Seconds,
) -> bool:
    """Notes what a referral is rewarded for, and in which programme; whether it was not before."""
    mine = (t.c.id == referral.id) & t.c.rewarded.is_(None)
    values = {
        "programme": programme,
        "receipt": receipt,
        "rewarded": now,
        "operation": operation,
    }
    return bool(connection.execute(update(t).where(mine).values(**values)).rowcount)


def _referral(row: Row[Any]) -> Referral:
    return Referral(
        id=row.id,
        newcomer=row.newcomer,
        referrer=row.referrer,
        created=Seconds(row.created),
        programme=row.programme,
        receipt=row.receipt,
        rewarded=None if row.rewarded is None else Seconds(row.rewarded),
        referrer_number=DocumentHash(row.referrer_number),
        newcomer_number=DocumentHash(row.newcomer_number),
        operation=row.operation,
    )
