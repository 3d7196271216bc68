"""The books of a programme, kept by double entry: each event moves points from one account to
others, so that all together are zero.

What members have and owe is read from the state, everything else is added up from the events: a
point that one of them lost or made would show.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from indexer import tables as t
from ledger.events import (
    Event,
    PointsAwarded,
    PointsClaimed,
    PointsClawedBack,
    PointsCompensated,
    PointsExpired,
    PointsRedeemed,
    RedemptionCancelled,
)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The accounts of a programme; points that expired but were not yet met by an act still stand
    among ``balances``.
    """

    issued: int
    pending: int
    balances: int
    spent: int
    expired: int
    clawed_back: int
    owed: int

    @property
    def difference(self) -> int:
        """Zero, or the books do not balance."""
        where = self.pending + self.balances + self.spent + self.expired + self.clawed_back
        return where - self.owed - self.issued


def trial_balance(connection: Connection, number: int) -> TrialBalance:
    """The accounts of a programme as they stand after the mirror's last block."""
    cancelled = _sums(connection, RedemptionCancelled, number, "restored", "expired")
    (redeemed,) = _sums(connection, PointsRedeemed, number, "points")
    (expired,) = _sums(connection, PointsExpired, number, "points")
    (clawed_back,) = _sums(connection, PointsClawedBack, number, "points")
    issued = (PointsClaimed, PointsAwarded, PointsCompensated)
    balances, owed = _members(connection, number)
    return TrialBalance(
        issued=sum(_sums(connection, event, number, "points")[0] for event in issued),
        pending=_pending(connection, number),
        balances=balances,
        spent=redeemed - sum(cancelled),
        expired=expired + cancelled[1],
        clawed_back=clawed_back,
        owed=owed,
    )


def _sums(connection: Connection, event: type[Event], number: int, *names: str) -> tuple[int, ...]:
    told = t.EVENTS[event].c
    sums = [_sum(told[name]) for name in names]
    row = connection.execute(select(*sums).where(told.programme == number)).one()
    return tuple(int(each) for each in row)


def _members(connection: Connection, number: int) -> tuple[int, int]:
    a = t.account.c
    points = _sum(a.points0 + a.points1 + a.points2 + a.points3)
    row = connection.execute(select(points, _sum(a.owed)).where(a.programme == number)).one()
    return int(row[0]), int(row[1])


def _pending(connection: Connection, number: int) -> int:
    e = t.earning.c
    query = select(_sum(e.points)).where(e.programme == number, e.settled.is_(False))
    return int(connection.execute(query).scalar_one())


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)
