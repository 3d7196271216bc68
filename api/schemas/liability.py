"""Answers about what programmes owe."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.dependencies import View
from api.liability import LiabilityReport
from api.schemas.common import Answer, Party, moment, party
from ledger.earnings import QUARTER
from ledger.vocabulary import OrgId


class CohortAnswer(Answer):
    """Points that became, or will become, available within 90 days from ``begins``:
    issued = pending + available + redeemed + expired + clawed_back + recovered - became_owed.
    """

    begins: datetime
    issued: int
    pending: int
    available: int
    redeemed: int
    expired: int
    clawed_back: int
    became_owed: int = Field(description="Clawed back after they were spent.")
    recovered: int = Field(description="Paid what was owed.")


class ExpiryAnswer(Answer):
    """Points that are good until before ``lapses``."""

    lapses: datetime
    available: int
    pending: int


class ContractAnswer(Answer):
    """IFRS 15, in minor units of ``currency``: of the price, what falls on goods and on points; of
    the latter, revenue so far and what is still owed.
    """

    currency: str
    price: int
    goods: int
    points: int
    expected_points: float
    revenue: int
    liability: int


class ChannelAnswer(Answer):
    """Points that were issued and spent in a channel."""

    channel: str
    issued: int
    redeemed: int


class SpentAnswer(Answer):
    """Points that one issued and that were spent at another."""

    issuer: Party
    spent_at: Party
    points: int


class DebtAnswer(Answer):
    """What one pays another, in minor units."""

    debtor: Party
    creditor: Party
    amount: int


class PositionAnswer(Answer):
    """What one gets in all, or pays, below zero."""

    organisation: Party
    amount: int


class SettlementAnswer(Answer):
    """Who owes whom for points that were spent elsewhere; the positions sum to zero."""

    programme: int
    as_of_block: int
    currency: str | None
    spent: list[SpentAnswer]
    debts: list[DebtAnswer]
    positions: list[PositionAnswer]


class LiabilityAnswer(Answer):
    """What a programme owes as of a block: where all its points are, by when they became
    available and when they expire, and in money where its rules say what a point is worth.
    """

    programme: int
    owner: Party
    as_of_block: int
    as_of: datetime
    issued: int
    pending: int
    available: int
    redeemed: int
    expired: int
    clawed_back: int
    owed: int
    outstanding: int = Field(description="May still be spent.")
    lapsed: int = Field(description="Have expired, which no act has written down yet.")
    difference: int = Field(description="0, or a point was lost or made.")
    currency: str | None
    face_value: int | None
    contract: ContractAnswer | None
    cohorts: list[CohortAnswer]
    expiries: list[ExpiryAnswer]
    channels: list[ChannelAnswer]
    settlement: SettlementAnswer


def liability(found: LiabilityReport, view: View) -> LiabilityAnswer:
    """A report."""
    report = found.report
    return LiabilityAnswer(
        programme=found.programme,
        owner=party(found.owner, view.names),
        as_of_block=found.block,
        as_of=moment(found.time),
        issued=report.total("issued"),
        pending=report.total("pending"),
        available=report.total("available"),
        redeemed=report.total("redeemed"),
        expired=report.total("expired"),
        clawed_back=report.total("clawed_back"),
        owed=report.owed,
        outstanding=report.outstanding,
        lapsed=report.lapsed,
        difference=report.difference,
        currency=report.currency,
        face_value=report.face_value,
        contract=_contract(found),
        cohorts=_cohorts(found),
        expiries=expiries(found),
        channels=[
            ChannelAnswer(channel=channel, issued=each.issued, redeemed=each.redeemed)
            for channel, each in report.channels.items()
        ],
        settlement=settlement(found, view),
    )


def _contract(found: LiabilityReport) -> ContractAnswer | None:
    contract = found.report.contract
    if contract is None:
        return None
    return ContractAnswer(
        currency=contract.currency,
        price=contract.price,
        goods=contract.allocation.goods,
        points=contract.allocation.points,
        expected_points=float(contract.expected_points),
        revenue=contract.revenue,
        liability=contract.liability,
    )


def _cohorts(found: LiabilityReport) -> list[CohortAnswer]:
    return [
        CohortAnswer(
            begins=moment(each.quarter * QUARTER),
            issued=each.issued,
            pending=each.pending,
            available=each.available,
            redeemed=each.redeemed,
            expired=each.expired,
            clawed_back=each.clawed_back,
            became_owed=each.became_owed,
            recovered=each.recovered,
        )
        for each in found.report.cohorts
    ]


def expiries(found: LiabilityReport) -> list[ExpiryAnswer]:
    """When points expire, the next first."""
    return [
        ExpiryAnswer(lapses=moment(each.lapses), available=each.available, pending=each.pending)
        for each in found.report.expiries
    ]


def settlement(found: LiabilityReport, view: View) -> SettlementAnswer:
    """Who owes whom."""

    def named(org: OrgId) -> Party:
        return party(org, view.names)

    settled = found.report.settlement
    return SettlementAnswer(
        programme=found.programme,
        as_of_block=found.block,
        currency=found.report.currency,
        spent=[
            SpentAnswer(issuer=named(issuer), spent_at=named(place), points=points)
            for (issuer, place), points in found.report.spent_at.items()
            if points
        ],
        debts=[
            DebtAnswer(debtor=named(n.debtor), creditor=named(n.creditor), amount=n.amount)
            for n in (settled.debts if settled else ())
        ],
        positions=[
            PositionAnswer(organisation=named(org), amount=amount)
            for org, amount in (settled.positions.items() if settled else ())
        ],
    )
