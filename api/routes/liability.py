"""What programmes owe, for those whose books it stands in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.dependencies import ReaderKey, View, Viewed
from api.languages import marked
from api.liability import LiabilityReport, report_of
from api.routes.programmes import ProgrammePath
from api.routes.recall_reach import SEEN_PROBLEMS
from api.routes.shared import router
from api.schemas import liability as answers
from indexer.queries.organisations import organisation
from ledger.errors import NotAllowed
from ledger.vocabulary import OrgId, Role

routes = router("programmes")
AsOf = Annotated[
    int | None, Query(ge=0, lt=2**63, description="A block; the newest here, without.")
]


@routes.get("/programmes/{programme}/liability", responses=SEEN_PROBLEMS)
def read_liability(
    programme: ProgrammePath, view: Viewed, key: ReaderKey, as_of: AsOf = None
) -> answers.LiabilityAnswer:
    """What a programme owes: points by cohort and expiry, in money as IFRS 15 has it, by channel,
    and between partners. Its owner and auditors.
    """
    return answers.liability(_seen(view, key.org, programme, as_of), view)


@routes.get("/programmes/{programme}/settlement", responses=SEEN_PROBLEMS)
def read_settlement(
    programme: ProgrammePath, view: Viewed, key: ReaderKey, as_of: AsOf = None
) -> answers.SettlementAnswer:
    """Who of a programme's partners owes whom for points that were spent elsewhere than where they
    were issued. Its owner and auditors.
    """
    return answers.settlement(_seen(view, key.org, programme, as_of), view)


def _seen(view: View, org: OrgId, programme: int, as_of: int | None) -> LiabilityReport:
    found = report_of(view.mirror, view.records, programme, as_of)
    asking = organisation(view.mirror, org)
    if org == found.owner or (asking is not None and asking.roles & Role.AUDITOR):
        return found
    said = marked("Only the owner of the programme and auditors may see this.")
    raise NotAllowed(said, template=said)
