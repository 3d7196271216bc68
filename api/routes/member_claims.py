"""A pack's hidden code turned into points, and codes that members show at the till."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Called, ReaderKey, Viewed, limits_of
from api.members import claiming, redeeming
from api.members.requests import member_of
from api.refusals import told
from api.routes.shared import ACCEPTED, FOUND_PROBLEMS, WRITE_PROBLEMS, accept, router
from api.schemas import members as m
from api.schemas.common import hexadecimal
from api.schemas.operations import operation
from ledger.cards import read_card
from ledger.codes import read_code
from ledger.errors import ActRefused, CommandInvalid, KeyInvalid, RedemptionCodeRefused
from ledger.vocabulary import DocumentHash, unit

routes = router("members")
CodePath = Annotated[str, Path(max_length=40, description="A code that a member shows.")]
NumberPath = Annotated[str, Path(pattern=r"^0x[0-9a-f]{64}$", description="A redemption's number.")]
_WRITTEN: dict[str, Any] = {"responses": WRITE_PROBLEMS | FOUND_PROBLEMS}


@routes.post("/member-claims", status_code=202, responses=WRITE_PROBLEMS | FOUND_PROBLEMS)
def claim(
    body: m.NewMemberClaim, request: Request, view: Viewed, caller: Called
) -> m.MemberClaimed:
    """Earns the points of a pack for a member, once, by the pack's hidden code. Looking at a pack
    never does.
    """
    card, services = read_card(body.card), view.services
    limits_of(request).count_claim(card)
    member_of(view.records, card)
    try:
        packed = unit(body.gtin, body.serial).id
    except KeyInvalid as error:
        raise CommandInvalid(error.message, field="gtin") from error
    asked = claiming.ClaimAsked(card, packed, read_code(body.code), body.channel)
    org = claiming.operator_of(services, view.records)
    key = f"member claim of {caller.org}: {caller.idempotency_key}"
    try:
        made = claiming.claim(services, org, asked, key, caller.request_hash)
    except ActRefused as error:
        raise told(error, view.names) from error
    return m.MemberClaimed(
        card=made.card,
        programme=made.programme,
        points=made.points,
        operation=operation(made.operation, view),
    )


@routes.get("/redemption-codes/{code}", responses=WRITE_PROBLEMS | FOUND_PROBLEMS)
def read_code_shown(code: CodePath, request: Request, key: ReaderKey, view: Viewed) -> m.CodeView:
    """What a code that a member shows stands for."""
    try:
        return m.code_view(redeeming.preview(view.services, code))
    except RedemptionCodeRefused:
        limits_of(request).count_wrong_code(key.id)
        raise


@routes.post("/redemption-codes/{code}/confirmations", status_code=202, **_WRITTEN)
def confirm(
    code: CodePath, body: m.Confirmation, request: Request, view: Viewed, caller: Called
) -> m.RedeemedCode:
    """Spends what a member's code stands for; once, whoever asks how often. A retailer: the
    programme's owner, or a partner that may redeem.
    """
    try:
        made = redeeming.confirm(
            view.services,
            caller.org,
            caller.key_id,
            code,
            caller.idempotency_key,
            caller.request_hash,
            channel=body.channel,
        )
    except RedemptionCodeRefused:
        limits_of(request).count_wrong_code(caller.key_id)
        raise
    except ActRefused as error:
        raise told(error, view.names) from error
    return m.RedeemedCode(
        redemption=hexadecimal(made.code.number),
        programme=made.code.programme,
        points=made.code.points,
        card=made.code.card,
        operation=operation(made.operation, view),
    )


@routes.post("/redemptions/{number}/cancellations", **ACCEPTED)
def cancel(
    number: NumberPath,
    body: m.Nothing,  # noqa: ARG001  # FastAPI demands that it is an empty object
    view: Viewed,
    caller: Called,
) -> Response:
    """Undoes a redemption of one's own; its points have their first expiry again."""
    named = DocumentHash(bytes.fromhex(number[2:]))
    return accept(view, caller, lambda _: [redeeming.cancellation(view.mirror, caller.org, named)])
