"""Referrals: who brought whom, as far as it counts; only numbers are told to others."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy import Connection
from starlette.responses import Response

from api.dependencies import Called, ReaderKey, Viewed
from api.languages import marked
from api.recalls.answering import answered_once
from api.recalls.reaching import is_operator
from api.referrals import refer
from api.routes.recall_reach import SEEN_PROBLEMS
from api.routes.shared import READ_PROBLEMS, WRITE_PROBLEMS, router
from api.schemas.common import Answer
from api.schemas.requests import Request, Short
from ledger.cards import read_card
from ledger.errors import NotAllowed
from records import members, referrals

routes = router("members")


class NewReferral(Request):
    """The card of a newcomer who has bought nothing yet, and of the member who brought it."""

    newcomer: Short = Field(examples=["9147740412123609"])
    referrer: Short = Field(examples=["9000000000000001"])


class ReferralAnswer(Answer):
    """Whether it counts, or the reason why not."""

    accepted: bool
    reason: str | None = Field(examples=["ring"])


class ReferralCounts(Answer):
    """How many wait for a purchase that stays, were rewarded, and were refused by reason."""

    waiting: int
    rewarded: int
    refused: dict[str, int]


@routes.post(
    "/referrals",
    responses=WRITE_PROBLEMS | SEEN_PROBLEMS,
    response_model=ReferralAnswer,
)
def note_referral(body: NewReferral, view: Viewed, caller: Called) -> Response:
    """Notes that a member brought a newcomer that one took in; a referral that does not count is
    answered with the reason, which is kept.
    """
    newcomer = read_card(body.newcomer, "newcomer")
    referrer = read_card(body.referrer, "referrer")
    known = members.require(view.records, newcomer)
    if known.org != caller.org and not is_operator(view, caller.org):
        said = marked("Only who took the newcomer in may say this.")
        raise NotAllowed(said, template=said)

    def do(records: Connection) -> ReferralAnswer:
        reason = refer(records, newcomer, referrer, view.services.now())
        return ReferralAnswer(accepted=reason is None, reason=reason)

    return answered_once(view, caller, do)


@routes.get("/referrals", responses=READ_PROBLEMS | SEEN_PROBLEMS)
def count_referrals(view: Viewed, key: ReaderKey) -> ReferralCounts:
    """How many there are; for who runs this installation. Nobody is named."""
    if not is_operator(view, key.org):
        said = marked("Only who runs this installation may see this.")
        raise NotAllowed(said, template=said)
    counted = referrals.counts(view.records)
    return ReferralCounts(
        waiting=counted.waiting, rewarded=counted.rewarded, refused=dict(counted.refused)
    )
