"""Notices of recalls: given, acknowledged, overdue; and what makes a recall good."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.responses import Response

from api.dependencies import WRITE, Called, ReaderKey, View, Viewed
from api.recalls.answering import answered_once
from api.recalls.compensating import Terms
from api.recalls.giving import compensate_once
from api.recalls.notifying import require_recall, tell
from api.recalls.reaching import is_operator, reach_of, require_sight
from api.routes.recall_reach import SEEN_PROBLEMS, Recalled
from api.routes.shared import (
    READ_PROBLEMS,
    WRITE_PROBLEMS,
    After,
    Limit,
    cursor_parts,
    number_in,
    router,
)
from api.schemas import recalls as answers
from api.schemas.common import Entries
from indexer.queries.reach import Recall
from ledger.errors import NotFound
from ledger.vocabulary import Id
from records import notices

routes = router("recalls")
OWN_PROBLEMS = READ_PROBLEMS | {code: WRITE_PROBLEMS[code] for code in (401, 403)}
CHANGE_PROBLEMS = WRITE_PROBLEMS | SEEN_PROBLEMS


@routes.post(
    "/recalls/{link:path}/notices", responses=CHANGE_PROBLEMS, response_model=answers.NoticesGiven
)
def give_notices(
    item: Recalled,
    body: answers.Telling,  # noqa: ARG001  # FastAPI demands that it is an empty object
    view: Viewed,
    caller: Called,
) -> Response:
    """Tells each member who consents and each organisation that still has some of it, once. Whoever
    is found later is told later.
    """
    require_sight(view.mirror, caller.org, item)
    found = require_recall(view.mirror, item)
    reached = reach_of(view.mirror, view.records, item)

    def do(records: Connection) -> answers.NoticesGiven:
        told = tell(view.services, records, view.mirror, found, reached)
        now = notices.progress(records, told.recall, view.services.now())
        return answers.NoticesGiven(
            recall=answers.recall_now(found, view),
            members=told.members,
            organisations=told.organisations,
            not_consenting=reached.untold,
            progress=answers.progress(now),
        )

    return answered_once(view, caller, do)


@routes.get("/recalls/{link:path}/notices", responses=SEEN_PROBLEMS)
def read_notices(
    item: Recalled, view: Viewed, key: ReaderKey, *, overdue: bool = False
) -> answers.RecallNotices:
    """How far it is with the notices of a recall, and the organisations that were told; with
    `overdue` those that are late. Members are counted.
    """
    require_sight(view.mirror, key.org, item)
    found, told = _told(item, view)
    now = view.services.now()
    given = notices.of_recall(view.records, told, overdue_at=now if overdue else None)
    return answers.RecallNotices(
        recall=answers.recall_now(found, view),
        progress=answers.progress(notices.progress(view.records, told, now)),
        organisations=[answers.organisation_notice(n, view) for n in given if n.org],
    )


@routes.post(
    "/recalls/{link:path}/acknowledgements",
    responses=CHANGE_PROBLEMS,
    response_model=answers.OrganisationNotice,
)
def acknowledge(
    item: Recalled,
    body: answers.Acknowledgement,  # noqa: ARG001  # FastAPI demands that it is an empty object
    view: Viewed,
    caller: Called,
) -> Response:
    """Says that one has heard of a recall and taken the item off the shelves."""
    _, told = _told(item, view)

    def do(records: Connection) -> answers.OrganisationNotice:
        now = view.services.now()
        if not notices.acknowledge_as_organisation(records, told, caller.org, "interface", now):
            raise NotFound("you were told nothing of this recall")
        mine = next(n for n in notices.of_recall(records, told) if n.org == caller.org)
        return answers.organisation_notice(mine, view)

    return answered_once(view, caller, do)


@routes.post(
    "/recalls/{link:path}/compensations",
    responses=CHANGE_PROBLEMS,
    response_model=answers.CompensationAnswer,
)
def compensate(
    item: Recalled, body: answers.NewCompensation, view: Viewed, caller: Called
) -> Response:
    """Gives points for what members have of a recalled item: for each unit that they claimed, and
    for each line of their receipts, once each. The owner of the programme.

    With `dry_run` it only says how many and how much, and which rule would refuse it.
    """
    found = require_recall(view.mirror, item)
    terms = Terms(caller.org, body.programme, body.points_per_unit, body.points_per_line)
    answer = compensate_once(view.services, caller, found, terms, dry_run=body.dry_run)
    return Response(answer.encode(), 200, media_type="application/json")


@routes.get("/notices", responses=OWN_PROBLEMS)
def list_notices(
    view: Viewed, key: ReaderKey, after: After = None, limit: Limit = 50
) -> Entries[answers.OrganisationNotice]:
    """What one was told of recalls, the oldest first."""
    found = notices.of_organisation(view.records, key.org, after=_number(after), limit=limit)
    following = _cursor(found[-1].id) if len(found) == limit else None
    listed = [answers.organisation_notice(each, view) for each in found]
    return Entries(entries=listed, next=following)


@routes.get("/messages", responses=OWN_PROBLEMS)
def list_messages(
    view: Viewed, key: ReaderKey, after: After = None, limit: Limit = 50
) -> Entries[answers.Message]:
    """What members who consent are to read about recalls, for whoever sends it, the oldest first:
    those whom one took in, and for who runs this installation all. What a member no longer agrees
    to is gone from here.
    """
    key.require(WRITE)  # who may act for the organisation, not who may only follow it
    mine = None if is_operator(view, key.org) else key.org
    found = notices.after_message(view.records, mine, after=_number(after), limit=limit)
    following = _cursor(found[-1].id) if len(found) == limit else None
    return Entries(entries=[answers.message(each, view) for each in found], next=following)


def _told(item: Id, view: View) -> tuple[Recall, notices.ToldRecall]:
    found = require_recall(view.mirror, item)
    told = notices.find(view.records, item, found.document)
    if told is None:
        raise NotFound("nobody was told of this recall yet")
    return found, told


def _number(after: str | None) -> int:
    parts = cursor_parts(after, 1)
    return number_in(parts[0]) if parts else 0


def _cursor(number: int) -> str:
    return number.to_bytes(8, "big").hex()
