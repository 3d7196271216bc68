"""Loyalty programmes: what they give, to whom, and by whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from api.acts import Desk, seconds
from api.dependencies import Called, View, Viewed
from api.routes.products import JSON
from api.routes.shared import (
    ACCEPTED,
    FOUND_PROBLEMS,
    READ_PROBLEMS,
    After,
    Limit,
    OrgQuery,
    accept,
    cursor_parts,
    cursor_with,
    number_in,
    router,
)
from api.routes.unit_issues import lot_of, octets
from api.schemas import loyalty as answers
from api.schemas import loyalty_requests as r
from api.schemas.common import Entries
from indexer.queries import loyalty as queries
from ledger import commands as c
from ledger.errors import CommandInvalid, InvalidInput, NotFound
from ledger.hashing import canonical, document_hash
from ledger.programme_rules import read_rules, states_rules
from ledger.vocabulary import Address, DocumentHash, Id, OrgId, PartnerRight

routes = router("programmes")
ProgrammePath = Annotated[int, Path(ge=1, le=2**32 - 1, description="The programme's number.")]
MemberPath = Annotated[
    str, Path(pattern=r"^0x[0-9a-fA-F]{40}$", description="0x and 40 hexadecimal digits.")
]


@routes.get("/programmes", responses=READ_PROBLEMS)
def list_programmes(
    view: Viewed, organisation: OrgQuery = None, after: After = None, limit: Limit = 50
) -> Entries[answers.Programme]:
    """Programmes by number; of one owner."""
    start = cursor_parts(after, 1)
    org = OrgId(organisation) if organisation else None
    number = number_in(start[0]) if start else None
    found = queries.programmes(view.mirror, org=org, after=number, limit=limit)
    following = found[-1].programme.to_bytes(4, "big").hex() if len(found) == limit else None
    return Entries(entries=[answers.programme(each, view) for each in found], next=following)


@routes.get("/programmes/{programme}", responses=FOUND_PROBLEMS)
def read_programme(programme: ProgrammePath, view: Viewed) -> answers.Programme:
    """One programme."""
    return answers.programme(_known(programme, view), view)


@routes.get("/programmes/{programme}/partners", responses=FOUND_PROBLEMS)
def list_partners(programme: ProgrammePath, view: Viewed) -> list[answers.Partner]:
    """Who else may do what in a programme."""
    _known(programme, view)
    return [answers.partner(each, view) for each in queries.partners(view.mirror, programme)]


@routes.get("/programmes/{programme}/earnings", responses=FOUND_PROBLEMS)
def list_openings(
    programme: ProgrammePath, view: Viewed, after: After = None, limit: Limit = 50
) -> Entries[answers.Opening]:
    """Issues whose units earn in a programme, by lot."""
    _known(programme, view)
    parts = cursor_parts(after, 2)
    start = (Id(parts[0]), number_in(parts[1])) if parts else None
    found = queries.openings(view.mirror, programme, after=start, limit=limit)
    following = cursor_with(found[-1].lot, found[-1].issue) if len(found) == limit else None
    return Entries(entries=[answers.opening(each, view) for each in found], next=following)


@routes.get("/programmes/{programme}/trial-balance", responses=FOUND_PROBLEMS)
def read_trial_balance(programme: ProgrammePath, view: Viewed) -> answers.TrialBalance:
    """Where all points of a programme are: what was issued is the sum of the others."""
    _known(programme, view)
    return answers.trial_balance(programme, queries.trial_balance(view.mirror, programme))


@routes.get("/programmes/{programme}/members/{member}", responses=FOUND_PROBLEMS)
def read_member_account(
    programme: ProgrammePath, member: MemberPath, view: Viewed
) -> answers.Account:
    """What a member has now. A member is an address that stands for nobody."""
    _known(programme, view)
    address = Address(octets(member.lower()))
    return answers.account(queries.account(view.mirror, programme, address, view.services.now()))


@routes.get("/programmes/{programme}/members/{member}/earnings", responses=FOUND_PROBLEMS)
def list_member_earnings(
    programme: ProgrammePath,
    member: MemberPath,
    view: Viewed,
    after: After = None,
    limit: Limit = 50,
) -> Entries[answers.Earning]:
    """What a member earned, and what is left of it."""
    _known(programme, view)
    parts, address = cursor_parts(after, 1), Address(octets(member.lower()))
    start = DocumentHash(parts[0]) if parts else None
    found = queries.earnings(view.mirror, programme, address, after=start, limit=limit)
    following = found[-1].earning.hex() if len(found) == limit else None
    return Entries(entries=[answers.earning(each, view) for each in found], next=following)


@routes.get("/programmes/{programme}/members/{member}/redemptions", responses=FOUND_PROBLEMS)
def list_member_redemptions(
    programme: ProgrammePath,
    member: MemberPath,
    view: Viewed,
    after: After = None,
    limit: Limit = 50,
) -> Entries[answers.Redemption]:
    """What a member spent, and what was undone."""
    _known(programme, view)
    parts, address = cursor_parts(after, 1), Address(octets(member.lower()))
    start = DocumentHash(parts[0]) if parts else None
    found = queries.redemptions(view.mirror, programme, address, after=start, limit=limit)
    following = found[-1].redemption.hex() if len(found) == limit else None
    return Entries(entries=[answers.redemption(each, view) for each in found], next=following)


def _known(number: int, view: View) -> queries.ProgrammeView:
    found = queries.programme(view.mirror, number)
    if found is None:
        raise NotFound(f"there is no programme {number}")
    return found


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
    if states_rules(given):
        read_rules(given)  # what cannot be worked with is refused now
    try:
        document = canonical(given)
    except InvalidInput as error:
        raise CommandInvalid(error.message, field="rules") from error
    return document_hash(document), [(document, JSON)]
