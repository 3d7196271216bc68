"""Offices: what the governor and the admins of organisations do, where their keys are kept here.

Needs an API key with the scope `govern`. What is asked for is sent at once and answered when it is
in a block; a repeat is answered with what the registry says to it.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Path
from starlette.requests import Request

from api.acts import seconds
from api.dependencies import Key, Viewed, govern_key, idempotency_key, require_read
from api.routes.shared import READ_PROBLEMS, WRITE_PROBLEMS, router
from api.routes.unit_issues import octets
from api.schemas import governance as g
from api.schemas.common import hexadecimal
from indexer.queries.directory import contracts
from ledger.errors import NodeUnavailable
from ledger.vocabulary import Address, OrgId, Role
from records.governance import NOBODY, Done, Governance
from records.keystores import Keystore

routes = router("governance")
OrgPath = Annotated[int, Path(ge=1, le=2**32 - 1, description="An organisation's number.")]
_ORG = "/governance/organisations/{organisation}"
GOVERNED: dict[str, Any] = {"status_code": 202, "responses": WRITE_PROBLEMS}


def offices(view: Viewed) -> Governance:
    """The registry's offices as this installation holds them.

    Raises:
        NodeUnavailable: no node is asked here.
        NotADevelopmentChain: there is no password for the keys.
    """
    services = view.services
    if services.chain is None:
        raise NodeUnavailable("no node is asked here")
    deployment = services.deployment
    keystore = services.keystore or Keystore.open(
        services.settings, services.records, deployment.chain_id
    )
    return Governance(services.records, services.chain, deployment, keystore)


def office(
    request: Request,
    view: Viewed,
    key: Key,
    _: Annotated[str, Depends(idempotency_key)],
) -> Governance:
    """The same, for who may govern.

    Raises:
        NotAuthenticated, NotAllowed: no API key, or not for this.
        RequestMalformed, WebError: the body could not be read.
    """
    govern_key(key)
    require_read(request)
    return offices(view)


Office = Annotated[Governance, Depends(office)]


@routes.get("/governance", responses=READ_PROBLEMS)
def read_offices(governance: Annotated[Governance, Depends(offices)]) -> g.Offices:
    """Who governs, and whether writes are paused."""
    return g.Offices(governor=hexadecimal(governance.governor()), paused=governance.paused())


@routes.get("/directory", responses=READ_PROBLEMS)
def read_directory(view: Viewed) -> list[g.Contract]:
    """Every contract, each with the one that it follows."""
    return [
        g.Contract(
            name=each.name,
            version=each.version,
            address=hexadecimal(each.place),
            predecessor=None if each.predecessor == NOBODY else hexadecimal(each.predecessor),
            code_hash=hexadecimal(each.code_hash),
            block=each.block,
        )
        for each in contracts(view.mirror)
    ]


@routes.post(_ORG + "/role-proposals", **GOVERNED)
def propose_roles(organisation: OrgPath, body: g.RoleProposal, held: Office) -> g.Governed:
    """Proposes other roles for an organisation; they may be applied after the registry's delay."""
    return _done(held.propose_roles(OrgId(organisation), _roles(body.roles)))


@routes.post(_ORG + "/role-applications", **GOVERNED)
def apply_roles(organisation: OrgPath, body: g.Nothing, held: Office) -> g.Governed:  # noqa: ARG001  # FastAPI demands an empty object
    """Applies the roles that were proposed."""
    return _done(held.apply_roles(OrgId(organisation)))


@routes.post(_ORG + "/suspensions", **GOVERNED)
def suspend(organisation: OrgPath, body: g.Nothing, held: Office) -> g.Governed:  # noqa: ARG001  # as above
    """Suspends an organisation."""
    return _done(held.suspend(OrgId(organisation)))


@routes.post(_ORG + "/resumptions", **GOVERNED)
def resume(organisation: OrgPath, body: g.Nothing, held: Office) -> g.Governed:  # noqa: ARG001  # as above
    """Lets a suspended organisation act again."""
    return _done(held.resume(OrgId(organisation)))


@routes.post(_ORG + "/keys", **GOVERNED)
def add_key(organisation: OrgPath, body: g.NewKey, held: Office) -> g.Governed:
    """Lets a key act for an organisation. Its admin."""
    begin, end = seconds(body.valid_from, "valid_from"), seconds(body.valid_to, "valid_to")
    roles = _roles(body.roles)
    return _done(held.add_key(OrgId(organisation), _address(body), roles, begin, end))


@routes.post(_ORG + "/key-revocations", **GOVERNED)
def revoke_key(organisation: OrgPath, body: g.Holder, held: Office) -> g.Governed:
    """Ends a key of an organisation at once."""
    return _done(held.revoke_key(OrgId(organisation), _address(body)))


@routes.post(_ORG + "/key-rotations", **GOVERNED)
def rotate_key(organisation: OrgPath, body: g.Rotation, held: Office) -> g.Rotated:
    """Gives an organisation a new signing key here; old ones are revoked when they have brought
    all that they have signed.
    """
    found = held.rotate(OrgId(organisation), _roles(body.roles) if body.roles else None)
    return g.Rotated(
        key=hexadecimal(found.new),
        revoked=[hexadecimal(each) for each in found.revoked],
        waiting=[hexadecimal(each) for each in found.waiting],
    )


@routes.post(_ORG + "/admin-proposals", **GOVERNED)
def propose_admin(organisation: OrgPath, body: g.Holder, held: Office) -> g.Governed:
    """Proposes another admin for an organisation."""
    return _done(held.propose_admin(OrgId(organisation), _address(body)))


@routes.post(_ORG + "/admin-acceptances", **GOVERNED)
def accept_admin(organisation: OrgPath, body: g.Holder, held: Office) -> g.Governed:
    """Accepts the office of an admin, with the key of who was proposed."""
    return _done(held.accept_admin(OrgId(organisation), _address(body)))


@routes.post("/governance/governor-proposals", **GOVERNED)
def propose_governor(body: g.Holder, held: Office) -> g.Governed:
    """Proposes another governor."""
    return _done(held.propose_governor(_address(body)))


@routes.post("/governance/governor-acceptances", **GOVERNED)
def accept_governor(body: g.Holder, held: Office) -> g.Governed:
    """Accepts the office of the governor, with the key of who was proposed."""
    return _done(held.accept_governor(_address(body)))


@routes.post("/governance/pauses", **GOVERNED)
def pause(body: g.Nothing, held: Office) -> g.Governed:  # noqa: ARG001  # as above
    """Lets nobody write anything new; recalls and corrections stay possible."""
    return _done(held.pause())


@routes.post("/governance/pause-ends", **GOVERNED)
def end_pause(body: g.Nothing, held: Office) -> g.Governed:  # noqa: ARG001  # as above
    """Lets organisations write again."""
    return _done(held.end_pause())


def _done(done: Done) -> g.Governed:
    return g.Governed(transaction=hexadecimal(done.transaction), block=done.block)


def _address(holder: g.Holder) -> Address:
    return Address(octets(holder.address.lower()))


def _roles(words: list[g.RoleWord]) -> Role:
    roles = Role(0)
    for word in words:
        roles |= Role[word.upper()]
    return roles
