"""All that happened to a member's points, and what is due: to be settled, to be written off."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select

from indexer import tables as t
from indexer.logged import placed_where
from indexer.tables.events import OF_MEMBERS
from ledger.earnings import LIFE, QUARTER, quarter_of
from ledger.events import Logged
from ledger.vocabulary import Address, DocumentHash, OrgId, Seconds


def told_of_member(
    connection: Connection, member: Address, programme: int | None = None
) -> list[Logged]:
    """Every event of a member's points, in chain order; of one programme or of all."""

    def theirs(table: Table) -> ColumnElement[bool]:
        mine = table.c.member == member
        return mine if programme is None else mine & (table.c.programme == programme)

    return [each.logged for each in placed_where(connection, OF_MEMBERS, theirs)]


def due(
    connection: Connection,
    now: Seconds,
    *,
    programme: int | None = None,
    member: Address | None = None,
    limit: int = 200,
) -> list[tuple[int, DocumentHash]]:
    """Earnings with something left whose return window is over, by programme and the time since
    when: what `ledger.commands.SettlePoints` makes available.
    """
    e = t.earning.c
    there = (e.settled.is_(False)) & (e.available_from <= now) & (e.points > 0)
    if programme is not None:
        there &= e.programme == programme
    if member is not None:
        there &= e.member == member
    query = select(e.programme, e.earning).where(there)
    rows = connection.execute(query.order_by(e.programme, e.available_from).limit(limit))
    return [(row.programme, DocumentHash(row.earning)) for row in rows]


def due_points(connection: Connection, programme: int, member: Address, now: Seconds) -> int:
    """Points of a member that are due and good still; those of a quarter that is over would expire
    as they are settled.
    """
    e = t.earning.c
    good = (quarter_of(now) - LIFE + 1) * QUARTER
    there = (e.programme == programme) & (e.member == member) & e.settled.is_(False)
    there &= e.available_from.between(good, now)
    query = select(func.coalesce(func.sum(e.points), 0)).where(there)
    return int(connection.execute(query).scalar_one())


def lapsed(connection: Connection, now: Seconds, limit: int = 200) -> list[tuple[int, Address]]:
    """Programmes and members with points that have expired and were not written off yet."""
    a = t.account.c
    current = quarter_of(now)
    some = [(getattr(a, f"points{place}") > 0) & _over(place, current) for place in range(LIFE)]
    query = select(a.programme, a.member).where(or_(*some)).order_by(a.programme, a.member)
    rows = connection.execute(query.limit(limit))
    return [(row.programme, Address(row.member)) for row in rows]


def _over(place: int, current: int) -> ColumnElement[bool]:
    """Whether the points that stand at a place are of a quarter that is over: an account's newest
    quarter is known, and the others lie up to three before it.
    """
    newest = t.account.c.quarter
    age = (newest - place + LIFE) % LIFE
    return newest - age + LIFE <= current


def redeemer(
    connection: Connection, org: OrgId, redemption: bytes
) -> Sequence[tuple[int, Address]]:
    """Programmes and members of an organisation's redemptions with this number: one, as a rule."""
    r = t.redemption.c
    query = select(r.programme, r.member).where(r.org == org, r.redemption == redemption)
    return [(row.programme, Address(row.member)) for row in connection.execute(query)]
