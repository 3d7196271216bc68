"""Events of the contract Loyalty."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.doors import ActEvent
from ledger.events.fields import (
    HashField,
    IndexedAddress,
    IndexedHash,
    IndexedId,
    IndexedOrg,
    IndexedUint32,
    OrgField,
    Points,
    SecondsField,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
)


class LoyaltyEvent(ActEvent):
    """An event of the contract Loyalty. Members are addresses of keys that stand for nobody."""

    contract = "Loyalty"
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ProgrammeOpened(LoyaltyEvent):
    """A programme may issue ``budget`` points, ``daily_cap`` of them a day (UTC), by the rules with
    this hash; what is earned is pending for ``return_window`` seconds.
    """

    programme: IndexedUint32
    org: IndexedOrg
    rules: HashField
    budget: Points
    daily_cap: Points
    return_window: Uint32


@dataclass(frozen=True, slots=True)
class ProgrammeFunded(LoyaltyEvent):
    """A programme may issue so many points more."""

    programme: IndexedUint32
    points: Points


@dataclass(frozen=True, slots=True)
class ProgrammeChanged(LoyaltyEvent):
    """A programme has other rules from now on; what was earned before keeps its own."""

    programme: IndexedUint32
    rules: HashField
    daily_cap: Points
    return_window: Uint32


@dataclass(frozen=True, slots=True)
class ProgrammeClosed(LoyaltyEvent):
    """Nothing more is earned in a programme. What was earned stays good."""

    programme: IndexedUint32


@dataclass(frozen=True, slots=True)
class PartnerSet(LoyaltyEvent):
    """What another organisation may do in a programme (`ledger.vocabulary.PartnerRight`)."""

    programme: IndexedUint32
    partner: IndexedOrg
    rights: Uint8


@dataclass(frozen=True, slots=True)
class EarningOpened(LoyaltyEvent):
    """Each unit of an issue earns so many points, if claimed before ``closes`` (0: no end)."""

    programme: IndexedUint32
    lot: IndexedId
    issue: IndexedUint32
    points: Points
    closes: SecondsField


@dataclass(frozen=True, slots=True)
class PointsClaimed(LoyaltyEvent):
    """A member earned points with a unit's code; pending until ``available_from``."""

    programme: IndexedUint32
    member: IndexedAddress
    lot: IndexedId
    index: Uint64
    points: Points
    available_from: SecondsField
    rules: HashField


@dataclass(frozen=True, slots=True)
class PointsAwarded(LoyaltyEvent):
    """A member earned points with a receipt of an organisation; pending until
    ``available_from``.
    """

    programme: IndexedUint32
    member: IndexedAddress
    receipt: IndexedHash
    org: OrgField
    points: Points
    available_from: SecondsField
    rules: HashField


@dataclass(frozen=True, slots=True)
class PointsCompensated(LoyaltyEvent):
    """The member who claimed a unit got points because its lot was recalled, available at once, of
    this quarter; ``recovered`` of them paid what it owed.
    """

    programme: IndexedUint32
    member: IndexedAddress
    lot: IndexedId
    index: Uint64
    points: Points
    recovered: Points
    quarter: Uint16


@dataclass(frozen=True, slots=True)
class PointsSettled(LoyaltyEvent):
    """Points that were pending are available, in the quarter they became so; ``recovered`` of them
    paid what the member owed.
    """

    programme: IndexedUint32
    member: IndexedAddress
    earning: IndexedHash
    points: Points
    recovered: Points
    quarter: Uint16


@dataclass(frozen=True, slots=True)
class PointsExpired(LoyaltyEvent):
    """Points of a quarter were not spent in time."""

    programme: IndexedUint32
    member: IndexedAddress
    quarter: Uint16
    points: Points


@dataclass(frozen=True, slots=True)
class PointsClawedBack(LoyaltyEvent):
    """Points of an earning were taken back because of a return: ``pending`` of them before they
    were available, ``owed`` of them to be recovered from what is earned later, the rest from the
    member's balance.
    """

    programme: IndexedUint32
    member: IndexedAddress
    earning: IndexedHash
    points: Points
    pending: Points
    owed: Points


@dataclass(frozen=True, slots=True)
class PointsRedeemed(LoyaltyEvent):
    """A member spent points at an organisation, the oldest first."""

    programme: IndexedUint32
    member: IndexedAddress
    redemption: IndexedHash
    org: OrgField
    points: Points


@dataclass(frozen=True, slots=True)
class RedemptionCancelled(LoyaltyEvent):
    """A redemption was undone: ``restored`` points have their first expiry again, ``recovered`` of
    them paid what the member owed, and ``expired`` had expired meanwhile.
    """

    programme: IndexedUint32
    member: IndexedAddress
    redemption: IndexedHash
    org: OrgField
    restored: Points
    recovered: Points
    expired: Points
