"""Campaigns: what one may ask for, and what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StrictInt, StringConstraints, model_validator

from api.campaigns import Plan
from api.schemas.common import Answer, moment, moment_or_none
from api.schemas.requests import Expiry, Request, Short
from insights.campaigns import Uplift
from ledger.earnings import MOST_POINTS
from records.campaigns import WHOLE

_LARGEST_SUM = 10**15
Money = Annotated[
    StrictInt, Field(ge=0, le=_LARGEST_SUM, description="Minor units of the currency.")
]
Points = Annotated[StrictInt, Field(ge=1, le=MOST_POINTS)]


class SegmentIn(Request):
    """Whom a campaign is for. What is left out does not matter."""

    tier: Short | None = Field(None, description="Name of a tier when it begins.")
    spent: Money | None = Field(None, description="Paid at least, in the year before it begins.")
    channel: Annotated[str, StringConstraints(pattern=r"^(store|online)$")] | None = None
    product: Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")] | None = Field(
        None, description="GTIN-14 of which something must be bought."
    )
    purchase: Money | None = Field(None, description="Sum of the purchase at least.")


class BonusIn(Request):
    """Points a purchase, or times what the purchase earns: one of them."""

    points: Points | None = None
    multiplier: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}(\.[0-9]{1,4})?$")] | None = (
        Field(None, examples=["2"])
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.points is None) == (self.multiplier is None):
            raise ValueError("one of points and multiplier is needed")
        return self


class NewCampaign(Request):
    """A campaign in a programme of one's own: it never gives more than its budget."""

    programme: StrictInt = Field(ge=1, le=2**32 - 1)
    name: Short
    segment: SegmentIn = SegmentIn()
    bonus: BonusIn
    budget: Points
    starts: Expiry | None = Field(None, description="Now, without.")
    ends: Expiry
    control_percent: StrictInt = Field(
        10, ge=0, le=90, description="Of the members, who get nothing, so that the effect shows."
    )


class Stop(Request):
    """Ends a campaign now."""


class Campaign(Answer):
    """A campaign, and what is left of its budget."""

    campaign: int
    programme: int
    name: str
    segment: dict[str, str | int]
    bonus: dict[str, str | int]
    budget: int
    spent: int
    left: int
    starts: datetime
    ends: datetime
    stopped: datetime | None
    control_percent: float


class Effect(Answer):
    """Spending of both groups since the campaign began, in minor units a member, and the difference
    with its interval of 95 % (Welch). `verdict`: `too_few`, `no_effect`, `more` or `less`.
    """

    treated: int
    control: int
    mean_treated: float
    mean_control: float
    difference: float
    low: float
    high: float
    verdict: str


class CampaignReport(Answer):
    """What a campaign cost and did so far."""

    campaign: Campaign
    effect: Effect


def campaign(plan: Plan) -> Campaign:
    """A campaign."""
    found = plan.campaign
    segment, bonus = plan.segment, plan.bonus
    said = {
        "tier": segment.tier,
        "spent": segment.spent,
        "channel": segment.channel,
        "product": segment.product,
        "purchase": segment.purchase,
    }
    return Campaign(
        campaign=found.id,
        programme=found.programme,
        name=found.name,
        segment={name: value for name, value in said.items() if value is not None},
        bonus={"points": bonus.points} if bonus.points else {"multiplier": str(bonus.multiplier)},
        budget=found.budget,
        spent=found.spent,
        left=found.left,
        starts=moment(found.starts),
        ends=moment(found.ends),
        stopped=moment_or_none(found.stopped),
        control_percent=found.control * 100 / WHOLE,
    )


def report(plan: Plan, effect: Uplift) -> CampaignReport:
    """What a campaign did."""
    return CampaignReport(
        campaign=campaign(plan),
        effect=Effect(
            treated=effect.treated,
            control=effect.control,
            mean_treated=effect.mean_treated,
            mean_control=effect.mean_control,
            difference=effect.difference,
            low=effect.low,
            high=effect.high,
            verdict=effect.verdict,
        ),
    )
