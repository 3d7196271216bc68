"""What a programme owes: where its points are, when they expire, what they are in money, and who of
its partners owes whom.

Pure: everything follows from the events of the programme up to a block, its rules, and what the
tills say of prices and channels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from insights.accounting.cohorts import Book, Cohort
from insights.accounting.ifrs15 import Allocation, allocate, earned_so_far, expected
from insights.accounting.settlement import Settlement, settle
from ledger.earnings import lapse_of, quarter_of
from ledger.events import (
    Logged,
    PointsAwarded,
    PointsClaimed,
    PointsCompensated,
    PointsRedeemed,
    RedemptionCancelled,
)
from ledger.history import accounts
from ledger.programme_rules import ProgrammeRules
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds

OTHER = "other"
"""The channel of what happened in none, or elsewhere than here."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """Points that are good until before ``lapses``: available now, and pending that will be."""

    quarter: int
    lapses: Seconds
    available: int
    pending: int


@dataclass(frozen=True, slots=True)
class Contract:
    """IFRS 15 in minor units of ``currency``: what was paid, what of it falls on goods and points,
    how many points are expected to be spent in all, what is revenue so far and what is owed.
    """

    currency: str
    price: int
    allocation: Allocation
    expected_points: Fraction
    revenue: int
    liability: int


@dataclass(frozen=True, slots=True)
class ChannelTotals:
    """Points that were issued, and spent, in a channel; what was cancelled is not spent."""

    issued: int
    redeemed: int


@dataclass(frozen=True, slots=True)
class Liability:
    """The report. ``lapsed`` points have expired and no act has written it down yet;
    ``face_value`` is what the outstanding ones would be worth if all were spent, None where the
    rules say nothing of their value.
    """

    cohorts: tuple[Cohort, ...]
    expiries: tuple[Expiry, ...]
    lapsed: int
    owed: int
    face_value: int | None
    currency: str | None
    contract: Contract | None
    settlement: Settlement | None
    spent_at: Mapping[tuple[OrgId, OrgId], int]
    channels: Mapping[str, ChannelTotals]

    def total(self, name: str) -> int:
        """The sum of a column of the cohorts."""
        return sum(int(getattr(each, name)) for each in self.cohorts)

    @property
    def outstanding(self) -> int:
        """Points that may still be spent."""
        return sum(each.available + each.pending for each in self.expiries)

    @property
    def difference(self) -> int:
        """Zero, or a point was lost or made."""
        return sum(each.difference for each in self.cohorts)


def liability(
    book: Book,
    now: Seconds,
    *,
    rules: ProgrammeRules | None = None,
    paid: Mapping[str, int] | None = None,
    channels: Mapping[str, ChannelTotals] | None = None,
) -> Liability:
    """The report at a time. ``paid`` is by currency, in minor units."""
    cohorts = tuple(book.cohorts[each] for each in sorted(book.cohorts))
    expiries, lapsed = _calendar(cohorts, quarter_of(now))
    value = rules.point_value if rules else None
    worth = Fraction(value.amount, value.points) if value else None
    outstanding = sum(each.available + each.pending for each in expiries)
    return Liability(
        cohorts=cohorts,
        expiries=expiries,
        lapsed=lapsed,
        owed=sum(each.became_owed - each.recovered for each in cohorts),
        face_value=round(outstanding * worth) if worth is not None else None,
        currency=value.currency if value else None,
        contract=_contract(cohorts, rules, worth, paid or {}),
        settlement=settle(book.redeemed, worth) if worth is not None else None,
        spent_at=dict(sorted(book.redeemed.items())),
        channels=dict(channels or {}),
    )


def _calendar(cohorts: Sequence[Cohort], current: int) -> tuple[tuple[Expiry, ...], int]:
    good = [each for each in cohorts if not accounts.is_over(each.quarter, current)]
    over = [each for each in cohorts if accounts.is_over(each.quarter, current)]
    calendar = tuple(
        Expiry(each.quarter, Seconds(lapse_of(each.quarter)), each.available, each.pending)
        for each in good
        if each.available or each.pending
    )
    return calendar, sum(each.available + each.pending for each in over)


def _contract(
    cohorts: Sequence[Cohort],
    rules: ProgrammeRules | None,
    worth: Fraction | None,
    paid: Mapping[str, int],
) -> Contract | None:
    """None without a value, an expectation, or anything paid in the currency of the value."""
    if rules is None or rules.point_value is None or worth is None:
        return None
    currency, share = rules.point_value.currency, rules.expected_redemption
    price = paid.get(currency, 0)
    if share is None or not price:
        return None
    kept = sum(each.issued - each.clawed_back for each in cohorts)
    redeemed = sum(each.redeemed - each.became_owed for each in cohorts)
    expectation = expected(max(kept, 0), share)
    allocation = allocate(price, price, expectation * worth)
    revenue = earned_so_far(allocation.points, max(redeemed, 0), expectation)
    owed = allocation.points - revenue
    return Contract(currency, price, allocation, expectation, revenue, owed)


def by_channel(
    events: Iterable[Logged],
    claims: Mapping[tuple[Id, int], str],
    receipts: Mapping[DocumentHash, str],
    redemptions: Mapping[DocumentHash, str],
) -> dict[str, ChannelTotals]:
    """What was issued and spent in each channel; the sums over all are those of the whole."""
    sums: dict[str, list[int]] = {}

    def add(channel: str, place: int, points: int) -> None:
        sums.setdefault(channel, [0, 0])[place] += points

    for logged in events:
        match logged.event:
            case PointsClaimed() as event:
                add(claims.get((event.lot, event.index), OTHER), 0, event.points)
            case PointsAwarded() as event:
                add(receipts.get(event.receipt, OTHER), 0, event.points)
            case PointsCompensated() as event:
                add(claims.get((event.lot, event.index), OTHER), 0, event.points)
            case PointsRedeemed() as event:
                add(redemptions.get(event.redemption, OTHER), 1, event.points)
            case RedemptionCancelled() as event:
                back = event.restored + event.expired
                add(redemptions.get(event.redemption, OTHER), 1, -back)
    return {channel: ChannelTotals(*both) for channel, both in sorted(sums.items())}
