"""Members: what they have at a moment, and what they earned and spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from indexer import tables as t
from indexer.state import sql_state
from ledger.earnings import LIFE, QUARTER, earning_of_receipt, earning_of_unit, quarter_of
from ledger.events import Event, PointsAwarded, PointsClaimed
from ledger.history import accounts
from ledger.vocabulary import Address, DocumentHash, Id, OrgId, Seconds


@dataclass(frozen=True, slots=True)
class AccountView:
    """What a member has in a programme at a moment. ``by_quarter`` are the quarters with points,
    the oldest first; ``expiring`` of them are gone after ``expires``, where there are any.
    """

    programme: int
    member: Address
    available: int
    pending: int
    owed: int
    by_quarter: tuple[tuple[int, int], ...]
    expiring: int
    expires: Seconds


@dataclass(frozen=True, slots=True)
class EarningView:
    """What a unit or a receipt earned: ``points``, of which ``left`` are not clawed back."""

    earning: DocumentHash
    member: Address
    points: int
    left: int
    available_from: Seconds
    settled: bool
    compensated: bool
    lot: Id | None
    index: int | None
    receipt: DocumentHash | None
    org: OrgId | None
    rules: DocumentHash
    time: Seconds


@dataclass(frozen=True, slots=True)
class RedemptionView:
    """What a member spent at an organisation."""

    redemption: DocumentHash
    org: OrgId
    points: int
    cancelled: bool
    time: Seconds


def account(connection: Connection, number: int, member: Address, now: Seconds) -> AccountView:
    """What a member has now: what has expired is gone, whether or not it was written down."""
    known = sql_state(connection).accounts.get((number, member))
    current = accounts.present(known, quarter_of(now))
    there = (
        (quarter, current.points[quarter & 3]) for quarter in accounts.quarters(current.quarter)
    )
    by_quarter = tuple((quarter, points) for quarter, points in there if points)
    oldest, expiring = by_quarter[0] if by_quarter else (0, 0)
    return AccountView(
        programme=number,
        member=member,
        available=sum(points for _, points in by_quarter),
        pending=_pending(connection, number, member),
        owed=current.owed,
        by_quarter=by_quarter,
        expiring=expiring,
        expires=Seconds((oldest + LIFE) * QUARTER if expiring else 0),
    )


def _pending(connection: Connection, number: int, member: Address) -> int:
    e = t.earning.c
    query = select(func.coalesce(func.sum(e.points), 0)).where(
        e.programme == number, e.member == member, e.settled.is_(False)
    )
    return int(connection.execute(query).scalar_one())


def earned_by(
    connection: Connection, number: int, member: Address
) -> tuple[tuple[Seconds, int], ...]:
    """When a member earned how much in a programme, less what was clawed back."""
    e = t.earning.c
    query = select(e.since, e.points).where(e.programme == number, e.member == member)
    return tuple((Seconds(row.since), row.points) for row in connection.execute(query))


def earnings(
    connection: Connection,
    number: int,
    member: Address,
    *,
    after: DocumentHash | None = None,
    limit: int = 50,
) -> tuple[EarningView, ...]:
    """What a member earned in a programme, by the earnings' names (`ledger.earnings`)."""
    e = t.earning.c
    query = (
        select(t.earning)
        .where(e.programme == number, e.member == member, e.earning > (after or b""))
        .order_by(e.earning)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    origins = _origins(connection, number, member) if rows else {}
    return tuple(_earning(row, origins[row.earning]) for row in rows)


def _origins(connection: Connection, number: int, member: Address) -> dict[bytes, RowMapping]:
    """The event behind each of a member's earnings."""
    origins: dict[bytes, RowMapping] = {}
    for row in _told(connection, PointsClaimed, number, member):
        origins[earning_of_unit(Id(row["lot"]), row["index"])] = row
    for row in _told(connection, PointsAwarded, number, member):
        origins[earning_of_receipt(OrgId(row["org"]), row["receipt"])] = row
    return origins


def _told(
    connection: Connection, event: type[Event], number: int, member: Address
) -> Sequence[RowMapping]:
    told = t.EVENTS[event]
    query = select(told).where(told.c.programme == number, told.c.member == member)
    return connection.execute(query).mappings().all()


def _earning(row: Any, origin: RowMapping) -> EarningView:
    is_unit = "lot" in origin
    return EarningView(
        earning=DocumentHash(row.earning),
        member=Address(row.member),
        points=row.earned,
        left=row.points,
        available_from=Seconds(row.available_from),
        settled=row.settled,
        compensated=row.compensated,
        lot=Id(origin["lot"]) if is_unit else None,
        index=origin["index"] if is_unit else None,
        receipt=None if is_unit else DocumentHash(origin["receipt"]),
        org=None if is_unit else OrgId(origin["org"]),
        rules=DocumentHash(origin["rules"]),
        time=Seconds(row.since),
    )


def redemptions(
    connection: Connection,
    number: int,
    member: Address,
    *,
    after: DocumentHash | None = None,
    limit: int = 50,
) -> tuple[RedemptionView, ...]:
    """What a member spent in a programme, by the numbers that it gave."""
    r = t.redemption.c
    query = (
        select(t.redemption)
        .where(r.programme == number, r.member == member, r.redemption > (after or b""))
        .order_by(r.redemption)
        .limit(limit)
    )
    return tuple(
        RedemptionView(
            DocumentHash(row.redemption),
            OrgId(row.org),
            row.taken0 + row.taken1 + row.taken2 + row.taken3,
            row.cancelled,
            Seconds(row.since),
        )
        for row in connection.execute(query)
    )
