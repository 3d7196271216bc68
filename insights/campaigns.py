"""Campaigns: who is in the group that gets nothing more, and what the others bought because of it.

A member's group follows from a keyed hash of campaign and card: the same whenever it is asked,
known beforehand to nobody without the key, and independent of every other campaign. What a
campaign did is the difference between the means of all members of both groups, whether they bought
anything or not: who got a bonus chose to buy, so comparing only buyers would praise any campaign.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from statistics import NormalDist, fmean, variance
from typing import Literal

SMALLEST_GROUP = 10
"""Members of each group below which nothing is said: no number stands for a few people."""
CONFIDENCE = 0.95
Verdict = Literal["too_few", "no_effect", "more", "less"]


@dataclass(frozen=True, slots=True)
class Segment:
    """Whom and which purchases a campaign is for. None: no matter. ``tier`` is the name of a tier
    in English, ``spent`` what a member had paid in the year before it began; ``purchase`` the
    least sum of a purchase, ``product`` a GTIN of which something must be bought.
    """

    tier: str | None = None
    spent: int | None = None
    channel: str | None = None
    product: str | None = None
    purchase: int | None = None


@dataclass(frozen=True, slots=True)
class Bonus:
    """Either so many points a purchase, or so many times what the purchase earns."""

    points: int = 0
    multiplier: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Purchase:
    """What decides about a bonus: sum, channel, GTINs, and what the purchase earns by the rules."""

    total: int
    channel: str
    products: frozenset[str]
    points: int


@dataclass(frozen=True, slots=True)
class Uplift:
    """How much more a member of the group that got the bonus spent than one of the control group,
    with its interval of 95 % (Welch). The numbers are 0 where the groups are too small.
    """

    treated: int
    control: int
    mean_treated: float
    mean_control: float
    difference: float
    low: float
    high: float
    verdict: Verdict


def in_control(key: bytes, campaign: int, card: str, share: Decimal) -> bool:
    """Whether a member is in the control group of a campaign; ``share`` of all are, 0 to 1."""
    digest = hmac.new(key, f"lotmark/campaign/{campaign}/{card}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") < int(share * 2**64)


def belongs(segment: Segment, *, tier: str | None, spent: int) -> bool:
    """Whether a member is of a segment, by what was true of it when the campaign began."""
    if segment.tier is not None and tier != segment.tier:
        return False
    return segment.spent is None or spent >= segment.spent


def bonus_for(segment: Segment, bonus: Bonus, purchase: Purchase) -> int:
    """The points that a purchase of a member of the segment gets on top; rounded down."""
    if segment.channel is not None and purchase.channel != segment.channel:
        return 0
    if segment.product is not None and segment.product not in purchase.products:
        return 0
    if segment.purchase is not None and purchase.total < segment.purchase:
        return 0
    return bonus.points + int(purchase.points * (bonus.multiplier - 1))


def uplift(treated: Sequence[float], control: Sequence[float]) -> Uplift:
    """The difference of two groups' means with its interval, variances unequal (Welch 1947)."""
    sizes = (len(treated), len(control))
    if min(sizes) < SMALLEST_GROUP:
        return Uplift(*sizes, 0.0, 0.0, 0.0, 0.0, 0.0, "too_few")
    means = (fmean(treated), fmean(control))
    parts = (variance(treated) / sizes[0], variance(control) / sizes[1])
    difference, error = means[0] - means[1], sqrt(sum(parts))
    reach = _quantile(_freedom(parts, sizes)) * error if error else 0.0
    low, high = difference - reach, difference + reach
    verdict: Verdict = "more" if low > 0 else "less" if high < 0 else "no_effect"
    return Uplift(*sizes, *means, difference, low, high, verdict)


def _freedom(parts: tuple[float, float], sizes: tuple[int, int]) -> float:
    """Degrees of freedom (Welch-Satterthwaite); never fewer than the smaller group has."""
    below = sum(part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True))
    return sum(parts) ** 2 / below


def _quantile(freedom: float) -> float:
    """Student's t for `CONFIDENCE`, both sides (Abramowitz and Stegun 26.7.5): to four digits from
    9 degrees of freedom on, which the smallest group guarantees.
    """
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))
