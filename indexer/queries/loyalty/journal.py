"""All that happened to the points of a programme, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from indexer import tables as t
from indexer.logged import placed_where
from ledger.events import (
    Event,
    Logged,
    PointsAwarded,
    PointsClaimed,
    PointsClawedBack,
    PointsCompensated,
    PointsExpired,
    PointsRedeemed,
    PointsSettled,
    ProgrammeChanged,
    ProgrammeOpened,
    RedemptionCancelled,
)
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds

POINTS: tuple[type[Event], ...] = (
    PointsClaimed, PointsAwarded, PointsCompensated, PointsSettled, PointsExpired,
    PointsClawedBack, PointsRedeemed, RedemptionCancelled,
)  # fmt: skip
"""Every event that moves points."""
AT_ONCE = 400
FOREVER = 2**63 - 1


def journal(connection: Connection, number: int, until: int | None = None) -> tuple[Logged, ...]:
    """The events that move a programme's points, up to a block or all, in chain order."""
    last = FOREVER if until is None else until
    found = placed_where(
        connection,
        POINTS,
        lambda of: (of.c.programme == number) & (of.c.block <= last),
    )
    return tuple(each.logged for each in found)


def issuers(connection: Connection, units: Iterable[tuple[Id, int]]) -> dict[tuple[Id, int], OrgId]:
    """Who issued units, given by lot and index."""
    wanted = sorted(set(units))
    i = t.unit_issue.c
    found: dict[tuple[Id, int], OrgId] = {}
    lots = sorted({lot for lot, _ in wanted})
    issues: dict[bytes, list[tuple[int, int, int]]] = {}
    for start in range(0, len(lots), AT_ONCE):
        query = select(t.unit_issue).where(i.lot.in_(lots[start : start + AT_ONCE]))
        for row in connection.execute(query).mappings():
            issues.setdefault(row["lot"], []).append((row["first"], row["count"], row["org"]))
    for lot, index in wanted:
        of = (org for first, count, org in issues[lot] if first <= index < first + count)
        found[lot, index] = OrgId(next(of))
    return found


def rules_at(connection: Connection, number: int, block: int) -> DocumentHash | None:
    """The hash of the rules that a programme had after a block; None before it was opened."""
    for event in (ProgrammeChanged, ProgrammeOpened):
        of = t.EVENTS[event].c
        query = select(of.rules).where(of.programme == number, of.block <= block)
        newest = query.order_by(of.block.desc(), of.log_index.desc()).limit(1)
        found = connection.execute(newest).scalar()
        if found is not None:
            return DocumentHash(found)
    return None


def block_at(connection: Connection, block: int) -> tuple[int, Seconds]:
    """A block and its time; of blocks without events of ours the time of the one before them."""
    b = t.block_header.c
    query = select(b.time).where(b.block <= block).order_by(b.block.desc()).limit(1)
    time = connection.execute(query).scalar()
    return block, Seconds(time or 0)
