"""Campaigns: bonuses for some purchases of some members, and what they did."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from fastapi import Path
from sqlalchemy import Connection
from starlette.responses import Response

from api.acts import seconds
from api.campaigns import Plan, bonus_text, effect_of, plan_of, segment_text
from api.dependencies import Called, ReaderKey, View, Viewed
from api.recalls.answering import answered_once
from api.routes.recall_notices import OWN_PROBLEMS
from api.routes.recall_reach import SEEN_PROBLEMS
from api.routes.shared import (
    WRITE_PROBLEMS,
    After,
    Limit,
    cursor_parts,
    number_in,
    router,
)
from api.schemas import campaigns as answers
from api.schemas.common import Entries
from indexer.queries import loyalty
from insights.campaigns import Bonus, Segment
from ledger.errors import CommandInvalid, NotFound
from ledger.programme_rules import ProgrammeRules, rules_in
from ledger.refusals import refuse
from ledger.vocabulary import OrgId
from records import campaigns

routes = router("campaigns")
CampaignPath = Annotated[int, Path(ge=1, le=2**32 - 1, description="The campaign's number.")]
CHANGE_PROBLEMS = WRITE_PROBLEMS | SEEN_PROBLEMS
_OF_PERCENT = campaigns.WHOLE // 100


@routes.post(
    "/campaigns", status_code=201, responses=CHANGE_PROBLEMS, response_model=answers.Campaign
)
def open_campaign(body: answers.NewCampaign, view: Viewed, caller: Called) -> Response:
    """Opens a campaign. The owner of the programme."""
    _require_owner(view, body.programme, caller.org)
    now = view.services.now()
    starts = seconds(body.starts, "starts") if body.starts else now
    ends = seconds(body.ends, "ends")
    if ends <= max(starts, now):
        raise CommandInvalid("ends: it must end after it begins, and after now", field="ends")
    bonus = Bonus(body.bonus.points or 0, Decimal(body.bonus.multiplier or "1"))
    if not bonus.points and bonus.multiplier <= 1:
        raise CommandInvalid("bonus.multiplier must be more than 1", field="bonus.multiplier")

    def do(records: Connection) -> answers.Campaign:
        made = campaigns.add(
            records,
            caller.org,
            programme=body.programme,
            name=body.name,
            segment=segment_text(Segment(**body.segment.model_dump())),
            bonus=bonus_text(bonus),
            control=body.control_percent * _OF_PERCENT,
            budget=body.budget,
            starts=starts,
            ends=ends,
            now=now,
        )
        return answers.campaign(plan_of(view.services, made))

    return answered_once(view, caller, do, status=201)


@routes.get("/campaigns", responses=OWN_PROBLEMS)
def list_campaigns(
    view: Viewed, key: ReaderKey, after: After = None, limit: Limit = 50
) -> Entries[answers.Campaign]:
    """One's own campaigns, the oldest first."""
    parts = cursor_parts(after, 1)
    start = number_in(parts[0]) if parts else 0
    found = campaigns.campaigns(view.records, key.org, after=start, limit=limit)
    following = found[-1].id.to_bytes(8, "big").hex() if len(found) == limit else None
    listed = [answers.campaign(plan_of(view.services, each)) for each in found]
    return Entries(entries=listed, next=following)


@routes.get("/campaigns/{campaign}", responses=SEEN_PROBLEMS)
def read_campaign(campaign: CampaignPath, view: Viewed, key: ReaderKey) -> answers.Campaign:
    """One of one's own campaigns, with what is left of its budget."""
    return answers.campaign(_own(view, campaign, key.org))


@routes.get("/campaigns/{campaign}/report", responses=SEEN_PROBLEMS)
def read_campaign_report(
    campaign: CampaignPath, view: Viewed, key: ReaderKey
) -> answers.CampaignReport:
    """What a campaign cost and did: how much more its members spent than the control group."""
    plan = _own(view, campaign, key.org)
    rules = rules_of(view, plan.campaign.programme)
    effect = effect_of(plan, view.records, view.mirror, rules, view.services.now())
    return answers.report(plan, effect)


@routes.post(
    "/campaigns/{campaign}/stops", responses=CHANGE_PROBLEMS, response_model=answers.Campaign
)
def stop_campaign(
    campaign: CampaignPath,
    body: answers.Stop,  # noqa: ARG001  # FastAPI demands that it is an empty object
    view: Viewed,
    caller: Called,
) -> Response:
    """Ends a campaign before its time; what it gave stays good."""
    _own(view, campaign, caller.org)

    def do(records: Connection) -> answers.Campaign:
        stopped = campaigns.stop(records, campaign, view.services.now())
        return answers.campaign(plan_of(view.services, stopped))

    return answered_once(view, caller, do)


def rules_of(view: View, programme: int) -> ProgrammeRules | None:
    """The rules of a programme, where they are kept here and can be worked with."""
    known = loyalty.programme(view.mirror, programme)
    return rules_in(view.names.description(known.rules)) if known else None


def _require_owner(view: View, programme: int, org: OrgId) -> None:
    known = loyalty.programme(view.mirror, programme)
    if known is None:
        raise NotFound(f"there is no programme {programme}")
    if known.org != org:
        raise refuse("NotTheProgrammeOwner", programme=programme, org=org)


def _own(view: View, campaign: int, org: OrgId) -> Plan:
    found = campaigns.get(view.records, campaign)
    if found.org != org:  # another's: as if it did not exist
        raise NotFound(f"there is no campaign {campaign}", id=campaign)
    return plan_of(view.services, found)
