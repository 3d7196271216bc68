"""Loyalty programmes: whose they are, who takes part, and what units earn in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, or_, select, tuple_

from indexer import tables as t
from ledger.vocabulary import DocumentHash, Id, OrgId, PartnerRight, Seconds


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """A programme: of ``budget`` points it has issued ``issued``."""

    programme: int
    org: OrgId
    rules: DocumentHash
    budget: int
    issued: int
    daily_cap: int
    return_window: int
    closed: bool


@dataclass(frozen=True, slots=True)
class PartnerView:
    """What another organisation may do in a programme (`ledger.vocabulary.PartnerRight`)."""

    partner: OrgId
    rights: int


@dataclass(frozen=True, slots=True)
class OpeningView:
    """What each unit of an issue earns, if claimed before ``closes`` (0: no end)."""

    lot: Id
    issue: int
    points: int
    closes: Seconds
    programme: int


def programme(connection: Connection, number: int) -> ProgrammeView | None:
    """A programme by its number, or None."""
    query = select(t.programme).where(t.programme.c.programme == number)
    row = connection.execute(query).one_or_none()
    return _programme(row) if row else None


def programmes(
    connection: Connection,
    *,
    org: OrgId | None = None,
    after: int | None = None,
    limit: int = 50,
) -> tuple[ProgrammeView, ...]:
    """Programmes by ascending number; those of an organisation."""
    p = t.programme.c
    query = select(t.programme).where(p.programme > (after or 0))
    if org is not None:
        query = query.where(p.org == org)
    rows = connection.execute(query.order_by(p.programme).limit(limit))
    return tuple(map(_programme, rows))


def earning_programmes(connection: Connection, org: OrgId) -> tuple[ProgrammeView, ...]:
    """Programmes that are open and in which an organisation lets earn, its own or as a partner."""
    p, partner = t.programme.c, t.partner.c
    joined = (partner.programme == p.programme) & (partner.partner == org)
    may = exists().where(joined, partner.rights.bitwise_and(int(PartnerRight.EARN)) != 0)
    query = select(t.programme).where(p.closed.is_(False), or_(p.org == org, may))
    return tuple(map(_programme, connection.execute(query.order_by(p.programme))))


def _programme(row: Any) -> ProgrammeView:
    return ProgrammeView(
        programme=row.programme,
        org=OrgId(row.org),
        rules=DocumentHash(row.rules),
        budget=row.budget,
        issued=row.issued,
        daily_cap=row.daily_cap,
        return_window=row.return_window,
        closed=row.closed,
    )


def partners(connection: Connection, number: int) -> tuple[PartnerView, ...]:
    """Who takes part in a programme, by ascending number."""
    p = t.partner.c
    query = select(p.partner, p.rights).where(p.programme == number).order_by(p.partner)
    return tuple(PartnerView(OrgId(row.partner), row.rights) for row in connection.execute(query))


def opening(connection: Connection, lot: Id, issue: int) -> OpeningView | None:
    """What the units of an issue earn, or None."""
    o = t.opening.c
    query = select(t.opening).where(o.lot == lot, o.issue == issue)
    row = connection.execute(query).one_or_none()
    return _opening(row) if row else None


def openings(
    connection: Connection,
    number: int,
    *,
    after: tuple[Id, int] | None = None,
    limit: int = 50,
) -> tuple[OpeningView, ...]:
    """Issues whose units earn in a programme, by lot and number."""
    o = t.opening.c
    query = select(t.opening).where(o.programme == number).order_by(o.lot, o.issue).limit(limit)
    if after is not None:
        query = query.where(tuple_(o.lot, o.issue) > tuple_(*after))
    return tuple(map(_opening, connection.execute(query)))


def _opening(row: Any) -> OpeningView:
    return OpeningView(Id(row.lot), row.issue, row.points, Seconds(row.closes), row.programme)
