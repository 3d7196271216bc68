"""What members were told of recalls, and that they have read it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Viewed, require_read
from api.members.requests import SignedIn, member_of
from api.recalls.hearing import Heard, acknowledge, heard_by
from api.routes.recall_reach import SEEN_PROBLEMS
from api.routes.shared import WRITE_PROBLEMS, router
from api.schemas.common import Answer, Thing, moment, moment_or_none, thing
from api.schemas.requests import Request as Body

routes = router("members")


class MemberNotice(Answer):
    """That something a member bought or claimed was recalled."""

    notice: int
    item: Thing
    title: str
    text: str
    by: str
    created: datetime
    acknowledged: datetime | None


class Read(Body):
    """The member has read it."""


@routes.get("/members/me/notices", responses=SEEN_PROBLEMS)
def list_own_notices(session: SignedIn, view: Viewed) -> list[MemberNotice]:
    """What one was told of recalls, the newest first."""
    member = member_of(view.records, session.subject)
    return [_notice(each, view.base_url) for each in heard_by(view, member.card)]


@routes.post(
    "/members/me/notices/{notice}/acknowledgements",
    status_code=204,
    responses=WRITE_PROBLEMS | SEEN_PROBLEMS,
)
def acknowledge_own_notice(
    notice: Annotated[int, Path(ge=1, lt=2**63)],
    body: Read,  # noqa: ARG001  # FastAPI demands that it is an empty object
    request: Request,
    session: SignedIn,
    view: Viewed,
) -> Response:
    """Says that one has read a notice; saying it again changes nothing."""
    require_read(request)
    member = member_of(view.records, session.subject)
    acknowledge(view, member.card, notice, "interface")
    return Response(status_code=204)


def _notice(heard: Heard, base_url: str) -> MemberNotice:
    found = heard.notice
    return MemberNotice(
        notice=found.id,
        item=thing(found.item, base_url),
        title=heard.thing,
        text=heard.text.text,
        by=heard.by.text,
        created=moment(found.created),
        acknowledged=moment_or_none(found.acknowledged),
    )
