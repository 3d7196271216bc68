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

__all__ = [
    "AccountView",
    "EarningView",
    "OpeningView",
    "PartnerView",
    "ProgrammeView",
    "RedemptionView",
    "TrialBalance",
    "account",
    "earnings",
    "opening",
    "openings",
    "partners",
    "programme",
    "programmes",
    "redemptions",
    "trial_balance",
]
