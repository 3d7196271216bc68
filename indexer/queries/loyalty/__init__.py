"""Loyalty: programmes, what members have in them, and whether the books balance."""

from indexer.queries.loyalty.balance import TrialBalance, trial_balance
from indexer.queries.loyalty.members import (
    AccountView,
    EarningView,
    RedemptionView,
    account,
    earnings,
    redemptions,
)
from indexer.queries.loyalty.programmes import (
    OpeningView,
    PartnerView,
    ProgrammeView,
    opening,
    openings,
    partners,
    programme,
    programmes,
)
from indexer.queries.loyalty.told import due, due_points, lapsed, redeemer, told_of_member

__all__ = [
    "AccountView",
    "EarningView",
    "OpeningView",
    "PartnerView",
    "ProgrammeView",
    "RedemptionView",
    "TrialBalance",
    "account",
    "due",
    "due_points",
    "earnings",
    "lapsed",
    "opening",
    "openings",
    "partners",
    "programme",
    "programmes",
    "redeemer",
    "redemptions",
    "told_of_member",
    "trial_balance",
]
