"""The rules of a loyalty programme: what a purchase earns, what points are worth, which tiers.

The rules are a document that its programme points to by hash, so that a member can show what was
promised. All sums of money are whole numbers of the currency's smallest part. What comes out with a
fraction of a point is rounded down, once, at the end: ``rounding`` says so.

    {"format": "lotmark/programme/1",
     "name": {"en": "Green points", "zh": "绿点"},
     "rounding": "floor",
     "earn": [{"currency": "EUR", "amount": 100, "points": 5, "minimum": 500},
              {"currency": "EUR", "channel": "online", "amount": 100, "points": 6}],
     "point_value": {"currency": "EUR", "amount": 1, "points": 1},
     "expected_redemption": "0.95",
     "tiers": {"days": 365, "levels": [{"name": {"en": "Silver", "zh": "银卡"}, "from": 1000,
                                        "multiplier": "1.25"}]},
     "referral": {"referrer": 200, "referred": 100, "minimum": 1000},
     "terms": {"en": "Five points for each euro."}}

A document without any of these is a text for people, as older programmes have: nothing is worked
out from it.
"""

from ledger.programme_rules.earning import points_for, worth_of
from ledger.programme_rules.model import (
    CHANNELS,
    FORMAT,
    Channel,
    Earn,
    PointValue,
    ProgrammeRules,
    Referral,
    Tier,
    Tiers,
)
from ledger.programme_rules.reading import read_rules, rules_in, states_rules
from ledger.programme_rules.tiers import Earned, Standing, multiplier_of, standing, tier_of

__all__ = [
    "CHANNELS",
    "FORMAT",
    "Channel",
    "Earn",
    "Earned",
    "PointValue",
    "ProgrammeRules",
    "Referral",
    "Standing",
    "Tier",
    "Tiers",
    "multiplier_of",
    "points_for",
    "read_rules",
    "rules_in",
    "standing",
    "states_rules",
    "tier_of",
    "worth_of",
]
