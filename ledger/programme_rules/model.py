"""What a programme's rules say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

FORMAT = "lotmark/programme/1"
Channel = Literal["store", "online"]
CHANNELS: tuple[Channel, ...] = ("store", "online")


@dataclass(frozen=True, slots=True)
class Earn:
    """``points`` for each ``amount`` spent, of purchases of at least ``minimum``; in one channel,
    or in all that no other rule names.
    """

    currency: str
    amount: int
    points: int
    channel: Channel | None = None
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class PointValue:
    """``points`` are worth ``amount`` when they are spent."""

    currency: str
    amount: int
    points: int


@dataclass(frozen=True, slots=True)
class Tier:
    """A level: its name by language, the points from which it begins, and by how much more a
    purchase earns in it.
    """

    name: Mapping[str, str]
    from_points: int
    multiplier: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Tiers:
    """Levels by what was earned within the last ``days``, the lowest first."""

    days: int
    levels: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Referral:
    """What both get when a member whom another has brought makes a first purchase of at least
    ``minimum`` and keeps it. A member is rewarded for at most ``monthly_cap`` others a month.
    """

    referrer: int
    referred: int
    minimum: int = 0
    monthly_cap: int | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeRules:
    """The rules of a programme. ``expected_redemption`` is the share of all points of which its
    owner expects that they will be spent, 0 to 1 (IFRS 15, B46); None where it says nothing.
    """

    name: Mapping[str, str] | None = None
    earn: tuple[Earn, ...] = ()
    point_value: PointValue | None = None
    expected_redemption: Decimal | None = None
    tiers: Tiers | None = None
    referral: Referral | None = None
    terms: Mapping[str, str] | None = None
