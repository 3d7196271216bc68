"""Members: taken in by an organisation, read by staff, and what members ask for themselves."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Called, ReaderKey, View, Viewed, require_read
from api.members import balances as having
from api.members import joining, membership, redeeming
from api.members.history import history_of, totals_now
from api.members.requests import SignedIn, member_of, sign_in
from api.qr import qr_image
from api.refusals import told
from api.rendering import json_bytes
from api.routes.shared import (
    FOUND_PROBLEMS,
    WRITE_PROBLEMS,
    After,
    Limit,
    router,
    wrong_cursor,
)
from api.schemas import members as m
from api.schemas.common import hexadecimal, moment
from api.sessions import LIFE, new_session
from ledger.cards import read_card
from ledger.errors import ActRefused, InvalidInput
from ledger.redemption_codes import redemption_code_text
from records.engine import writing
from records.members import Member, Personal, channels, codes, consents

routes = router("members")
CardPath = Annotated[str, Path(max_length=40, description="A member's card.")]
OWN: dict[str, Any] = {"responses": WRITE_PROBLEMS | FOUND_PROBLEMS}
_LONGEST_NUMBER = 9


@routes.post("/members", status_code=201, responses=WRITE_PROBLEMS)
def join(body: m.NewMemberIn, view: Viewed, caller: Called) -> m.Joined:
    """Takes a member in; no wallet, no name and no e-mail address is needed."""
    asked = joining.Joining(
        Personal(body.name, body.email, body.phone),
        body.language,
        body.channel,
        body.password,
        body.referred_by,
        body.consents.said(),
    )
    request = joining.Request(caller.org, caller.idempotency_key, caller.request_hash)
    return m.joined(*joining.join(view.services, asked, request))


@routes.post("/member-sessions", status_code=201, responses=WRITE_PROBLEMS)
def open_member_session(body: m.SignInIn, request: Request, view: Viewed) -> m.MemberSession:
    """Signs a member in with its card and its password or secret."""
    require_read(request)
    found = sign_in(request, view.services, body.card, body.password)
    token, session = new_session(view.services, "member", found.card)
    return m.MemberSession(
        token=token, card=found.card, expires=moment(session.started + LIFE["member"])
    )


@routes.get("/members/me", **OWN)
def read_oneself(session: SignedIn, view: Viewed) -> m.MemberView:
    """What a member has."""
    return _shown(member_of(view.records, session.subject), view)


@routes.get("/members/me/history", **OWN)
def read_own_history(
    session: SignedIn, view: Viewed, after: After = None, limit: Limit = 50
) -> m.History:
    """All that happened to a member's points, in the chain's order."""
    return _history(member_of(view.records, session.subject), view, after, limit)


@routes.get("/members/me/export", **OWN)
def read_own_export(session: SignedIn, view: Viewed) -> Response:
    """All that is kept of a member here, and what the chain says of its address."""
    kept = membership.export(view.services, session.subject)
    headers = {
        "Content-Disposition": f'attachment; filename="lotmark-{session.subject}.json"',
        "Cache-Control": "no-store",
    }
    return Response(json_bytes(kept), 200, headers, media_type="application/json")


@routes.post("/members/me/consents", **OWN)
def set_consents(
    body: m.ConsentsIn, request: Request, session: SignedIn, view: Viewed
) -> m.MemberView:
    """What a member agrees to from now on."""
    require_read(request)
    with writing(view.services.records) as records:
        member_of(records, session.subject)
        consents.put(records, session.subject, body.said(), view.services.now())
        member = member_of(records, session.subject)
    return _shown(member, view)


@routes.post("/members/me/redemption-codes", status_code=201, **OWN)
def ask_for_code(body: m.NewCode, request: Request, session: SignedIn, view: Viewed) -> m.Code:
    """A code to spend points with, good for some minutes; one that was open counts no more."""
    require_read(request)
    card, asked = session.subject, (body.programme, body.points)
    try:
        code, kept = redeeming.ask(view.services, card, *asked, device=session.id)
    except ActRefused as error:
        raise told(error, view.names) from error
    return m.Code(
        code=redemption_code_text(code),
        programme=kept.programme,
        points=kept.points,
        expires=moment(kept.expires),
        redemption=hexadecimal(kept.number),
        qr=qr_image(code, "svg").decode("ascii"),
    )


@routes.post("/members/me/redemption-codes/cancellations", status_code=204, **OWN)
def take_code_back(
    body: m.Nothing,  # noqa: ARG001  # FastAPI demands that it is an empty object
    request: Request,
    session: SignedIn,
    view: Viewed,
) -> Response:
    """Takes back the code that is open, if any."""
    require_read(request)
    with writing(view.services.records) as records:
        member_of(records, session.subject)
        codes.cancel_open(records, session.subject)
    return Response(status_code=204)


@routes.post("/members/me/erasures", status_code=204, **OWN)
def erase_oneself(body: m.Erasure, request: Request, session: SignedIn, view: Viewed) -> Response:
    """Forgets a member: its keys are destroyed, its points expire in their time."""
    require_read(request)
    if read_card(body.card) != session.subject:
        raise InvalidInput("card: this is another card", field="card")
    member_of(view.records, session.subject)
    membership.erase(view.services, session.subject)
    return Response(status_code=204)


@routes.get("/members/{card}", responses=WRITE_PROBLEMS | FOUND_PROBLEMS)
def read_member(
    card: CardPath,
    key: ReaderKey,  # noqa: ARG001  # only organisations may ask
    view: Viewed,
) -> m.MemberView:
    """A member as staff see it: what it has, not who it is."""
    return _shown(member_of(view.records, read_card(card)), view)


def _shown(member: Member, view: View) -> m.MemberView:
    found = having.balances(view.mirror, view.names, member.address, view.services.now())
    return m.MemberView(
        card=member.card,
        address=hexadecimal(member.address),
        language=member.language,
        joined=moment(member.joined),
        consents=sorted(member.consents),
        balances=[_balance(each) for each in found],
    )


def _balance(found: having.MemberBalance) -> m.Balance:
    account = found.account
    return m.Balance(
        programme=found.programme,
        name=dict(found.name),
        available=account.available,
        pending=account.pending,
        owed=account.owed,
        spendable=found.spendable,
        by_quarter=m.quarters(account),
        standing=m.tier_in(found.standing) if found.standing else None,
    )


def _history(member: Member, view: View, after: str | None, limit: int) -> m.History:
    if after and not (after.isascii() and after.isdecimal() and len(after) <= _LONGEST_NUMBER):
        raise wrong_cursor()
    where = channels.channels_of(view.records, member.card)
    lines = history_of(view.mirror, member.address, where)
    sums = totals_now(view.mirror, member.address, lines, view.services.now())
    return m.history(lines, sums, int(after or 0), limit, view)
