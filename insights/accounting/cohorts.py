"""What became of points, by the quarter in which they became available: the book of the reports.

It follows the same fold as the mirror and the contract (`ledger.history`) and notes on the way of
which quarter, and of which issuer's, the points were that somebody spent, lost or gave back.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ledger.earnings import LIFE, earning_of_receipt, earning_of_unit, quarter_of
from ledger.events import (
    Logged,
    PointsAwarded,
    PointsClaimed,
    PointsClawedBack,
    PointsCompensated,
    PointsExpired,
    PointsRedeemed,
    PointsSettled,
    RedemptionCancelled,
)
from ledger.history import Account, State, accounts
from ledger.vocabulary import Address, DocumentHash, Id, OrgId, Seconds

Issuer = Callable[[Id, int], OrgId]
"""Who issued a unit, by its lot and index."""


@dataclass(slots=True)
class Cohort:
    """The points that became, or will become, available in one quarter. ``became_owed`` were
    clawed back after they were spent, ``recovered`` paid what was owed of other quarters.
    """

    quarter: int
    issued: int = 0
    pending: int = 0
    available: int = 0
    redeemed: int = 0
    expired: int = 0
    clawed_back: int = 0
    became_owed: int = 0
    recovered: int = 0

    @property
    def difference(self) -> int:
        """Zero, or a point was lost or made."""
        where = self.pending + self.available + self.redeemed + self.expired + self.clawed_back
        return where + self.recovered - self.became_owed - self.issued


@dataclass(frozen=True, slots=True)
class _Part:
    issuer: OrgId
    points: int


@dataclass
class Book:
    """The cohorts of a programme, and whose points were spent where."""

    owner: OrgId
    issuer_of: Issuer
    cohorts: dict[int, Cohort] = field(default_factory=dict)
    redeemed: dict[tuple[OrgId, OrgId], int] = field(default_factory=lambda: defaultdict(int))
    """(who issued, where they were spent) -> points."""
    _state: State = field(default_factory=State)
    _issuers: dict[DocumentHash, OrgId] = field(default_factory=dict)
    _lots: dict[tuple[Address, int], deque[_Part]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    _spent: dict[tuple[Address, DocumentHash], list[tuple[int, _Part]]] = field(
        default_factory=dict
    )

    def cohort(self, quarter: int) -> Cohort:
        """The cohort of a quarter."""
        return self.cohorts.setdefault(quarter, Cohort(quarter))

    def note(self, logged: Logged) -> None:
        """Writes one event into the book."""
        event = logged.event
        before = self._account(event, logged.time)
        self._state.apply(event, logged.time)
        match event:
            case PointsClaimed():
                earning = earning_of_unit(event.lot, event.index)
                self._issued(event, earning, self.issuer_of(event.lot, event.index))
            case PointsAwarded():
                self._issued(event, earning_of_receipt(event.org, event.receipt), event.org)
            case PointsCompensated():
                self.cohort(event.quarter).issued += event.points
                self._credit(event, self.owner)
            case PointsSettled():
                self.cohort(event.quarter).pending -= event.points
                self._credit(event, self._issuers[event.earning])
            case PointsExpired():
                cohort = self.cohort(event.quarter)
                cohort.available -= event.points
                cohort.expired += event.points
                self._take(event.member, event.quarter, event.points)
            case PointsClawedBack():
                self._clawed_back(event, before, self._account(event, logged.time))
            case PointsRedeemed():
                self._redeemed(event, before, self._account(event, logged.time))
            case RedemptionCancelled():
                self._cancelled(event, before, self._account(event, logged.time))

    # --- coming in ---

    def _issued(
        self, event: PointsClaimed | PointsAwarded, earning: DocumentHash, issuer: OrgId
    ) -> None:
        cohort = self.cohort(quarter_of(event.available_from))
        cohort.issued += event.points
        cohort.pending += event.points
        self._issuers[earning] = issuer

    def _credit(self, event: PointsSettled | PointsCompensated, issuer: OrgId) -> None:
        cohort, kept = self.cohort(event.quarter), event.points - event.recovered
        cohort.available += kept
        cohort.recovered += event.recovered
        self._lots[event.member, event.quarter].append(_Part(issuer, kept))

    # --- going out ---

    def _redeemed(self, event: PointsRedeemed, before: Account, after: Account) -> None:
        spent: list[tuple[int, _Part]] = []
        for quarter, points in _less(before, after):
            cohort = self.cohort(quarter)
            cohort.available -= points
            cohort.redeemed += points
            spent += [(quarter, part) for part in self._take(event.member, quarter, points)]
        for _, part in spent:
            self.redeemed[part.issuer, event.org] += part.points
        self._spent[event.member, event.redemption] = spent

    def _cancelled(self, event: RedemptionCancelled, before: Account, after: Account) -> None:
        gained = dict(_less(after, before))
        for quarter, part in self._spent.pop((event.member, event.redemption)):
            self.redeemed[part.issuer, event.org] -= part.points
            cohort = self.cohort(quarter)
            cohort.redeemed -= part.points
            if accounts.is_over(quarter, after.quarter):
                cohort.expired += part.points
                continue
            kept = min(part.points, gained.get(quarter, 0))
            gained[quarter] = gained.get(quarter, 0) - kept
            cohort.available += kept
            cohort.recovered += part.points - kept
            self._lots[event.member, quarter].appendleft(_Part(part.issuer, kept))

    def _clawed_back(self, event: PointsClawedBack, before: Account, after: Account) -> None:
        known = self._state.earnings.get((event.programme, event.earning))
        quarter = quarter_of(known.available_from) if known is not None else 0
        own = self.cohort(quarter)
        own.pending -= event.pending
        own.clawed_back += event.pending + event.owed
        own.became_owed += event.owed
        if event.pending:
            return
        for each, points in _less(before, after):
            cohort = self.cohort(each)
            cohort.available -= points
            cohort.clawed_back += points
            self._take(event.member, each, points, self._issuers[event.earning])

    def _take(
        self, member: Address, quarter: int, points: int, first: OrgId | None = None
    ) -> list[_Part]:
        """Points of a member, those that came first before others; ``first``: of this issuer."""
        lots = self._lots[member, quarter]
        if first is not None:
            lots = deque(sorted(lots, key=lambda part: part.issuer != first))
            self._lots[member, quarter] = lots
        taken: list[_Part] = []
        while points and lots:
            part = lots.popleft()
            drawn = min(part.points, points)
            points -= drawn
            taken.append(_Part(part.issuer, drawn))
            if part.points > drawn:
                lots.appendleft(_Part(part.issuer, part.points - drawn))
        return taken

    def _account(self, event: object, time: Seconds) -> Account:
        programme, member = getattr(event, "programme", 0), getattr(event, "member", b"")
        known = self._state.accounts.get((programme, Address(member)))
        return accounts.present(known, quarter_of(time))


def book(events: Iterable[Logged], owner: OrgId, issuer_of: Issuer) -> Book:
    """The book of a programme from all its events in chain order."""
    made = Book(owner, issuer_of)
    for logged in events:
        made.note(logged)
    return made


def _less(before: Account, after: Account) -> list[tuple[int, int]]:
    """By how much an account has less than before, by quarter, the oldest first."""
    newest = max(before.quarter, after.quarter)
    quarters = (newest - age for age in reversed(range(LIFE)))
    less = ((each, before.points[each & 3] - after.points[each & 3]) for each in quarters)
    return [(each, points) for each, points in less if points > 0]
