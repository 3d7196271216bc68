"""Campaigns, and the bonuses they gave. What is left of a budget is asked and taken in one step, so
that no number of tills at once spends more than there is.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from ledger.errors import NotFound
from ledger.vocabulary import DocumentHash, OrgId, Seconds
from records.engine import insert_if_absent
from records.schema.notices import campaign_awards as awards
from records.schema.notices import campaigns as t

WHOLE = 10_000
"""``control`` counts parts of so many."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it is kept. ``segment`` and ``bonus`` are JSON; ``control`` of 10,000 members
    get nothing. It runs from ``starts`` to before ``ends``, unless it was ``stopped``.
    """

    id: int
    org: OrgId
    programme: int
    name: str
    segment: str
    bonus: str
    control: int
    budget: int
    spent: int
    starts: Seconds
    ends: Seconds
    stopped: Seconds | None
    created: Seconds

    @property
    def left(self) -> int:
        """Points that it may still give."""
        return self.budget - self.spent


@dataclass(frozen=True, slots=True)
class CampaignAward:
    """A bonus for a receipt, under a number of its own on chain; ``left`` was not taken back."""

    campaign: int
    programme: int
    receipt: str
    points: int
    left: int
    number: DocumentHash


def add(
    connection: Connection,
    org: OrgId,
    *,
    programme: int,
    name: str,
    segment: str,
    bonus: str,
    control: int,
    budget: int,
    starts: Seconds,
    ends: Seconds,
    now: Seconds,
) -> Campaign:
    """Keeps a new campaign."""
    values = {
        "org": org,
        "programme": programme,
        "name": name,
        "segment": segment,
        "bonus": bonus,
        "control": control,
        "budget": budget,
        "spent": 0,
        "starts": starts,
        "ends": ends,
        "created": now,
    }
    row = connection.execute(insert(t).values(**values).returning(t)).one()
    return _campaign(row)


def get(connection: Connection, campaign: int) -> Campaign:
    """A campaign by its number.

    Raises:
        NotFound: there is none.
    """
    row = connection.execute(select(t).where(t.c.id == campaign)).one_or_none()
    if row is None:
        raise NotFound(f"there is no campaign {campaign}", id=campaign)
    return _campaign(row)


def campaigns(
    connection: Connection, org: OrgId | None = None, *, after: int = 0, limit: int = 50
) -> tuple[Campaign, ...]:
    """An organisation's campaigns, or all, the oldest first."""
    query = select(t).where(t.c.id > after).order_by(t.c.id).limit(limit)
    if org is not None:
        query = query.where(t.c.org == org)
    return tuple(map(_campaign, connection.execute(query)))


def running(connection: Connection, programme: int, now: Seconds) -> tuple[Campaign, ...]:
    """The campaigns of a programme that give bonuses now, the oldest first."""
    there = (t.c.programme == programme) & (t.c.starts <= now) & (now < t.c.ends)
    query = select(t).where(there, t.c.stopped.is_(None)).order_by(t.c.id)
    return tuple(map(_campaign, connection.execute(query)))


def stop(connection: Connection, campaign: int, now: Seconds) -> Campaign:
    """Ends a campaign before its time; what it gave stays good.

    Raises:
        NotFound: there is none.
    """
    still = (t.c.id == campaign) & t.c.stopped.is_(None)
    connection.execute(update(t).where(still).values(stopped=now))
    return get(connection, campaign)


def spend(
    connection: Connection, campaign: Campaign, receipt: str, points: int, now: Seconds
) -> CampaignAward | None:
    """Takes a bonus out of a campaign's budget for a receipt; None where there is not enough left,
    or the receipt had one.

    To be called in the transaction that submits the award: then either both count or none.
    """
    number = DocumentHash(secrets.token_bytes(32))
    values = {
        "campaign": campaign.id,
        "receipt": receipt,
        "points": points,
        "taken_back": 0,
        "number": number,
        "created": now,
    }
    enough = (t.c.id == campaign.id) & (t.c.spent + points <= t.c.budget) & t.c.stopped.is_(None)
    if not connection.execute(update(t).where(enough).values(spent=t.c.spent + points)).rowcount:
        return None
    if not insert_if_absent(connection, awards, values, awards.c.campaign, awards.c.receipt):
        _give_back(connection, campaign.id, points)
        return None
    return CampaignAward(campaign.id, campaign.programme, receipt, points, points, number)


def refund(connection: Connection, award: CampaignAward) -> None:
    """Puts back into the budget what was taken for a bonus that cannot be given after all."""
    a = awards.c
    there = (a.campaign == award.campaign) & (a.receipt == award.receipt)
    if connection.execute(delete(awards).where(there)).rowcount:
        _give_back(connection, award.campaign, award.points)


def _give_back(connection: Connection, campaign: int, points: int) -> None:
    back = update(t).where(t.c.id == campaign).values(spent=t.c.spent - points)
    connection.execute(back)


def awards_of(connection: Connection, receipt: str) -> tuple[CampaignAward, ...]:
    """The bonuses that a receipt got."""
    query = select(awards, t.c.programme).join(t, t.c.id == awards.c.campaign)
    mine = query.where(awards.c.receipt == receipt).order_by(awards.c.campaign)
    return tuple(
        CampaignAward(
            row.campaign,
            row.programme,
            row.receipt,
            row.points,
            row.points - row.taken_back,
            DocumentHash(row.number),
        )
        for row in connection.execute(mine)
    )


def take_back(connection: Connection, award: CampaignAward, points: int) -> bool:
    """Notes that points of a bonus are clawed back; whether so many were left of it.

    They do not return to the budget: what a campaign costs is what it promised.
    """
    a = awards.c
    there = (a.campaign == award.campaign) & (a.receipt == award.receipt)
    enough = there & (a.points - a.taken_back >= points)
    more = update(awards).where(enough).values(taken_back=a.taken_back + points)
    return bool(connection.execute(more).rowcount)


def _campaign(row: Row[Any]) -> Campaign:
    return Campaign(
        id=row.id,
        org=OrgId(row.org),
        programme=row.programme,
        name=row.name,
        segment=row.segment,
        bonus=row.bonus,
        control=row.control,
        budget=row.budget,
        spent=row.spent,
        starts=Seconds(row.starts),
        ends=Seconds(row.ends),
        stopped=None if row.stopped is None else Seconds(row.stopped),
        created=Seconds(row.created),
    )
