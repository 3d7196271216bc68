"""Tiers: a function of what a member earned when, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ledger.programme_rules.model import ProgrammeRules, Tier
from ledger.vocabulary import Seconds

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Earned:
    """Points that a member earned at a time, less what was taken back."""

    time: Seconds
    points: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands: the tier it has, what it earned in the period, and the next tier with
    what is missing to it.
    """

    tier: Tier | None
    earned: int
    following: Tier | None
    missing: int


def standing(rules: ProgrammeRules, history: Iterable[Earned], now: Seconds) -> Standing:
    """Where a member stands at a time."""
    if rules.tiers is None:
        return Standing(None, 0, None, 0)
    since = now - rules.tiers.days * _DAY
    earned = sum(each.points for each in history if since < each.time <= now)
    reached = [level for level in rules.tiers.levels if level.from_points <= earned]
    following = next((n for n in rules.tiers.levels if n.from_points > earned), None)
    missing = following.from_points - earned if following else 0
    return Standing(reached[-1] if reached else None, earned, following, missing)


def tier_of(rules: ProgrammeRules, history: Iterable[Earned], now: Seconds) -> Tier | None:
    """The tier that a member has at a time, or None."""
    return standing(rules, history, now).tier


def multiplier_of(rules: ProgrammeRules, history: Iterable[Earned], now: Seconds) -> Decimal:
    """By how much more a member's purchase earns at a time."""
    tier = tier_of(rules, history, now)
    return tier.multiplier if tier else Decimal(1)
