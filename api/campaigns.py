"""Campaigns: read from what is kept, asked for a bonus, and judged by what came of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Connection

from api.services import Services
from indexer.queries.loyalty.members import earned_by
from insights.campaigns import (
    Bonus,
    Purchase,
    Segment,
    Uplift,
    belongs,
    bonus_for,
    in_control,
    uplift,
)
from ledger.programme_rules import Earned, ProgrammeRules, tier_of
from ledger.vocabulary import Address, Seconds
from records import campaigns, spending
from records.campaigns import WHOLE, Campaign
from records.secret_files import secret

YEAR = 365 * 86_400
"""So long before a campaign begins counts what its members had spent."""


@dataclass(frozen=True)
class Plan:
    """A campaign with its rule read, and the key that decides about groups."""

    campaign: Campaign
    key: bytes

    @cached_property
    def segment(self) -> Segment:
        """Whom it is for."""
        return Segment(**json.loads(self.campaign.segment))

    @cached_property
    def bonus(self) -> Bonus:
        """What it gives."""
        told = json.loads(self.campaign.bonus)
        return Bonus(int(told.get("points", 0)), Decimal(told.get("multiplier", "1")))

    def controls(self, card: str) -> bool:
        """Whether a member is in the group that gets nothing."""
        share = Decimal(self.campaign.control) / WHOLE
        return in_control(self.key, self.campaign.id, card, share)

    @property
    def end(self) -> Seconds:
        """When it ended or will end."""
        return min(self.campaign.ends, self.campaign.stopped or self.campaign.ends)


def plan_of(services: Services, campaign: Campaign) -> Plan:
    """A campaign with the key of this installation."""
    return Plan(campaign, secret(services.settings.keys_dir, "campaigns"))


def segment_text(segment: Segment) -> str:
    """A segment as it is kept."""
    return json.dumps({name: value for name, value in asdict(segment).items() if value is not None})


def bonus_text(bonus: Bonus) -> str:
    """A bonus as it is kept."""
    return json.dumps({"points": bonus.points, "multiplier": str(bonus.multiplier)})


def campaign_bonus(
    services: Services,
    records: Connection,
    mirror: Connection,
    rules: ProgrammeRules | None,
    member: tuple[str, Address],
    programme: int,
    purchase: Purchase,
) -> list[tuple[Campaign, int]]:
    """The bonuses that a purchase of a member gets now, by campaign: never of one whose control
    group the member is in.
    """
    card, address = member
    found: list[tuple[Campaign, int]] = []
    for campaign in campaigns.running(records, programme, services.now()):
        plan = plan_of(services, campaign)
        points = bonus_for(plan.segment, plan.bonus, purchase)
        if not points or plan.controls(card):
            continue
        if _belongs(plan, records, mirror, rules, card, address):
            found.append((campaign, points))
    return found


def _belongs(
    plan: Plan,
    records: Connection,
    mirror: Connection,
    rules: ProgrammeRules | None,
    card: str,
    address: Address,
) -> bool:
    start, programme = plan.campaign.starts, plan.campaign.programme
    spent, tier = 0, None
    if plan.segment.spent is not None:
        before = Seconds(start - YEAR)
        spent = spending.spent(records, programme, before, start, card).get(card, 0)
    if plan.segment.tier is not None:
        tier = _tier(rules, mirror, programme, address, start)
    return belongs(plan.segment, tier=tier, spent=spent)


def _tier(
    rules: ProgrammeRules | None,
    mirror: Connection,
    programme: int,
    address: Address,
    at: Seconds,
) -> str | None:
    """The name of a member's tier when a campaign began, in English where it has one."""
    if rules is None:
        return None
    found = tier_of(rules, [Earned(*each) for each in earned_by(mirror, programme, address)], at)
    return None if found is None else found.name.get("en") or next(iter(found.name.values()))


def effect_of(
    plan: Plan, records: Connection, mirror: Connection, rules: ProgrammeRules | None, now: Seconds
) -> Uplift:
    """What a campaign did so far: spending of the members of both groups since it began, in minor
    units, whether or not they bought anything.
    """
    campaign = plan.campaign
    end = min(plan.end, now)
    since = spending.spent(records, campaign.programme, campaign.starts, end)
    before = spending.spent(
        records, campaign.programme, Seconds(campaign.starts - YEAR), campaign.starts
    )
    groups: dict[bool, list[float]] = {True: [], False: []}
    for card, address in spending.joined_before(records, end):
        tier = None
        if plan.segment.tier is not None:
            tier = _tier(rules, mirror, campaign.programme, Address(address), campaign.starts)
        if belongs(plan.segment, tier=tier, spent=before.get(card, 0)):
            groups[plan.controls(card)].append(float(since.get(card, 0)))
    return uplift(groups[False], groups[True])
