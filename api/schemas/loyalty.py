"""Answers about programmes, and what members have in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from api.dependencies import View
from api.schemas.common import (
    Answer,
    Hash,
    Party,
    Thing,
    hexadecimal,
    moment,
    moment_or_none,
    party,
    party_or_none,
    thing,
)
from indexer.queries import loyalty as queries
from ledger.earnings import lapse_of
from ledger.vocabulary import PartnerRight


class Programme(Answer):
    """A loyalty programme. ``terms`` is the document behind the rules, if kept here."""

    programme: int
    owner: Party
    rules: Hash
    terms: Mapping[str, Any]
    budget: int
    issued: int
    daily_cap: int
    return_window: int = Field(description="Seconds that points stay pending.")
    closed: bool


class Partner(Answer):
    """What another organisation may do in a programme."""

    partner: Party
    rights: list[str] = Field(examples=[["earn", "redeem"]])


class Opening(Answer):
    """What each unit of an issue earns, if claimed before ``closes``."""

    lot: Thing
    issue: int
    points: int
    closes: datetime | None


class QuarterPoints(Answer):
    """Points that are good until ``until``."""

    points: int
    until: datetime


class Account(Answer):
    """What a member has now; what has expired does not count, whether written down or not."""

    programme: int
    member: str
    available: int
    pending: int
    owed: int
    by_quarter: list[QuarterPoints] = Field(description="The oldest first: they are spent first.")


class Earning(Answer):
    """What a unit or a receipt earned: ``left`` of ``points`` was not taken back."""

    earning: Hash
    points: int
    left: int
    available_from: datetime
    settled: bool
    compensated: bool
    lot: Thing | None
    index: int | None
    receipt: Hash | None
    organisation: Party | None = Field(description="Who awarded it, for a receipt.")
    rules: Hash


class Redemption(Answer):
    """What a member spent."""

    redemption: Hash
    organisation: Party
    points: int
    cancelled: bool
    time: datetime


class TrialBalance(Answer):
    """issued = pending + balances + spent + expired + clawed_back - owed."""

    programme: int
    issued: int
    pending: int
    balances: int
    spent: int
    expired: int
    clawed_back: int
    owed: int


def programme(found: queries.ProgrammeView, view: View) -> Programme:
    """A programme."""
    return Programme(
        programme=found.programme,
        owner=party(found.org, view.names),
        rules=hexadecimal(found.rules),
        terms=view.names.description(found.rules),
        budget=found.budget,
        issued=found.issued,
        daily_cap=found.daily_cap,
        return_window=found.return_window,
        closed=found.closed,
    )


def partner(found: queries.PartnerView, view: View) -> Partner:
    """A partner."""
    rights = [right.name.lower() for right in PartnerRight if right & found.rights and right.name]
    return Partner(partner=party(found.partner, view.names), rights=rights)


def opening(found: queries.OpeningView, view: View) -> Opening:
    """An issue that earns."""
    return Opening(
        lot=thing(found.lot, view.base_url),
        issue=found.issue,
        points=found.points,
        closes=moment_or_none(found.closes),
    )


def account(found: queries.AccountView) -> Account:
    """An account."""
    return Account(
        programme=found.programme,
        member=hexadecimal(found.member),
        available=found.available,
        pending=found.pending,
        owed=found.owed,
        by_quarter=[
            QuarterPoints(points=points, until=moment(lapse_of(quarter)))
            for quarter, points in found.by_quarter
        ],
    )


def earning(found: queries.EarningView, view: View) -> Earning:
    """An earning."""
    return Earning(
        earning=hexadecimal(found.earning),
        points=found.points,
        left=found.left,
        available_from=moment(found.available_from),
        settled=found.settled,
        compensated=found.compensated,
        lot=thing(found.lot, view.base_url) if found.lot else None,
        index=found.index,
        receipt=hexadecimal(found.receipt) if found.receipt else None,
        organisation=party_or_none(found.org, view.names),
        rules=hexadecimal(found.rules),
    )


def redemption(found: queries.RedemptionView, view: View) -> Redemption:
    """A redemption."""
    return Redemption(
        redemption=hexadecimal(found.redemption),
        organisation=party(found.org, view.names),
        points=found.points,
        cancelled=found.cancelled,
        time=moment(found.time),
    )


def trial_balance(number: int, found: queries.TrialBalance) -> TrialBalance:
    """The accounts of a programme."""
    return TrialBalance(
        programme=number,
        issued=found.issued,
        pending=found.pending,
        balances=found.balances,
        spent=found.spent,
        expired=found.expired,
        clawed_back=found.clawed_back,
        owed=found.owed,
    )
