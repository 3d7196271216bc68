"""Loyalty programmes: what they give, to whom, and by whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from api.acts import Desk, seconds
from api.dependencies import Called, Viewed
from api.routes.products import JSON
from api.routes.shared import ACCEPTED, accept, router
from api.routes.unit_issues import lot_of, octets
from api.schemas import loyalty_requests as r
from ledger import commands as c
from ledger.errors import CommandInvalid, InvalidInput
from ledger.hashing import canonical, document_hash
from ledger.vocabulary import DocumentHash, PartnerRight

routes = router("programmes")
ProgrammePath = Annotated[int, Path(ge=1, le=2**32 - 1, description="The programme's number.")]


@routes.post("/programmes", **ACCEPTED)
def open_programme(body: r.NewProgramme, view: Viewed, caller: Called) -> Response:
    """Opens a programme; its number is in the operation's event. A maker or a retailer."""
    rules, kept = _rules(body.rules)
    opened = c.OpenProgramme(rules, body.budget, body.daily_cap, body.return_window)
    return accept(view, caller, lambda _: [opened], kept)


@routes.post("/programmes/{programme}/fundings", **ACCEPTED)
def fund_programme(
    programme: ProgrammePath, body: r.NewFunding, view: Viewed, caller: Called
) -> Response:
    """Lets a programme issue more points. Its owner."""
    return accept(view, caller, lambda _: [c.FundProgramme(programme, body.points)])


@routes.post("/programmes/{programme}/changes", **ACCEPTED)
def change_programme(
    programme: ProgrammePath, body: r.ProgrammeTerms, view: Viewed, caller: Called
) -> Response:
    """Gives a programme other rules for what is earned from now on. Its owner."""
    rules, kept = _rules(body.rules)
    changed = c.ChangeProgramme(programme, rules, body.daily_cap, body.return_window)
    return accept(view, caller, lambda _: [changed], kept)


@routes.post("/programmes/{programme}/closings", **ACCEPTED)
def close_programme(
    programme: ProgrammePath,
    body: r.Closing,  # noqa: ARG001  # FastAPI demands that it is an empty object
    view: Viewed,
    caller: Called,
) -> Response:
    """Ends the earning in a programme, for ever. Its owner."""
    return accept(view, caller, lambda _: [c.CloseProgramme(programme)])


@routes.post("/programmes/{programme}/partners", **ACCEPTED)
def set_partner(
    programme: ProgrammePath, body: r.NewPartner, view: Viewed, caller: Called
) -> Response:
    """Says what another organisation may do in a programme. Its owner."""
    rights = PartnerRight(0)
    for word in body.rights:
        rights |= PartnerRight[word.upper()]

    def commands(desk: Desk) -> list[c.Command]:
        partner = desk.organisation(body.partner, "partner")
        return [c.SetPartner(programme, partner, int(rights))]

    return accept(view, caller, commands)


@routes.post("/programmes/{programme}/earnings", **ACCEPTED)
def open_earning(
    programme: ProgrammePath, body: r.NewEarning, view: Viewed, caller: Called
) -> Response:
    """Lets each unit of an issue of one's own earn points."""
    closes = seconds(body.closes, "closes")

    def commands(desk: Desk) -> list[c.Command]:
        lot = lot_of(desk, body)
        return [c.OpenEarning(programme, lot, body.issue, body.points, closes)]

    return accept(view, caller, commands)


def _rules(given: r.Rules) -> tuple[DocumentHash, list[tuple[bytes, str]]]:
    """The hash of rules, and their document where it is to be kept here."""
    if isinstance(given, str):
        return DocumentHash(octets(given)), []
    try:
        document = canonical(given)
    except InvalidInput as error:
        raise CommandInvalid(error.message, field="rules") from error
    return document_hash(document), [(document, JSON)]
