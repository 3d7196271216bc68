"""What a purchase earns, and what points are worth."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

from ledger.earnings import MOST_POINTS
from ledger.errors import InvalidInput
from ledger.programme_rules.model import Channel, Earn, ProgrammeRules


def points_for(
    rules: ProgrammeRules,
    total_minor: int,
    currency: str,
    *,
    channel: Channel = "store",
    multiplier: Decimal | Fraction | int = 1,
) -> int:
    """The points that a purchase earns; 0 where no rule says that it does.

    ``total_minor`` is what was paid, in the smallest part of the currency. The rule of the channel
    counts before the one for all channels.

    Raises:
        InvalidInput: the total or the multiplier is negative.
    """
    if total_minor < 0 or multiplier < 0:
        raise InvalidInput("a purchase is not negative", field="total")
    rule = _rule(rules, currency, channel)
    if rule is None or total_minor < rule.minimum:
        return 0
    exact = Fraction(total_minor * rule.points, rule.amount) * Fraction(multiplier)
    return min(floor(exact), MOST_POINTS)


def worth_of(rules: ProgrammeRules, points: int) -> tuple[int, str] | None:
    """What points are worth: whole smallest parts of a currency, rounded down; None where the rules
    say nothing.
    """
    value = rules.point_value
    return None if value is None else (points * value.amount // value.points, value.currency)


def _rule(rules: ProgrammeRules, currency: str, channel: Channel) -> Earn | None:
    fitting = [r for r in rules.earn if r.currency == currency and r.channel in (channel, None)]
    return max(fitting, key=lambda rule: rule.channel is not None, default=None)
